"""The restore drill: three days are lost, nothing is sent twice, every loss is listed and asked again."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import URL

from jaarring.cli import main
from jaarring.here import municipality
from jaarring.ledger import due, events
from jaarring.occasions import Occasion
from jaarring.occasions.year import occasions
from jaarring.reports import records as reports
from tests import part_of_a_year
from tests.bench import year
from tests.conftest import SHIPPED, copied
from tests.played import plain_tick

pytestmark = pytest.mark.both_stores

#: the backup is of the evening before the accounts of the first quarter are due
AGAIN = "Graag nog een keer insturen: verantwoording 1e kwartaal 2027: "
BACKUP, LAST, RESTORE = date(2027, 4, 13), date(2027, 4, 16), date(2027, 4, 19)

THEMES = [
    "bedrijfscontinuïteit",
    "fysieke beveiliging",
    "informatiebeveiliging",
    "personele veiligheid",
    "privacy",
]


def post(config: Path) -> list[EmailMessage]:
    """Every message that was sent, as its reader has it."""
    folder = config.parent / "var" / "mail"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]


def text(message: EmailMessage) -> str:
    """Its plain words, as one line."""
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def jaarring(config: Path, day: date, *arguments: str) -> int:
    return main([*arguments, "--config", str(config), "--as-of", day.isoformat()])


class Drill:
    """A municipality that was put back to a backup of three days old."""

    def __init__(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.config, self.capsys = config, capsys
        part_of_a_year.play(config, BACKUP)
        self.file = config.parent / "kopie.tar"
        assert jaarring(config, BACKUP, "backup", str(self.file)) == 0
        self.before = len(post(config))
        with municipality(config) as here:
            planned = list(occasions(here.organisation, here.schedule, 2027))
        self.lost = [one for one in planned if BACKUP < one.due <= LAST and one.kind == "due"]
        for day in (BACKUP + timedelta(days=n) for n in (1, 2, 3)):
            plain_tick(config, day)
            self._act([one for one in planned if one.due == day], day)
            plain_tick(config, day)
        self.sent = post(config)
        self.said = self.said_to("restore", str(self.file))

    def _act(self, today: list[Occasion], day: date) -> None:
        with municipality(self.config) as here:
            for occasion in today:
                year._act(here, occasion, day, self.config.parent)

    def tick(self, *days: date) -> None:
        for day in days:
            plain_tick(self.config, day)

    def said_to(self, *arguments: str, day: date = RESTORE) -> str:
        """What the command says, which must succeed."""
        self.capsys.readouterr()
        assert jaarring(self.config, day, *arguments) == 0
        return self.capsys.readouterr().out

    def twice(self) -> list[str]:
        """The Message-IDs that somebody got more than once."""
        ids = Counter(str(one["Message-ID"]) for one in post(self.config))
        return [id for id, count in ids.items() if count > 1]

    def new(self) -> list[EmailMessage]:
        """What was sent since the restore."""
        known = Counter(str(one["Message-ID"]) for one in self.sent)
        return [one for one in post(self.config) if str(one["Message-ID"]) not in known]


@pytest.fixture
def drill(tmp_path: Path, where: Path | URL, capsys: pytest.CaptureFixture[str]) -> Drill:
    return Drill(copied(SHIPPED, tmp_path, where=where), capsys)


def test_after_a_restore_nothing_is_sent_twice_and_every_loss_is_listed_and_asked_again(drill: Drill) -> None:
    """As the coordinator and those whose form was lost go through it, from the restore to the new receipt."""
    config, duties = drill.config, sorted({one.duty for one in drill.lost})
    assert len(duties) > 3 and len(drill.sent) > drill.before, "the control: something did happen"

    # every loss is listed
    for duty in duties:
        assert f"  {duty}: verantwoording ontvangen" in drill.said
    assert f"Wel verstuurd, en wordt niet opnieuw verstuurd ({len(drill.sent) - drill.before}):" in drill.said
    assert "Klaar om te gaan: 5 brieven die het opnieuw vragen." in drill.said

    # nothing goes out
    drill.tick(RESTORE)
    assert len(post(config)) == len(drill.sent)
    held = drill.said_to("agenda", "--held")
    assert "Er gaat geen post uit: de reservekopie van 13 april 2027 is teruggezet" in held
    assert f"  {duties[0]}: verantwoording ontvangen" in held

    # after the coordinator's word: nothing twice, each loss asked again once, nobody blamed
    assert "Vrijgegeven: de reservekopie van 13 april 2027 is teruggezet" in drill.said_to("release")
    drill.tick(RESTORE, RESTORE + timedelta(days=1))
    assert drill.twice() == []
    new = drill.new()
    asked = [one for one in new if str(one["Subject"]).startswith(AGAIN)]
    assert sorted(str(one["Subject"]).removeprefix(AGAIN) for one in asked) == THEMES
    owners = {str(one["To"]) for one in asked}
    assert [str(one["Subject"]) for one in new if one not in asked and str(one["To"]) in owners] == []
    with municipality(config) as here, here.store.read() as tx:
        for duty in duties:
            now = due.get(tx, f"{duty}/due")
            assert now and now.state == "open" and now.occasion.due == date(2027, 4, 26)
        assert events.verify(tx) is None

    # its words
    said = next(text(one) for one in asked if str(one["Subject"]).endswith("privacy"))
    for words in (
        "Wij moesten een reservekopie terugzetten.",
        "Dat is niet uw fout.",
        "ontvangen op 14 april 2027, versie 1",
        "ontvangstnummer ",
        "Dat kan op dezelfde manier als eerst, tot en met 26 april 2027. Uw formulier is dan op tijd.",
    ):
        assert words in said

    # the same file once more is in time, and has a receipt of its own, though one of that name is known
    day = RESTORE + timedelta(days=2)
    for duty in duties:
        drill.said_to("submit", str(config.parent / f"{duty.replace('/', '-')}.xlsx"), day=day)
    receipts = [one for one in drill.new() if str(one["Subject"]).startswith("Ontvangen:")]
    assert len(receipts) == len(duties) and drill.twice() == []
    with municipality(config) as here, here.store.read() as tx:
        for duty in duties:
            assert [version.late for version in reports.versions(tx, duty)] == [False]

    # and put back once more, all of this was lost, and still nothing goes twice
    said = drill.said_to("restore", str(drill.file), day=day)
    assert all(f"  {duty}: verantwoording ontvangen" in said for duty in duties)
    drill.said_to("release", day=day)
    drill.tick(day, day + timedelta(days=1))
    assert drill.twice() == []
