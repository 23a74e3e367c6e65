"""One document by hand, in any edition and form; its files lie where documents lie."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flows.clock import moment, today
from flows.words import AsOf, Config, Year, show, step
from jaarring.by_hand import Wanted
from tasks.documents import make_document

Kind = Annotated[
    Literal[
        "plan",
        "joint",
        "plans",
        "plans-proposal",
        "tactical",
        "tactical-proposal",
        "council",
        "council-proposal",
        "council-letter",
        "accounts",
        "ensia",
    ],
    Field(description="Which document."),
]
QuarterNumber = Annotated[Literal[1, 2, 3, 4] | None, Field(description="1 to 4, for the tactical report.")]
Theme = Annotated[str, Field(description="Whose plan, by its key in organisation.yaml.")]
Edition = Annotated[
    Literal["", "intern", "besloten", "openbaar"],
    Field(description="intern, besloten (closed annex) or openbaar (public); empty: the first it has."),
]
Format = Annotated[
    Literal["html", "pdf", "odt", "docx", "ods", "csv", "json"],
    Field(description="To read html, pdf; to edit odt, docx; to count with ods, csv, json."),
]


@step("document")
def document(
    config: Config,
    kind: Kind,
    year: Year,
    quarter: QuarterNumber = None,
    theme: Theme = "",
    edition: Edition = "",
    format: Format = "pdf",
    as_of: AsOf = None,
) -> None:
    """Make one document now, whatever the calendar says; nothing is sent."""
    as_of = as_of or today(config)
    wanted = Wanted(kind, year, quarter, theme, edition, (format,))
    made = make_document(config, as_of, moment(config, as_of), wanted)
    show("document", as_of, {"made": len(made)})
