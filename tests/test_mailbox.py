"""What comes back by mail: a form is taken in once, a bounce is believed, a person's mail is left to a person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from jaarring import agenda, steps
from jaarring.forms.fill import fill
from jaarring.forms.rules import Key, Value
from jaarring.here import Here, municipality
from jaarring.ledger import due, events, outbox
from jaarring.mail import boxes
from jaarring.mail.boxes import Box, BoxError
from jaarring.mailbox import actions, pages, records
from jaarring.mailbox.opened import open_mail
from jaarring.mailbox.proof import Proof, proof
from jaarring.mailbox.rules import FORMS_LIMIT, MAIL_LIMIT, kind_of
from jaarring.occasions.year import occasions
from jaarring.plans import records as plans
from jaarring.plans.rules.deriving import derive
from jaarring.reports import records as accounts
from tests.conftest import SHIPPED, copied
from tests.test_reports import BC, FB, GOOD, OWNER, blank, mails, words

pytestmark = pytest.mark.both_stores

DAY = date(2027, 4, 13)
OWN, OTHER = "teamleider.facilitair@elzenwaard.example", "teammanager.ia@elzenwaard.example"
US, BOUNCES = "integrale.beveiliging@elzenwaard.example", "onbestelbaar.beveiliging@elzenwaard.example"
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def at(day: date = DAY, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mailbox that is a folder."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "post" / name).mkdir(parents=True)
    return tmp_path / "post"


@pytest.fixture
def here(tmp_path: Path, folder: Path, where: Path | URL) -> Iterator[Here]:
    """Elzenwaard with its adopted plans, that reads this mailbox and has looked at it when it was empty."""
    with reading(copied(SHIPPED, tmp_path, where=where), f"address: maildir://{folder}") as opened:
        read(opened)
        yield opened


def reading(config: Path, *settings: str) -> Any:
    """Elzenwaard with its adopted plans for 2027, reading a mailbox."""
    channels = config / "channels.yaml"
    block = "\nmailbox:\n" + "".join(f"  {line}\n" for line in settings)
    channels.write_text(channels.read_text("utf-8") + block, "utf-8")
    opened = municipality(config)
    with opened as here:
        adopted = at(date(2026, 12, 8))
        with here.store.write() as tx:
            due.schedule(tx, 2027, occasions(here.organisation, here.schedule, 2027), adopted)
            for plan in derive(here.framework, here.organisation, 2027).plans:
                plans.add(tx, plan, "adopted", adopted)
    return municipality(config)


def read(here: Here, day: date = DAY, hour: int = 7) -> Counter[str]:
    """What a tick does with the mailbox."""
    return steps.read_mail(here, day, at(day, hour))


def letter(
    sender: str = OWN,
    files: Mapping[str, bytes] | None = None,
    headers: Mapping[str, str] | None = None,
    text: str = "Hierbij het formulier.",
) -> EmailMessage:
    """A mail as a person sends it, with files attached."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Iemand <{sender}>", US, "Re: uw verantwoording"
    mail["Message-ID"] = f"<{next(NUMBERS)}@elzenwaard.example>"
    for name, value in (headers or {}).items():
        del mail[name]
        mail[name] = value
    mail.set_content(text)
    for name, content in (files or {}).items():
        main, sub = XLSX if name.endswith(".xlsx") else ("application", "octet-stream")
        mail.add_attachment(content, main, sub, filename=name)
    return mail


NUMBERS = iter(range(1, 10_000))


def put(folder: Path, mail: EmailMessage | bytes, name: str = "") -> str:
    """A mail that has just come; its name in the box."""
    name = name or f"{next(NUMBERS)}.box"
    (folder / "new" / name).write_bytes(mail if isinstance(mail, bytes) else mail.as_bytes())
    return name


def filled(here: Here, cells: Mapping[Key, Value | float] = GOOD, duty: str = FB) -> bytes:
    return fill(blank(here, duty), cells)


def flags(folder: Path) -> dict[str, str]:
    """Of each mail in the box its flags; empty for one that nobody has read."""
    names = [path.name for part in ("new", "cur") for path in (folder / part).iterdir()]
    return {name.partition(":")[0]: name.partition(":2,")[2] for name in names}


def handed_in(here: Here, duty: str = FB) -> list[tuple[str, str]]:
    """Of each version that was taken in, who handed it in and on whose behalf."""
    with here.store.read() as tx:
        return [(one.by, one.on_behalf_of) for one in accounts.versions(tx, duty)]


def subjects(here: Here) -> list[tuple[str, str]]:
    """To whom which letter was written."""
    with here.store.read() as tx:
        return [(line.recipient, line.subject) for line in outbox.all_lines(tx)]


def answers(here: Here) -> list[str]:
    """The words of the answers of this room."""
    return [words(mail) for mail in mails(here) if mail["X-Jaarring-Occasion"].startswith("mailbox/")]


def logged(here: Here, kind: str) -> list[Any]:
    with here.store.read() as tx:
        return [one.payload for one in events.history(tx) if one.kind == kind]


class TestForms:
    def test_a_form_sent_back_is_taken_in_for_who_sent_it_with_a_receipt(
        self, here: Here, folder: Path
    ) -> None:
        name = put(folder, letter(files={"formulier.xlsx": filled(here)}))

        assert read(here) == {"taken": 1}

        assert handed_in(here) == [(OWNER, "")]
        assert subjects(here) == [
            (OWN, "Ontvangen: verantwoording fysieke beveiliging, 1e kwartaal 2027"),
        ]
        assert flags(folder) == {name: "RS"}

    def test_read_again_nothing_happens(self, here: Here, folder: Path) -> None:
        put(folder, letter(files={"formulier.xlsx": filled(here)}))
        read(here)
        with here.store.read() as tx:
            before = events.head(tx)

        assert read(here, DAY + timedelta(days=1)) == {}

        with here.store.read() as tx:
            assert events.head(tx) == before
        assert len(subjects(here)) == 1

    def test_who_hands_in_for_another_hears_of_it_too(self, here: Here, folder: Path) -> None:
        """The coordinator sends on what came on paper: the receipt goes to the owner, an answer to him."""
        put(folder, letter(US, {"formulier.xlsx": filled(here)}))

        read(here)

        assert handed_in(here) == [("coordinator", OWNER)]
        assert [to for to, _ in subjects(here)] == [OWN, US]
        assert "Ontvangen: verantwoording fysieke beveiliging" in answers(here)[0]

    def test_a_form_in_a_wrong_persons_mail_is_refused_in_one_sentence_that_says_whose_it_is(
        self, here: Here, folder: Path
    ) -> None:
        name = put(folder, letter(OTHER, {"formulier.xlsx": filled(here)}))

        assert read(here) == {"refused": 1}

        assert handed_in(here) == []
        assert [to for to, _ in subjects(here)] == [OTHER]
        assert (
            "Bestand formulier.xlsx: u mag dit niet indienen; dit is aan: teamleider Facilitair of "
            in answers(here)[0]
        )
        assert OWNER not in answers(here)[0] and flags(folder) == {name: "RS"}

    def test_mistakes_in_a_form_are_told_by_its_own_room_and_once(self, here: Here, folder: Path) -> None:
        put(folder, letter(files={"formulier.xlsx": filled(here, {**GOOD, WRONG: "heel goed"})}))

        assert read(here) == {"refused": 1}

        assert handed_in(here) == []
        assert subjects(here) == [(OWN, "Graag verbeteren: verantwoording fysieke beveiliging, 1e kwartaal 2027")]

    def test_two_forms_in_one_mail_are_each_their_own(self, here: Here, folder: Path) -> None:
        """One is good; the other is of another theme, so that its owner is named."""
        files = {"een.xlsx": filled(here), "twee.xlsx": fill(blank(here, "2027/Q1/report/ib"), {})}
        put(folder, letter(files=files))

        assert read(here) == {"taken": 1}

        assert len(handed_in(here)) == 1
        assert answers(here)[0].count("•") == 1 and "Bestand twee.xlsx: u mag dit niet" in answers(here)[0]

    def test_the_same_file_in_another_mail_is_answered_and_not_taken_in_again(
        self, here: Here, folder: Path
    ) -> None:
        form = filled(here)
        put(folder, letter(files={"formulier.xlsx": form}))
        read(here)
        put(folder, letter(files={"formulier.xlsx": form}))

        assert read(here, DAY + timedelta(days=1)) == {"taken": 1}

        assert len(handed_in(here)) == 1
        assert "Dit bestand was al ontvangen" in answers(here)[0]

    def test_the_same_message_id_with_another_form_is_another_mail(self, here: Here, folder: Path) -> None:
        """A program that gives all its mails one number loses nobody's form."""
        same = {"Message-ID": "<1@telefoon>"}
        changed = {**GOOD, ("geld", "thema", "besteed"): "€ 31.600"}
        put(folder, letter(files={"formulier.xlsx": filled(here)}, headers=same))
        put(folder, letter(files={"formulier.xlsx": filled(here, changed)}, headers=same))
        put(folder, letter(files={"formulier.xlsx": filled(here)}, headers=same))

        assert read(here) == {"taken": 3}

        assert len(handed_in(here)) == 2

    def test_beside_a_form_what_is_no_form_is_left_to_a_person(self, here: Here, folder: Path) -> None:
        name = put(folder, letter(files={"formulier.xlsx": filled(here), "foto's.pdf": b"%PDF-1.7"}))

        assert read(here) == {"left": 1}

        assert len(handed_in(here)) == 1 and answers(here) == []
        assert flags(folder) == {name: ""}
        assert "1 met een formulier waar u naar moet kijken" in " ".join(pages.lines(here, DAY))


WRONG = ("indicatoren", "G3", "oordeel")


class TestWho:
    def test_a_form_of_a_stranger_is_left_unread_and_never_answered(self, here: Here, folder: Path) -> None:
        name = put(folder, letter("iemand@elders.example", {"formulier.xlsx": filled(here)}))

        assert read(here) == {"left": 1}

        assert handed_in(here) == [] and subjects(here) == [] and flags(folder) == {name: ""}
        with here.store.read() as tx:
            assert "elders" not in str(records.left(tx)), "who writes to us is not kept unless we know him"

    @pytest.mark.parametrize(
        "stated",
        [
            f"{OWN}, iemand@elders.example",
            f"<{OWN}> <iemand@elders.example>",
            f'"{OWN}" <iemand@elders.example>',
            f"iemand@elders.example ({OWN})",
            f"{OWN}@elders.example",
            f"groep:{OWN};",
            f"{OWN}\x00",
            "",
        ],
    )
    def test_a_sender_who_is_not_exactly_one_is_nobody(self, here: Here, folder: Path, stated: str) -> None:
        raw = letter(files={"formulier.xlsx": filled(here)}).as_bytes()
        put(folder, raw.replace(f"Iemand <{OWN}>".encode(), stated.encode(), 1))

        assert read(here) == {"left": 1}
        assert handed_in(here) == [] and subjects(here) == []

    def test_two_senders_are_nobody(self, here: Here, folder: Path) -> None:
        raw = letter(files={"formulier.xlsx": filled(here)}).as_bytes()
        put(folder, b"From: iemand@elders.example\n" + raw)

        assert read(here) == {"left": 1}
        assert handed_in(here) == []

    def test_control_the_same_mail_with_one_sender_is_taken_in(self, here: Here, folder: Path) -> None:
        raw = letter(files={"formulier.xlsx": filled(here)}).as_bytes()
        put(folder, raw.replace(f"Iemand <{OWN}>".encode(), f'"Vries, J. de" <{OWN.upper()}>'.encode(), 1))

        assert read(here) == {"taken": 1}
        assert handed_in(here) == [(OWNER, "")]
