"""The cycle 2027 of Elzenwaard with a moving date: people hand in and decide, each morning the tick runs.

It does what people can do and nothing else: fill in a form that came by mail, hand it in or put it in the
intake folder, record a decision with a command. All the rest is done by the flows.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from jaarring import cycle, rounds, starter
from jaarring.demo import case, story
from jaarring.demo.answers import answered
from jaarring.demo.case import Case, Command, Day, HandIn, Line, Reply
from jaarring.demo.mailbox import Mailbox
from jaarring.dutch import meervoud
from jaarring.forms.fill import fill
from jaarring.governance import Organisation
from jaarring.here import Here, municipality
from jaarring.occasions import Duty
from jaarring.occasions.year import occasions
from jaarring.plans.rules import JOINT
from jaarring.refusal import Refused
from jaarring.reminders.rules import owes
from jaarring.rights import Thing, holders

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

    @property
    def organisation(self) -> Organisation:
        with municipality(self.config) as here:
            return here.organisation

    def prepare(self) -> None:
        """A fresh folder with the example's configuration. Raises Refused for a folder that is not ours."""
        if self.out.exists() and not self.out.is_dir():
            raise Refused(f"{self.out} is een bestand en geen map", "noem met --out een nieuwe map")
        if self.out.exists() and any(self.out.iterdir()) and not (self.out / MARK).is_file():
            raise Refused(
                f"de map {self.out} is niet leeg en niet van de demo", "noem met --out een nieuwe map"
            )
        self.out.mkdir(parents=True, exist_ok=True)
        _emptied(self.out)
        (self.out / MARK).touch()
        starter.write(self.config, self.variant)
        channels = self.config / "channels.yaml"
        _changed(channels, r"(?m)^mail: .*$", "mail: jbox://../mails")
        (self.out / "formulieren").mkdir()

    def play(self, until: date | None = None) -> None:
        """The year, day by day; where `until` is given, up to and including that day."""
        with municipality(self.config) as here:
            played = case.read(self.variant)
            replies = [*_acceptances(here, played), *played.replies]
            played = replace(played, replies=sorted(replies, key=lambda one: one.on))
            days = _days(here, played)
        for day in days:
            if (until is None or day <= until) and (told := self._day(played.day(day))):
                self.say(told)

    def _day(self, day: Day) -> str:
        """Morning and afternoon of one day; what there is to tell of it."""
        before = self._documents()
        for form in day.hand_ins:
            if form.way == "intake":
                self._into_intake(form)
        self._morning(day.on)
        came = self.mailbox.read()
        for form in day.hand_ins:
            if form.way == "submit":
                self._submit(form)
        self._answer(day)
        for command in day.commands:
            self._run([*command.words, "--date", str(day.on), "--as-of", str(day.on)])
        for line in day.lines:
            _changed(self.config / line.file, f"(?m)^{re.escape(line.under)}$", f"{line.under}\n{line.text}")
        made = [name for name, at in self._documents().items() if before.get(name) != at]
        new = [name for name in made if name not in before]
        return story.of_day(
            day.on, [one.duty for one in day.hand_ins], _said(day), new, made, [*came, *self.mailbox.read()]
        )

    def _answer(self, day: Day) -> None:
        """What people answer in the form of their letter, one form a letter."""
        if not day.replies:
            return
        with municipality(self.config) as here:
            filled = list(answered(here.on(day.on), self.mailbox, day.replies))
        for form in filled:
            file = self.out / "formulieren" / f"{day.on}-{form.name}"
            file.write_bytes(form.content)
            self._run(["submit", str(file), "--as-of", str(day.on)])

    def _morning(self, day: date) -> None:
        """The tick where something is due: what the command line looks at before it loads Prefect."""
        with municipality(self.config) as here:
            rounds.ended(here.storage, day - timedelta(days=1))  # the days between had nothing to do
            at = cycle.moment(here, day)
            cycle.schedule(here, day, at)
            idle = cycle.work(here, day, at).nothing
        if not idle:
            self.tick(self.config, day)

    def _filled(self, form: HandIn) -> Path:
        """The form as its owner got it by mail, filled in and saved."""
        owner = owes(self.organisation, Duty(form.duty))
        file = self.out / "formulieren" / f"{form.on}-{form.duty.replace('/', '-')}.xlsx"
        file.write_bytes(fill(self.mailbox.form(form.duty, owner.mail), form.answers))
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

    def _documents(self) -> dict[str, int]:
        """The pages that lie in the documents folder, and when each was last made."""
        with municipality(self.config) as here:
            return {page.name: page.stat().st_mtime_ns for page in sorted(here.documents.glob("*.html"))}

    def lay_out(self) -> None:
        """Put plans and reports where a person looks first, and list the post."""
        with municipality(self.config) as here:
            for made in sorted(path for path in here.documents.rglob("*") if path.is_file()):
                kind = "plannen" if made.name.startswith("jaarplan") else "rapportages"
                folder = self.out / kind / made.parent.relative_to(here.documents)
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copy(made, folder)
        (self.out / "mails.txt").write_text(story.listing(self.mailbox.letters), encoding="utf-8")

    def look_first(self) -> None:
        """Where everything is, and the three things to open first."""
        for line in ("", *story.ending(self.out, self.mailbox.letters)):
            self.say(line)


def _emptied(folder: Path) -> None:
    """Throw away what a demo left; its mark goes last of all, so that what is cut off can be done again."""
    for old in folder.iterdir():
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        elif old.name != MARK:
            old.unlink()


def _changed(file: Path, pattern: str, line: str) -> None:
    """Change one line of a configuration file, as a person would."""
    text, found = re.subn(pattern, lambda _: line, file.read_text(encoding="utf-8"))
    if found != 1:
        raise ValueError(f"{file.name} has {found} lines like {pattern}")
    file.write_text(text, encoding="utf-8")


def _acceptances(here: Here, played: Case) -> Iterator[Reply]:
    """The acceptance of each account, by whom it is made to: read from the lines, like everything."""
    for form in played.hand_ins:
        if form.accepted:
            duty = Duty(form.duty)
            kind = "joint" if duty.subject == JOINT else duty.kind
            reader = holders(here.organisation, "accept", Thing(kind, duty.subject))[0]
            yield Reply(form.accepted, reader, form.duty, "accept", {}, "")


def _said(day: Day) -> list[str]:
    """What is told of a day beside its post."""
    acts: Sequence[Sequence[Command | Reply | Line]] = (day.commands, day.replies, day.lines)
    said = [one.say for some in acts for one in some if one.say]
    if accepted := sum(one.choice == "accept" and "/Q" in one.about and not one.say for one in day.replies):
        said.append(f"{accepted} {meervoud(accepted, 'verantwoording', 'verantwoordingen')} goedgekeurd")
    return said


def _days(here: Here, played: Case) -> list[date]:
    """Every working day of the cycle, for questions come up by themselves, and the days on which people
    act.
    """
    due = {one.due for one in occasions(here.organisation, here.schedule, YEAR)}
    first, last = min(due), max(due)
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    due |= {day for day in every if here.schedule.calendar.is_working_day(day)}
    return sorted(due | played.days)


def play(out: Path, variant: str, door: Door) -> int:
    """Play the whole year into `out`, through Prefect; the exit status of `jaarring demo`.

    `door`: the command line, handed in since it stands above the demo.
    """
    from jaarring import engine

    def tick(config: Path, day: date) -> None:
        from flows.tick import tick as flow

        flow(config, as_of=day)

    demo = Demo(out, variant, tick, door, partial(print, flush=True))
    demo.prepare()
    demo.say(f"Gemeente Elzenwaard, {YEAR}, variant {variant}. Dit duurt twee of drie minuten.")
    with engine.temporary():
        demo.play()
    demo.lay_out()
    demo.look_first()
    return 0
