"""The daily tick: everything that is due on a date, in the order of the year, as one flat flow."""

from __future__ import annotations

from flows.clock import moment, today
from flows.words import AsOf, Config, show, step
from jaarring.cycle import in_order
from tasks.documents import compile_council, compile_tactical, derive_plans, lay_out_agenda
from tasks.ledger import look, note_round, queue_post, queue_reminders, read_mailbox, take_in_forms
from tasks.mail import send_queued


@step("tick")
def tick(config: Config, as_of: AsOf = None) -> None:
    """Do what is due on `as_of` (default: today in the municipality). Run twice, it does it once."""
    as_of = as_of or today(config)
    at = moment(config, as_of)
    came = read_mailbox(config, as_of, at)
    work = look(config, as_of, at)
    done = in_order(
        work,
        {
            "plans": lambda: len(derive_plans(config, as_of, at)),
            "reports": lambda: sum(take_in_forms(config, as_of, at).values()),
            "reminders": lambda: len(queue_reminders(config, as_of, at)["sent"]),
            "tactical": lambda: len(compile_tactical(config, as_of, at)),
            "council": lambda: len(compile_council(config, as_of, at)),
            "post": lambda: len(queue_post(config, as_of, at)["sent"]),
            "mail": lambda: sum(send_queued(config, at).values()),
        },
        news=bool(came),
    )
    if done:
        lay_out_agenda(config, as_of, at)
    note_round(config, as_of)
    show("tick", as_of, {"mailbox": sum(came.values())} | done)
