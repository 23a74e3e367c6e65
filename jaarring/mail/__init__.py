"""The mail room: words become a message, a message becomes bytes, bytes go out through Apprise.

`render` turns one template into subject, text and HTML; `message` turns those into the exact bytes that the
outbox keeps; `channels` hands such bytes to a channel and says what became of them. The channels of our own
are `jbox` (a folder of `.eml` files) and `jmail` (an SMTP server). Only those three import Apprise, and only
when something is sent: `render` and `message` know no network.
"""
