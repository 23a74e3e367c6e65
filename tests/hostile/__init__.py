"""Nasty files, made by a script, and the sentence that each must get: `corpus.txt` is the table to review.

`python -m tests.hostile` hands in every file and damages ten thousand configurations; `--write` writes the
table anew.
"""
