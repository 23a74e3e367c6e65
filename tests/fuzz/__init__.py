"""Random cycle years: random municipalities, random people, random runs; what must hold of all of them.

    make fuzz                                 1,000 years, with a printed seed
    python -m tests.fuzz --years 50 --seed 7  some years; a failure prints the seed of its year

A year asks, judges, moves, tells and splits with real actions in a real store. Forms that come back and
documents stay out: who is asked, when, and what goes over is what is tried here. What must hold is checked
afterwards from the outbox, the ledger and the register alone, beside an oracle of its own.
"""
