"""The table of contents of the year."""

import tasks  # noqa: F401 - gives Prefect its folder before a flow imports it
