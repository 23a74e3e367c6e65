"""Silence is noticed: a look from outside the tick, by a road that does not pass through Prefect."""
