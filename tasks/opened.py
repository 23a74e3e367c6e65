"""The municipality as a task opens it: on a date, and discreet about what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from traceback import extract_tb

from jaarring import cycle
from jaarring.database import NewerStore, was_busy
from jaarring.files import DamagedFile
from jaarring.here import BadConfiguration, Here, municipality
from jaarring.mail.channels import ChannelError
from jaarring.refusal import Refused

#: these say what a person can do about it, without a word of what is confidential
TOLD = (Refused, BadConfiguration, NewerStore, DamagedFile, ChannelError)


class Failed(Exception):
    """A mistake of ours, by type and place. Never its own words: they may quote a form, and Prefect keeps the
    words of an exception in states, log and events.
    """

    def __init__(self, error: Exception) -> None:
        last = extract_tb(error.__traceback__)[-1]
        super().__init__(f"{type(error).__name__} in {last.name}, {Path(last.filename).name}:{last.lineno}")


@contextmanager
def discreet() -> Iterator[None]:
    """Let through what is meant to be told and a busy database; of anything else only type and place."""
    try:
        yield
    except (*TOLD, TimeoutError):
        raise
    except Exception as error:
        if was_busy(error):
            raise
        raise Failed(error).with_traceback(error.__traceback__) from None


@contextmanager
def on(config: Path, as_of: date, at: datetime) -> Iterator[Here]:
    """The municipality with everything in its ledger that its calendar asks, as seen on `as_of`."""
    with discreet(), municipality(config) as here:
        cycle.schedule(here, as_of, at)
        yield here
