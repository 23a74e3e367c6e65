"""Mails that no decent program sends, each with what must become of it, made by a script."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

SENDER = "teamleider.facilitair@elzenwaard.example"
US = "integrale.beveiliging@elzenwaard.example"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Nasty:
    """One mail. `becomes`: taken, refused or left; `says`: words of the sentence that the sender gets."""

    title: str
    raw: bytes
    becomes: str
    says: str = ""


def head(*lines: str, sender: str = SENDER, number: int = 0) -> bytes:
    """Headers of a mail from somebody we know."""
    known = [f"From: Iemand <{sender}>", f"To: {US}", f"Message-ID: <{number}@nasty.example>", *lines]
    return "\r\n".join(known).encode("utf-8", "surrogateescape") + b"\r\n"


def attached(form: bytes, disposition: str, kind: str = XLSX, number: int = 0) -> bytes:
    """A mail with one file, whose part has the headers given."""
    body = base64.encodebytes(form)
    return (
        head('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"', number=number)
        + b"\r\n--B\r\nContent-Type: text/plain\r\n\r\nHierbij.\r\n--B\r\n"
        + f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{disposition}\r\n\r\n".encode(
            "utf-8", "surrogateescape"
        )
        + body
        + b"\r\n--B--\r\n"
    )


def corpus(form: bytes) -> Iterator[Nasty]:
    """All of them, around one good form."""
    yield from _names(form)
    yield from _structures(form)
    yield from _contents(form)
    yield from _headers(form)


def _names(form: bytes) -> Iterator[Nasty]:
    """A file's name is data: whatever it is called, what is in it counts."""
    file = "Content-Disposition: attachment; filename"
    named = {
        "a path": 'Content-Disposition: attachment; filename="../../../etc/cron.d/formulier.xlsx"',
        "a path of Windows": r'Content-Disposition: attachment; filename="C:\\Windows\\formulier.xlsx"',
        "an absolute path, encoded": f"{file}*=utf-8''%2Fetc%2Fformulier.xlsx",
        "encoded words": 'Content-Disposition: attachment; filename="=?utf-8?B?Zm9ybXVsaWVyIOKCrC54bHN4?="',
        "an unknown character set": "Content-Disposition: attachment; filename*=x-klingon''formulier%E9.xlsx",
        "a character set with NUL": "Content-Disposition: attachment; filename*=utf\0-8''formulier%E9.xlsx",
        "bare bytes": 'Content-Disposition: attachment; filename="formulier \udce9\udcff.xlsx"',
        "NUL bytes": 'Content-Disposition: attachment; filename="formulier\0.xlsx"',
        "marks that turn the direction": f'{file}="formulier\u202excod.xlsx"',
        "ten thousand characters": f'Content-Disposition: attachment; filename="{"f" * 10_000}.xlsx"',
        "a line break in it": 'Content-Disposition: attachment;\r\n filename="formu\r\n lier.xlsx"',
        "parts in the wrong order": "Content-Disposition: attachment; filename*1=lier.xlsx; filename*0=formu",
        "no name": "Content-Disposition: attachment",
        "no disposition": "X-Nothing: here",
        "two dispositions": "Content-Disposition: inline\r\nContent-Disposition: attachment; filename=f.xlsx",
        "a broken disposition": 'Content-Disposition: attachment; filename="formulier.xlsx',
    }
    for number, (title, disposition) in enumerate(named.items(), 100):
        raw = attached(form, disposition, number=number)
        yield Nasty(f"name: {title}", raw, "taken")


def _structures(form: bytes) -> Iterator[Nasty]:
    inner = attached(form, "Content-Disposition: attachment; filename=formulier.xlsx", number=200)
    start = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="O"'
    within = (
        b"\r\n--O\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename=f.eml\r\n\r\n"
    )
    yield Nasty(
        "a mail within a mail",
        head(start, "In-Reply-To: <abc@elzenwaard.example>", number=201) + within + inner + b"\r\n--O--\r\n",
        "refused",
        "dit is een ander bericht",
    )
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000)
    )
    yield Nasty("three thousand levels", head("MIME-Version: 1.0", number=202) + deep, "left")
    mails = b"Content-Type: message/rfc822\r\n\r\n" * 3000
    yield Nasty("three thousand mails within mails", head(number=203) + mails, "left")
    parts = b"--O\r\nContent-Type: text/x-nothing; name=a\r\n\r\n\r\n" * 20_000
    yield Nasty("twenty thousand parts", head(start, number=204) + b"\r\n" + parts + b"--O--\r\n", "left")
    yield Nasty("a boundary that never comes", head(start, number=205) + b"\r\nniets\r\n", "left")
    yield Nasty("no boundary", head("Content-Type: multipart/mixed", number=206) + b"\r\n--\r\n\r\n", "left")
    unclosed = attached(form, "Content-Disposition: attachment; filename=f.xlsx", number=207)
    yield Nasty("an end that is missing", unclosed.replace(b"\r\n--B--", b""), "taken")
    yield Nasty("bare line feeds", inner.replace(b"\r\n", b"\n").replace(b"<200@", b"<208@"), "taken")
    many = b"".join(
        b"--O\r\nContent-Type: application/octet-stream; name=%d.xlsx\r\n\r\nPK\r\n" % n for n in range(50)
    )
    raw = head(start, number=209) + b"\r\n" + many + b"--O--\r\n"
    yield Nasty("fifty forms", raw, "refused", "meer dan 10 formulieren")
    signed = inner.replace(b"multipart/mixed", b'multipart/signed; protocol="application/pkcs7-signature"')
    signature = b"--B\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMIIB\r\n--B--"
    yield Nasty("signed", signed.replace(b"--B--", signature).replace(b"<200@", b"<210@"), "taken")
    sealed = 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'
    yield Nasty(
        "sealed", head(sealed, number=211) + b"\r\nMIIB\r\n", "refused", "versleuteld of zo ondertekend"
    )
    pgp = 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="O"'
    yield Nasty(
        "sealed with PGP",
        head(pgp, number=212)
        + b"\r\n--O\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        + b"--O\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\nx\r\n--O--\r\n",
        "refused",
        "versleuteld of zo ondertekend",
    )


def _contents(form: bytes) -> Iterator[Nasty]:
    name = "Content-Disposition: attachment; filename=formulier.xlsx"
    good = attached(form, name, number=300)
    begin = good.index(b"\r\n\r\n", good.index(b"base64")) + 4

    def holding(content: bytes, number: int) -> bytes:
        body = good[:begin] + content + b"\r\n--B--\r\n"
        return body.replace(b"<300@", b"<%d@" % number)

    yield Nasty(
        "garbage for base64", holding(b"\xff\xfe!!@@ niets hiervan ==", 301), "refused", "geen .xlsx-"
    )
    yield Nasty(
        "base64 that stops halfway", good[: begin + 3000].replace(b"<300@", b"<302@"), "refused", "Bestand"
    )
    yield Nasty("nothing", holding(b"", 303), "refused", "dit is geen .xlsx-")
    yield Nasty("only NUL bytes", holding(b"\0" * 5000, 304), "refused", "geen .xlsx-")
    unknown = good.replace(b"base64", b"x-unknown").replace(b"<300@", b"<305@")
    yield Nasty("an unknown encoding", unknown, "refused", "Bestand formulier.xlsx")
    large = attached(b"PK" + b"\0" * (11 * 2**20), name, number=306)
    yield Nasty("a file of eleven megabytes", large, "refused", "groter dan 10 MB")
    huge = head(number=307) + b"\r\n" + b"x" * 78 * 680_000
    yield Nasty("fifty megabytes", huge, "refused", "Het bericht is groter dan 25 MB")
    yield Nasty(
        "YAML of nothing", attached(b"{", name.replace(".xlsx", ".yaml"), number=308), "refused", "Bestand"
    )


def _headers(form: bytes) -> Iterator[Nasty]:
    disposition = "Content-Disposition: attachment; filename=formulier.xlsx"

    def with_headers(number: int, *lines: str) -> bytes:
        return (
            "\r\n".join(lines).encode("utf-8", "surrogateescape")
            + b"\r\n"
            + attached(form, disposition, number=number)
        )

    yield Nasty("bytes in the subject", with_headers(401, "Subject: verantwoording \udce9\udcff \0"), "taken")
    yield Nasty(
        "an unknown character set in the subject", with_headers(402, "Subject: =?x-klingon?B?/w==?="), "taken"
    )
    no_number = attached(form, disposition, number=403).replace(b"Message-ID", b"X-Not")
    yield Nasty("no Message-ID", no_number, "taken")
    yield Nasty(
        "a Message-ID that is none",
        attached(form, disposition, number=404).replace(b"<404@", b"<4\0 04@"),
        "taken",
    )
    yield Nasty("two Message-IDs", with_headers(405, "Message-ID: <405a@nasty.example>"), "taken")
    yield Nasty("two senders", with_headers(406, "From: ander@elders.example"), "left")
    own_twice = with_headers(407, f"From: {SENDER}")
    yield Nasty("the same sender twice", own_twice, "left")
    sender = f"From: Iemand <{SENDER}>".encode()

    def sent_by(stated: bytes, number: int) -> bytes:
        return attached(form, disposition, number=number).replace(sender, stated, 1)

    yield Nasty("no sender", sent_by(b"X-From: nobody", 408), "left")
    yield Nasty(
        "bytes in the sender's name", sent_by(b"From: Andr\xe9 <" + SENDER.encode() + b">", 409), "taken"
    )
    yield Nasty("a sender in encoded words", sent_by(b"From: =?utf-8?B?dGVhbWxlaWRlcg==?=", 410), "left")
    yield Nasty(
        "a sender over many lines", sent_by(b"From: Iemand\r\n\t<" + SENDER.encode() + b">", 411), "taken"
    )
    yield Nasty("a sender like ours", sent_by("From: <tеamleider@elzenwaard.example>".encode(), 412), "left")
    yield Nasty("a hundred thousand headers", with_headers(413, *["X-Filler: x"] * 100_000), "taken")
    yield Nasty("a header of two megabytes", with_headers(414, "X-Filler: " + "x" * 2 * 2**20), "taken")
    yield Nasty("brackets without end", with_headers(415, "References: " + "<" * 50_000), "taken")
    yield Nasty("only NUL bytes", b"\0" * 10_000, "left")
    yield Nasty("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "left")
    yield Nasty("one empty line", b"\r\n", "left")
    mail = EmailMessage()
    mail["From"], mail["Subject"] = SENDER, "Agenda"
    mail.set_content("Zullen wij bellen?")
    mail.add_attachment(b"BEGIN:VCALENDAR", "text", "calendar", filename="afspraak.ics")
    mail.add_attachment(b"BEGIN:VCARD", "text", "vcard", filename="ik.vcf")
    mail.add_attachment(b"\x89PNG", "image", "png", filename="logo.png")
    yield Nasty("only what a mail program adds", mail.as_bytes(), "left")
