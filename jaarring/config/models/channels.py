"""channels.yaml as pydantic models: what may stand in it, and of which type."""

from __future__ import annotations

from jaarring.config.fields import Mail, Model, Name, Text, YesNo


class SenderModel(Model):
    name: Name
    mail: Mail


class MailboxModel(Model):
    address: Text
    bounces: Text = ""
    #: as that server names itself in Authentication-Results
    checked_by: Text = ""
    require_authenticated: YesNo = False


class ChannelsModel(Model):
    sender: SenderModel
    bounces: Mail
    contact: Text
    mail: Text
    mailbox: MailboxModel | None = None
