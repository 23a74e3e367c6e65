"""What a checked configuration amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jaarring.config.models.channels import ChannelsModel
from jaarring.document.house import HouseStyle
from jaarring.goals.rules import Framework
from jaarring.governance import Organisation, Organisations
from jaarring.occasions.schedule import Schedule


@dataclass(frozen=True)
class Municipality:
    """A checked configuration: plain values for the rules, and the folder it came from.

    `storage` is absolute; `database` is `sqlite` or an address with its secrets by reference; `journal` is
    sought from `storage`; `house` is how documents look.
    """

    folder: Path
    organisations: Organisations
    framework: Framework
    schedule: Schedule
    channels: ChannelsModel
    time_zone: str
    house: HouseStyle
    storage: Path
    database: str
    journal: str
    #: the folder with templates of its own; None where it has none
    templates: Path | None = None

    @property
    def organisation(self) -> Organisation:
        """The organisation as it begins, before any change that the file has a date for."""
        return self.organisations.first
