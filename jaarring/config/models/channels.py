"""channels.yaml as pydantic models: what may stand in it, and of which type."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from jaarring.config.fields import Id, Mail, Model, Name, Text, YesNo


class SenderModel(Model):
    name: Name
    mail: Mail


class MailboxModel(Model):
    address: Text
    bounces: Text = ""
    #: as that server names itself in Authentication-Results
    checked_by: Text = ""
    require_authenticated: YesNo = False


class ArchiveModel(Model):
    mail: Mail
    address: Text


class OtherChannelModel(Model):
    url: Text
    about: list[Literal["overdue", "escalate", "alarm"]] = Field(min_length=1)


class ChannelsModel(Model):
    sender: SenderModel
    bounces: Mail
    #: whether a bounce may come back to `bounces+7@…`, with the number of the message
    number_bounces: YesNo = False
    contact: Text
    mail: Text
    #: who else than the coordinator hears an alarm: the administrator of the server
    alarm: Mail = ""
    #: where `jaarring watch` knocks while all is well; who listens there raises the alarm when it is not
    heartbeat: Text = ""
    mailbox: MailboxModel | None = None
    archive: ArchiveModel | None = None
    #: beside the mail: chat and webhooks, which get titles and dates only
    channels: dict[Id, OtherChannelModel] = {}

    @property
    def urls(self) -> dict[str, str]:
        """Every channel by name, as it is written."""
        return {"mail": self.mail} | {name: one.url for name, one in self.channels.items()}

    def bounces_of(self, message: int) -> str:
        """The address to which a message that cannot be delivered comes back."""
        local, _, domain = self.bounces.rpartition("@")
        return f"{local}+{message}@{domain}" if self.number_bounces else self.bounces
