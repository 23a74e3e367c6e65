"""Random cycle years: random municipalities, random people, random runs; what must hold of all of them.

    make fuzz                                 1,000 years, with a printed seed
    python -m tests.fuzz --years 50 --seed 7  some years; a failure prints the seed of its year

A year asks with real actions in a real store. Forms and documents stay out: who is asked, when, and what goes
over is what is tried here. What must hold is checked afterwards from the outbox and the ledger alone.
"""
