"""The command line: it reads what was asked, reads the clock, and calls actions. Nothing is decided here.

Exit status: 0 done, 1 refused or failed with a message, 2 wrong use. Dutch for what the municipality's people
read, English for what its administrator types.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jaarring.refusal import Refused

if TYPE_CHECKING:
    from jaarring.here import Here

#: at what hour something happens that a person does on a given date and not now
NOON = time(12, 0)
EDITIONS = {"public": "openbaar", "internal": "intern", "closed": "besloten"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.command(arguments)
        return status
    except Refused as refused:
        print(refused, file=sys.stderr)
    except BrokenPipeError:  # whoever read along has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if not _told(error):
            raise
    return 1


def _told(error: Exception) -> bool:
    """Tell what a user or administrator can do about an expected failure; False for a mistake of ours."""
    from jaarring.here import BadConfiguration

    if isinstance(error, BadConfiguration):
        print(*error.mistakes, sep="\n", file=sys.stderr)
        return True
    from jaarring.database import NewerStore, unusable, was_busy
    from jaarring.files import DamagedFile
    from jaarring.mail.channels import ChannelError

    if isinstance(error, NewerStore):
        print("the store was made by a newer Jaarring; install that version", file=sys.stderr)
    elif isinstance(error, DamagedFile):
        print(f"a stored file is damaged: {error}; restore it from the backup", file=sys.stderr)
    elif isinstance(error, ChannelError):
        print(error, file=sys.stderr)
    elif was_busy(error):
        print("the store is busy; try again in a minute", file=sys.stderr)
    elif why := unusable(error):
        print(f"the store cannot be used: {why}; look at its rights, or restore the backup", file=sys.stderr)
    elif isinstance(error, OSError) and error.filename:
        print(f"{error.filename}: {error.strerror}; look at the path and its rights", file=sys.stderr)
    else:
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jaarring", description="The yearly security cycle of a municipality"
    )
    common = argparse.ArgumentParser(add_help=False)
    default = Path(os.environ.get("JAARRING_CONFIG", "config"))
    common.add_argument("--config", type=Path, default=default, metavar="DIR", help="configuration folder")
    dated = argparse.ArgumentParser(add_help=False)
    dated.add_argument("--as-of", type=_date, metavar="DATE", help="the date to work for (default: today)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, help: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help, description=help, parents=list(parents))

    demo = add("demo", "play a year of the example municipality")
    demo.add_argument("--variant", choices=("direct", "oib"), default="direct")
    demo.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR")
    demo.set_defaults(command=_demo)

    init = add("init", "write a commented configuration to fill in")
    init.add_argument("folder", type=Path, metavar="DIR")
    init.add_argument("--variant", choices=("direct", "oib"), default="direct")
    init.set_defaults(command=_init)

    add("check", "print every mistake in the configuration", common).set_defaults(command=_check)

    up = add("up", "run server, worker and schedule on this machine", common)
    up.add_argument("--port", type=_port, default=4200)
    up.set_defaults(command=_up)

    run = add("run", "run one step by hand", common, dated)
    run.add_argument("step", choices=("plans", "reports", "reminders", "tactical", "council", "tick"))
    run.set_defaults(command=_run)

    submit = add("submit", "hand in a form (.xlsx, .ods, .yaml)", common, dated)
    submit.add_argument("file", type=Path)
    submit.add_argument("--by", metavar="PERSON", help="who hands it in (default: who owes it)")
    submit.set_defaults(command=_submit)

    decide = add("decide", "record a decision", common, dated)
    decide.add_argument("key", help="what it is about, as in the agenda: 2027/plan/adopt, BV-2027-01")
    decide.add_argument("verb", help="adopt, accept, return, submit, agree, record, note, change, refuse")
    decide.add_argument("--body", required=True, help="who decided: a body or person of organisation.yaml")
    decide.add_argument("--date", type=_date, required=True, help="when it was decided")
    decide.add_argument("--number", default="", help="its number, as the municipality gave it")
    decide.add_argument("--reason", default="")
    decide.add_argument("--by", metavar="PERSON", help="who records it (default: the coordinator)")
    decide.add_argument("--amount", type=_euros, help="adjustment: the amount decided, in euros")
    decide.add_argument(
        "--from", dest="sources", type=_source, action="append", default=[], metavar="MEASURE=EUROS"
    )
    decide.add_argument("--until", type=_date, help="adjustment: the new end date decided")
    decide.set_defaults(command=_decide)

    agenda = add("agenda", "what happens when, and what is done, late, held or missing", common, dated)
    agenda.add_argument("--year", type=_year)
    agenda.add_argument("--held", action="store_true", help="only what is held until the coordinator's word")
    agenda.add_argument("--json", action="store_true")
    agenda.set_defaults(command=_agenda)

    release = add("release", "let what is held act after all, at the next tick", common, dated)
    release.add_argument("keys", nargs="+", metavar="KEY", help="as in: jaarring agenda --held")
    release.add_argument("--by", metavar="PERSON", help="who says so (default: the coordinator)")
    release.set_defaults(command=_release)

    report = add("report", "compile a report by hand", common, dated)
    report.add_argument("kind", choices=("tactical", "council"))
    report.add_argument("--year", type=_year, required=True)
    report.add_argument("--quarter", type=int, choices=(1, 2, 3, 4))
    report.add_argument("--edition", choices=[*EDITIONS, *EDITIONS.values()], default="public")
    report.set_defaults(command=_report)

    verify = add("verify", "check the event log and the stored documents", common)
    verify.add_argument("--against", default="", metavar="SEQ:HASH", help="a head that was kept elsewhere")
    verify.set_defaults(command=_verify)
    return parser


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date; write one as 2027-04-14") from None


def _year(text: str) -> int:
    if not re.fullmatch(r"20[2-9]\d", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"'{text}' is no cycle year; write one as 2027")
    return int(text)


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"'{text}' is no port; write a number of 1 to 65535")
    return int(text)


def _euros(text: str) -> Decimal:
    if not re.fullmatch(r"\d{1,12}(\.\d\d?)?", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"'{text}' is no amount; write digits only, as 18000")
    return Decimal(text)


def _source(text: str) -> tuple[str, Decimal]:
    measure, equals, amount = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"'{text}' names no amount; write MEASURE=EUROS, as M11=10000")
    return measure, _euros(amount)


def _now(zone: str, as_of: date | None, clock: time = NOON) -> tuple[date, datetime]:
    """The date to work for and its moment: now, or `clock` on another date."""
    now = datetime.now(ZoneInfo(zone))
    if as_of is None or as_of == now.date():
        return now.date(), now
    return as_of, datetime.combine(as_of, clock, ZoneInfo(zone))


def _demo(arguments: argparse.Namespace) -> int:
    from jaarring.demo.play import play

    return play(arguments.out, arguments.variant, main)


def _init(arguments: argparse.Namespace) -> int:
    from jaarring.starter import write

    write(arguments.folder, arguments.variant)
    print(
        f"De voorbeeldgemeente staat in {arguments.folder}. Pas de vier bestanden aan en controleer ze met:"
    )
    print(f"  jaarring check --config {arguments.folder}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from jaarring.config.load import check

    text, status = check(arguments.config)
    print(text)
    return status


def _up(arguments: argparse.Namespace) -> int:
    from jaarring import up

    return up.main(arguments.config, arguments.port)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.step == "tick":
        from jaarring import doorstep

        note = doorstep.note(arguments.config)
        if note and note.is_quiet(day := _now(note.zone, arguments.as_of)[0]):
            print(f"Niets te doen op {day}.")
            return 0
    from jaarring import cycle
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        zone = here.config.time_zone
        as_of, at = _now(zone, arguments.as_of, cycle.MORNING)
        cycle.schedule(here, as_of, at)
        if arguments.step == "tick" and cycle.work(here, as_of, at).nothing:
            doorstep.leave(arguments.config, as_of, zone, here.store.path, here.intake)
            print(f"Niets te doen op {as_of}.")
            return 0
    from jaarring import engine

    engine.run(arguments.step, arguments.config, as_of=as_of)
    print(f"Gedaan: {arguments.step}, {as_of}.")
    return 0


def _post(here: Here, at: datetime) -> None:
    """Send what somebody's act has caused. What cannot go now waits for the tick: the act itself is done."""
    from jaarring import steps
    from jaarring.mail.channels import ChannelError

    try:
        outcomes = steps.send(here, at)
    except ChannelError as error:
        print(f"Recorded, but no mail could be sent yet: {error}", file=sys.stderr)
        return
    if failed := sum(count for kind, count in outcomes.items() if kind != "sent"):
        print(f"{failed} of the messages could not be sent yet; see `jaarring agenda`.", file=sys.stderr)


def _submit(arguments: argparse.Namespace) -> int:
    from jaarring import steps
    from jaarring.here import municipality
    from jaarring.reports import actions

    with municipality(arguments.config) as here:
        as_of, at = _now(here.config.time_zone, arguments.as_of)
        outcome = actions.take_in(here, arguments.file, arguments.by or "", at, as_of)
        if isinstance(outcome, list):
            print(*outcome, sep="\n", file=sys.stderr)
            return 1
        steps.number_proposals(here, as_of, at)
        _post(here, at)
        print(outcome)
        return 0


def _decide(arguments: argparse.Namespace) -> int:
    from jaarring import cycle, steps
    from jaarring.decide import Money, Request, decide
    from jaarring.here import municipality
    from jaarring.ledger.decisions import Entry

    with municipality(arguments.config) as here:
        as_of, at = _now(here.config.time_zone, arguments.as_of)
        cycle.schedule(here, as_of, at)
        entry = Entry(
            arguments.key, arguments.verb, arguments.body, arguments.date, arguments.number, arguments.reason
        )
        money = Money(arguments.amount, tuple(arguments.sources), arguments.until)
        by = arguments.by or here.organisation.coordinator
        decide(Request(here, arguments.key, arguments.verb, entry, by, at, money))
        steps.lay_out_plans(here, as_of, at)
        _post(here, at)
    print(f"Vastgelegd: {arguments.key} {arguments.verb}.")
    return 0


def _agenda(arguments: argparse.Namespace) -> int:
    from jaarring import agenda
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        as_of, at = _now(here.config.time_zone, arguments.as_of)
        lines = agenda.lines(here, arguments.year or as_of.year, as_of)
        if arguments.held:
            lines = [line for line in lines if line.state == "held"]
        if arguments.json:
            print(json.dumps([line.__dict__ for line in lines], default=str, ensure_ascii=False, indent=1))
        else:
            print(*agenda.as_text(here, lines, arguments.held), sep="\n")
    return 0


def _release(arguments: argparse.Namespace) -> int:
    from jaarring.here import municipality
    from jaarring.ledger import due

    with municipality(arguments.config) as here:
        _, at = _now(here.config.time_zone, arguments.as_of)
        by = arguments.by or here.organisation.coordinator
        with here.store.write() as tx:
            for key in arguments.keys:
                if not due.release(tx, key, by, at):
                    raise Refused(f"'{key}' wordt niet vastgehouden", "kijk met jaarring agenda --held")
    print(f"Vrijgegeven: {', '.join(arguments.keys)}.")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from jaarring import steps
    from jaarring.here import municipality

    if arguments.kind == "tactical" and not arguments.quarter:
        raise Refused("het kwartaal ontbreekt", "schrijf bijvoorbeeld --quarter 2")
    with municipality(arguments.config) as here:
        as_of, at = _now(here.config.time_zone, arguments.as_of)
        if arguments.kind == "tactical":
            names = steps.tactical_by_hand(here, arguments.year, arguments.quarter, as_of, at)
        else:
            edition = EDITIONS.get(arguments.edition, arguments.edition)
            names = steps.council_by_hand(here, arguments.year, edition, as_of, at)
        print(*(here.documents / name for name in names), sep="\n")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from jaarring import verify
    from jaarring.here import municipality

    with municipality(arguments.config) as here:
        findings = verify.findings(here, arguments.against)
        print(*(findings or [verify.head(here)]), sep="\n")
    return 1 if findings else 0
