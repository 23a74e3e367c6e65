"""Jaarring: the yearly planning-and-control cycle of municipal security, as an engine."""
