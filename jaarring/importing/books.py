"""The same tables as a spreadsheet: empty to fill in, or with a strategy in it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from jaarring.forms.spelling import clean
from jaarring.goals.rules import Framework, Source
from jaarring.governance import Organisation
from jaarring.importing.cells import DIRECTIONS
from jaarring.importing.columns import TABLES

Line = Mapping[str, Any]
_BLUE = "#1F3A5F"


def template(year: int) -> bytes:
    """An empty spreadsheet for a strategy that begins in cycle year `year`."""
    points = {f"Nulmeting {year - 1}": None, f"Streefwaarde {year}": None, f"Streefwaarde {year + 3}": None}
    return _book({"indicatoren": [points]}, {"indicatoren": list(points)})


def export(framework: Framework, organisation: Organisation) -> bytes:
    """A strategy as a spreadsheet; `jaarring import` reads it back as the same goals and measures."""
    codes = {theme.id: theme.code for theme in organisation.themes.values()}
    departments = {one.id: one.code for one in organisation.departments.values()}
    rows: dict[str, list[Line]] = {
        "doelen": [
            {
                "Nr": goal.id,
                "Doel": goal.title,
                "Horizon": goal.horizon,
                "Thema's": ", ".join(codes.get(id, id) for id in goal.themes),
                "Kaders": "; ".join(goal.frameworks),
            }
            for goal in framework.goals
        ],
        "indicatoren": list(_indicators(framework, codes)),
        "maatregelen": list(_measures(framework, codes, departments)),
        "begroting": [
            {"Jaar": year, "Thema": codes.get(theme, theme), "Bedrag": amount}
            for year, budget in framework.budgets.items()
            for theme, amount in (*budget.themes.items(), ("totaal", budget.total))
        ],
        "bronnen": list(_sources(framework)),
    }
    years = sorted({y for one in framework.indicators for y, _ in one.points})
    steps = sorted({y for one in framework.indicators for y in one.steps})
    titles = [f"{'Nulmeting' if n == 0 else 'Streefwaarde'} {year}" for n, year in enumerate(years)]
    return _book(rows, {"indicatoren": [*titles, *(f"Mijlpalen {year}" for year in steps)]})


def _indicators(framework: Framework, codes: Mapping[str, str]) -> Iterator[Line]:
    first = min((one.points[0][0] for one in framework.indicators), default=0)
    for one in framework.indicators:
        row: dict[str, Any] = {
            "Nr": one.id,
            "Doel": one.goal,
            "Thema": codes.get(one.theme, one.theme),
            "Indicator": one.name,
            "Eenheid": one.unit,
            "Richting": DIRECTIONS[one.direction][0],
            "Van": one.out_of,
            "Decimalen": one.decimals or None,
        }
        for year, value in one.points:
            row[f"{'Nulmeting' if year == first else 'Streefwaarde'} {year}"] = value
        for year, values in one.steps.items():
            row[f"Mijlpalen {year}"] = "; ".join(f"{value:f}".replace(".", ",") for value in values)
        yield row


def _measures(
    framework: Framework, codes: Mapping[str, str], departments: Mapping[str, str]
) -> Iterator[Line]:
    for one in framework.measures:
        row = {
            "Nr": one.id,
            "Maatregel": one.title,
            "Thema": codes.get(one.theme, one.theme),
            "Afdeling": departments.get(one.department, one.department),
            "Doel": one.goal,
            "Budget": one.budget,
            "Begin": one.start,
            "Einde": one.end,
            "Wat merkt de organisatie": one.effect,
        }
        if secret := one.secrecy:
            row |= {
                "Geheim: orgaan": secret.decision.body,
                "Geheim: datum": secret.decision.date,
                "Geheim: nummer": secret.decision.number,
                "Geheim: grond": secret.ground,
                "Geheim: opheffen door": secret.lifted_by,
            }
        yield row


def _sources(framework: Framework) -> Iterator[Line]:
    of: list[tuple[str, Source]] = [(goal.id, source) for goal in framework.goals for source in goal.sources]
    of += [(measure.id, source) for measure in framework.measures for source in measure.sources]
    for id, source in of:
        yield {"Bij": id, "Bron": source.title, "Datum": source.date, "Adres": source.url}


def _book(rows: Mapping[str, list[Line]], more: Mapping[str, list[str]]) -> bytes:
    """`rows`: by table, cells by heading; `more`: headings beside the fixed ones, one for each year."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": "Strategie integrale beveiliging", "created": datetime(2000, 1, 1)})
    look = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    head = book.add_format(
        {**look, "bold": True, "font_color": "#FFFFFF", "bg_color": _BLUE, "text_wrap": True}
    )
    text = book.add_format({**look, "text_wrap": True, "num_format": "@"})
    about = book.add_format({**look, "font_color": "#4A4F57"})
    plain, day = (
        book.add_format(look),
        book.add_format({**look, "num_format": "[$-413]d mmmm yyyy", "align": "left"}),
    )
    money = book.add_format({**look, "num_format": "#,##0"})
    for name, table in TABLES.items():
        page = book.add_worksheet(table.name)
        page.write_string(0, 0, table.about, about)
        headings = [(column.title, column.width, column.kind, column.help) for column in table.columns]
        headings += [(title, 15, "number", "") for title in more.get(name, ())]
        for at, (title, width, kind, help) in enumerate(headings):
            looks = {
                "date": day,
                "horizon": day,
                "euro": money,
                "number": plain,
                "count": plain,
                "year": plain,
            }
            page.set_column(at, at, width, looks.get(kind, text))
            page.write_string(1, at, title, head)
            if help:
                page.write_comment(1, at, help)
            if kind == "direction":
                choices = {"validate": "list", "source": [names[0] for names in DIRECTIONS.values()]}
                page.data_validation(2, at, 500, at, choices)
        page.set_row(1, 30)
        page.freeze_panes(2, 1)
        for down, line in enumerate(rows.get(name, ()), 2):
            for at, (title, _, kind, _) in enumerate(headings):
                _write(
                    page,
                    down,
                    at,
                    line.get(title),
                    {"date": day, "horizon": day, "euro": money}.get(kind, text),
                )
    book.close()
    return target.getvalue()


def _write(page: Any, down: int, at: int, value: Any, look: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        page.write_datetime(down, at, datetime(value.year, value.month, value.day), look)
    elif isinstance(value, (int, Decimal)):
        page.write_number(down, at, float(value), look)
    else:
        page.write_string(down, at, clean(str(value)), look)
