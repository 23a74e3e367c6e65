"""Pytest plugin: property tests try the same examples in every run, so that a red run can be repeated.

`HYPOTHESIS_PROFILE=wander` looks for new ones. No deadline for a single example: the machine may be busy.
"""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("wander", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
