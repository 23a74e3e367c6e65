"""Faults, each survived: what is lost or doubled when a process dies, a disk is full, a server is away.

    make faults                                 every fault, with a printed seed
    python -m tests.faults kills --sample 50    one chapter, or some of it

A chapter is a recipe with a `run`. What a town goes through is a piece of a year in which it asks, people
hand in and decide, and mail goes to a real server; beside it stands its twin that nothing befell. The last
line says what was lost or doubled.
"""
