"""The cycle 2027 of Elzenwaard with a moving date: people hand in and decide, each morning the tick runs.

It does what people can do and nothing else: fill in a form that came by mail, hand it in or put it in the
intake folder, record a decision with a command. All the rest is done by the flows.
"""

from __future__ import annotations

import io
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jaarring import cycle, starter
from jaarring.demo import case
from jaarring.demo.case import Case, Command, HandIn
from jaarring.demo.mailbox import Mailbox
from jaarring.dutch import dag_datum, hoofdletter, meervoud, opsomming
from jaarring.forms.fill import fill
from jaarring.here import Here, municipality
from jaarring.occasions import Duty, occasions
from jaarring.refusal import Refused

YEAR = 2027
#: by this file a folder is known as ours to make anew
MARK = ".jaarring-demo"

Tick = Callable[[Path, date], None]
Door = Callable[[list[str]], int]


@dataclass
class Demo:
    """One play: the folder it fills, and who plays the clock (`tick`) and the command line (`door`)."""

    out: Path
    variant: str
    tick: Tick
    door: Door
    say: Callable[[str], None] = print
    mailbox: Mailbox = field(init=False)

    def __post_init__(self) -> None:
        self.mailbox = Mailbox(self.out / "mails")

    @property
    def config(self) -> Path:
        return self.out / "config"

    def prepare(self) -> None:
        """A fresh folder with the example's configuration. Raises Refused for a folder that is not ours."""
        if self.out.exists() and any(self.out.iterdir()) and not (self.out / MARK).exists():
            raise Refused(
                f"de map {self.out} is niet leeg en niet van de demo", "noem met --out een nieuwe map"
            )
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)
        (self.out / MARK).touch()
        starter.write(self.config, self.variant)
        channels = self.config / "channels.yaml"
        text = channels.read_text(encoding="utf-8")
        channels.write_text(re.sub(r"(?m)^mail: .*$", "mail: jbox://../mails", text), encoding="utf-8")
        (self.out / "formulieren").mkdir()

    def play(self, until: date | None = None) -> None:
        """The year, day by day; where `until` is given, up to and including that day."""
        with municipality(self.config) as here:
            played = case.read(self.variant)
            commands = [*_acceptances(here, played), *played.commands]
            days = _days(here, played, commands)
        for day in days:
            if until is None or day <= until:
                forms = [one for one in played.hand_ins if one.on == day]
                said = [one for one in commands if one.on == day]
                self._day(day, forms, said)

    def _day(self, day: date, forms: Sequence[HandIn], commands: Sequence[Command]) -> None:
        for form in forms:
            if form.way == "intake":
                self._into_intake(form)
        self._morning(day)
        for form in forms:
            if form.way == "submit":
                self._submit(form)
        for command in commands:
            dated = ["--date", str(day), "--as-of", str(day)]
            self._run([*command.words, *dated])
        self._tell(day, forms, commands)

    def _morning(self, day: date) -> None:
        """The tick where something is due: what the command line looks at before it loads Prefect."""
        with municipality(self.config) as here:
            at = cycle.moment(here, day)
            cycle.schedule(here, day, at)
            idle = cycle.work(here, day, at).nothing
        if not idle:
            self.tick(self.config, day)

    def _filled(self, form: HandIn) -> Path:
        """The form as its owner got it by mail, filled in and saved."""
        self.mailbox.read()
        file = self.out / "formulieren" / f"{form.on}-{form.duty.replace('/', '-')}.xlsx"
        file.write_bytes(fill(self.mailbox.form(form.duty), form.answers))
        return file

    def _submit(self, form: HandIn) -> None:
        by = ["--by", form.by] if form.by else []
        self._run(["submit", str(self._filled(form)), *by, "--as-of", str(form.on)])

    def _into_intake(self, form: HandIn) -> None:
        with municipality(self.config) as here:
            here.intake.mkdir(parents=True, exist_ok=True)
            shutil.copy(self._filled(form), here.intake)

    def _run(self, words: list[str]) -> None:
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            status = self.door([*words, "--config", str(self.config)])
        if status:
            raise Refused(
                f"jaarring {' '.join(words)}: {said.getvalue().strip()}", "meld dit als fout in de demo"
            )

    def _tell(self, day: date, forms: Sequence[HandIn], commands: Sequence[Command]) -> None:
        parts = [*_handed_in(forms), *(one.say for one in commands if one.say)]
        if count := self.mailbox.came():
            parts.append(f"{count} {meervoud(count, 'bericht', 'berichten')} verstuurd")
        if parts:
            self.say(f"{hoofdletter(dag_datum(day))}: {opsomming(parts)}.")

    def lay_out(self) -> None:
        """Put plans and reports where a person looks first, and list the post."""
        with municipality(self.config) as here:
            for made in sorted(here.documents.iterdir()):
                folder = self.out / ("plannen" if made.name.startswith("jaarplan") else "rapportages")
                folder.mkdir(exist_ok=True)
                shutil.copy(made, folder)
        lines = [f"{one.file}\t{one.to}\t{one.subject}\n" for one in self.mailbox.letters]
        (self.out / "mails.txt").write_text("".join(lines), encoding="utf-8")

    def look_first(self) -> None:
        """Where everything is, and the three things to open first."""
        letters = self.mailbox.letters
        missing = [one for one in letters if one.subject.startswith("Besluit gevraagd: verantwoording")]
        for line in (
            "",
            f"Het jaar {YEAR} van gemeente Elzenwaard staat in {self.out}:",
            f"    mails/        {len(letters)} berichten, elk een .eml; mails.txt is de lijst",
            "    formulieren/  wat thema's en afdelingen instuurden",
            "    plannen/      de jaarplannen, met oud en nieuw na de bijsturing",
            "    rapportages/  vier tactische rapportages en de raadsrapportage",
            "Kijk eerst naar:",
            "    1. rapportages/raadsrapportage-2027-openbaar.pdf: zo leest de raad het jaar",
            "    2. rapportages/tactische-rapportage-2027-2e-kwartaal.pdf: een doel dreigt mis te gaan",
            *(
                f"    3. mails/{one.file}: wat er gebeurt als een verantwoording niet komt"
                for one in missing[:1]
            ),
        ):
            self.say(line)


def _acceptances(here: Here, played: Case) -> Iterator[Command]:
    """The acceptance of each account, by whom it is made to: read from the lines, like everything."""
    organisation = here.organisation
    for form in played.hand_ins:
        if form.accepted:
            duty, client = Duty(form.duty), organisation.client.id
            to_secretary = duty.kind == "account" or duty.subject == "oib"
            body = organisation.secretary if to_secretary else client
            yield Command(form.accepted, ("decide", form.duty, "accept", "--body", body), "")


def _days(here: Here, played: Case, commands: Sequence[Command]) -> list[date]:
    """The days on which something is due or done."""
    due = {one.due for one in occasions(here.organisation, here.schedule, YEAR)}
    acted = {one.on for one in played.hand_ins} | {one.on for one in commands}
    return sorted(due | acted)


def _handed_in(forms: Sequence[HandIn]) -> Iterator[str]:
    counts = Counter("thema" if Duty(form.duty).kind == "report" else "afdeling" for form in forms)
    for kind, many in (("thema", "thema's"), ("afdeling", "afdelingen")):
        if count := counts[kind]:
            yield f"{count} {meervoud(count, kind, many)} {meervoud(count, 'verantwoordt', 'verantwoorden')} zich"


def play(out: Path, variant: str, door: Door) -> int:
    """Play the whole year into `out`, through Prefect; the exit status of `jaarring demo`.

    `door`: the command line, handed in since it stands above the demo.
    """
    from jaarring import engine

    def tick(config: Path, day: date) -> None:
        from flows.tick import tick as flow

        flow(config, as_of=day)

    demo = Demo(out, variant, tick, door)
    demo.prepare()
    demo.say(f"Gemeente Elzenwaard, {YEAR}, variant {variant}. Dit duurt een minuut of twee.")
    with engine.temporary():
        demo.play()
    demo.lay_out()
    demo.look_first()
    return 0
