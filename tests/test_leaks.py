"""A unique word or amount in every confidential field: found in what is for inside, and nowhere else; and no
sum of what is public gives a hidden amount.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from sqlalchemy import select

from jaarring import shelf, steps
from jaarring.adjustments import records as adjustments
from jaarring.config.municipality import Municipality
from jaarring.council import actions as council
from jaarring.council import rules
from jaarring.document import document_environment
from jaarring.dutch import filters
from jaarring.goals.rules import Framework
from jaarring.here import TEMPLATES, Here
from jaarring.ledger import documents, outbox
from jaarring.ledger.decisions import Entry
from jaarring.reports import records as reports
from jaarring.reports.rules import DepartmentAccount, MeasureEntry, MeasureState, Proposal
from tests import a_year, need
from tests.conftest import SHIPPED
from tests.interference import PACKED
from tests.test_secrecy import with_canaries

DRAFT, ADOPT, OFFER = date(2028, 2, 11), date(2028, 3, 21), date(2028, 3, 29)
LATER = datetime(2028, 3, 29, 9, tzinfo=UTC)
SAID = MeasureEntry(
    "M10", MeasureState.OFF_COURSE, Decimal(21_973), date(2027, 12, 28), "Grxuitleg van de afdeling."
)
CHANGE = Proposal(
    "M10", "Vwtwijziging.", "Jpkoorzaak.", "Hgdgevolg.", Decimal(13_579), date(2027, 10, 27)
)  # fmt: skip
#: each confidential field, as it may look in a form
CANARIES = {
    "title": "zqxtitel",
    "effect": "vlqeffect",
    "source": "wxbron",
    "decision": "b-9977",
    "amount": r"40\.?017",
    "spent": r"21\.?973",
    "explanation": "grxuitleg",
    "start": "2027-02-03|3 februari 2027",
    "end": "2027-11-19|19 november 2027",
    "change": "vwtwijziging",
    "cause": "jpkoorzaak",
    "asked": r"13\.?579",
}
#: what council report and closed annex show of them for who may see it
INSIDE = ("title", "decision", "amount", "spent", "explanation", "end")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """A year with the canaries, all its documents in every form, adopted and offered to the council."""
    folder = tmp_path_factory.mktemp("kanarie")
    shutil.copytree(SHIPPED, folder / "bron")
    with_canaries(folder / "bron")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(a_year, "CONFIG", folder / "bron")
        here = a_year.stored(folder / "elzenwaard")
    _say(here)
    assert council.compile_due(here, DRAFT, a_year.AT) == ["2027/council/draft: concept gemaakt"]
    steps.lay_out_plans(here, DRAFT, a_year.AT)
    key = "2027/council/adopt"
    entry = Entry(key, "adopt", "college", ADOPT, "2028-B-0099", "")
    assert council.decide(here, key, "adopt", entry, "x", LATER) == []
    steps.compile_council(here, OFFER, LATER)
    _in_every_form(here)
    yield here
    here.store.close()


def _say(here: Here) -> None:
    """What the department said of the secret measure, and a proposal about it."""
    account = a_year.department_account(here.framework, "fzh", 4)
    others = tuple(one for one in account.measures if one.measure != "M10")
    with here.store.write() as tx:
        said = DepartmentAccount((*others, SAID))
        reports.add(tx, "2027/Q4/account/fzh", said, on=DRAFT, late=False, by="x", on_behalf_of="", file="g",
                    at=a_year.AT)  # fmt: skip
        adjustments.add(tx, 2027, "fb", "2027/Q2/report/fb", date(2027, 7, 9), CHANGE, a_year.AT)


def _in_every_form(here: Here) -> None:
    with here.store.read() as tx:
        kept = sorted({(one.key, one.edition) for one in documents.all_kept(tx) if one.recipe})
    for key, edition in kept:
        shelf.in_every_form(here, key, edition, LATER)


def said_in(name: str, content: bytes) -> str:
    """All that can be read in a file: its text, what is packed or compressed in it, its properties."""
    found = [name, *_plain(content)]
    if name.endswith(PACKED):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for one in archive.infolist():
                found += [one.filename, str(one.comment), *_plain(archive.read(one))]
    if name.endswith(".pdf"):
        found += _of_pdf(content)
    words = re.sub(r"\u00ad|-\n", "", "\n".join(found)).replace("\u00a0", " ").lower()
    return f"{words}\n{re.sub(r'<[^>]*>', '', words)}"  # also where marks stand inside a word


def _plain(content: bytes) -> Iterator[str]:
    for code in ("utf-8", "utf-16-le", "utf-16-be"):
        yield content.decode(code, "ignore")
        yield content[1:].decode(code, "ignore")


def _of_pdf(content: bytes) -> Iterator[str]:
    """Every stream without its compression, every string, and the text that its fonts map back to."""
    need.poppler()
    command = ["pdftotext", "-", "-"]
    yield subprocess.run(command, input=content, capture_output=True, check=True, timeout=120).stdout.decode()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                yield from _plain(thing.read_bytes())
            yield from _strings(thing)


def _strings(thing: Any) -> Iterator[str]:
    if isinstance(thing, pikepdf.String):
        yield str(thing)
    elif isinstance(thing, pikepdf.Array):
        for one in thing:
            yield from _strings(one) if not getattr(one, "is_indirect", False) else ()
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for _, one in thing.items():
            yield from _strings(one) if not getattr(one, "is_indirect", False) else ()


def files(here: Here, *editions: str) -> dict[str, str]:
    """What can be read in each file that was laid out of documents in these editions, and its records."""
    with here.store.read() as tx:
        names = {one.name.rpartition(".")[0] for one in documents.all_kept(tx) if one.edition in editions}
    return {
        path.name: said_in(path.name, path.read_bytes())
        for path in sorted(here.documents.rglob("*.*"))
        if path.is_file() and any(path.name.startswith(f"{name}.") for name in names)
    }


def canaries(text: str) -> set[str]:
    return {name for name, pattern in CANARIES.items() if re.search(pattern, text)}


@pytest.mark.slow
def test_no_public_file_holds_a_canary(town: Here) -> None:
    """Reports, letter, passages and plans, in each form, with what an archive is told of them. Nor does a
    request to the board, which goes by mail.
    """
    found = files(town, "openbaar")
    assert {name: canaries(text) for name, text in found.items() if canaries(text)} == {}
    by_mail = {
        name: text for name, text in files(town, "intern").items() if name.startswith("collegevoorstel")
    }
    assert by_mail and not canaries("\n".join(by_mail.values()))
    assert len(found) > 80 and {name.rpartition(".")[2] for name in found} == {
        "html", "pdf", "odt", "docx", "ods", "csv", "json", "xml"
    }  # fmt: skip


@pytest.mark.slow
def test_every_form_for_inside_holds_them(town: Here) -> None:
    """The control: the same search finds in each form what may be there; so it is not blind in that form."""
    found = files(town, "intern", "besloten")
    for format in ("html", "pdf", "odt", "docx"):
        both = canaries(
            "\n".join(found[f"raadsrapportage-2027-{edition}.{format}"] for edition in ("intern", "besloten"))
        )
        assert set(INSIDE) <= both, format
    for format in ("ods", "csv", "json"):
        assert {"title", "amount", "spent"} <= canaries(found[f"raadsrapportage-2027-intern.{format}"]), (
            format
        )
    everything = canaries("\n".join(found.values()))
    assert everything >= {*INSIDE, "change", "cause", "asked"}


def test_control_a_canary_in_a_corner_is_found() -> None:
    """In a property in UTF-16, in a compressed stream, in a member of an archive, between marks."""
    pdf = pikepdf.new()
    pdf.docinfo["/Subject"] = "Zqxtitel ✓"
    pdf.Root.Proef = pdf.make_stream("Vlqeffect".encode("utf-16-be"))
    whole = io.BytesIO()
    pdf.add_blank_page()
    pdf.save(whole, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert canaries(said_in("x.pdf", whole.getvalue())) == {"title", "effect"}

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("meta.xml", "<a>Grx<b/>uitleg</a>")
        archive.writestr("40017.txt", "")
    assert canaries(said_in("x.odt", packed.getvalue())) == {"explanation", "amount"}


def test_no_mail_to_the_council_holds_a_canary(town: Here) -> None:
    """Nor any other mail that went with it, in its head, its words, or what is in its envelope."""
    with town.store.read() as tx:
        raw = tx.execute(select(outbox.message.c.raw)).scalars().all()
    assert raw
    for one in raw:
        mail = message_from_bytes(one, policy=policy.default)
        assert canaries("\n".join(_of_mail(mail))) == set()


def _of_mail(mail: EmailMessage) -> Iterator[str]:
    yield from (f"{name}: {value}".lower() for name, value in mail.items())
    for part in mail.walk():
        if not part.is_multipart():
            yield said_in(part.get_filename() or "", part.get_payload(decode=True) or b"")  # type: ignore[arg-type]


# ---- what can be worked out


#: a report that tells the amount of each measure that everybody may know of, beside the sum of its theme
LEAKY = """<article lang="nl">
{% for m in report.themes[1].measures if not m.mark %}<p>{{ m.budget | euro }}</p>{% endfor %}
{% for line in report.money.themes %}<p>{{ line.budget | euro }}</p>{% endfor %}
</article>"""
#: not a sum of round amounts, and not of the other amounts here
HIDDEN, SPENT = 43_217, 21_973


def irregular(config: Municipality) -> Framework:
    """A framework in which the amounts of a theme are not round, so that no sum gives one by chance; what the
    theme has in public is exactly what its measures have, the secret one too.
    """
    framework, odd = config.framework, iter((84_611, 59_929, 22_153, 30_347, 7_873, 16_091))
    changed = tuple(
        m if m.theme != "fb" else replace(m, budget=Decimal(HIDDEN if m.secrecy else next(odd)))
        for m in framework.measures
    )
    total = sum((m.budget for m in changed if m.theme == "fb"), Decimal(0))
    old = framework.budgets[2027]
    themes = {**old.themes, "fb": total}
    budget = replace(old, themes=themes, total=sum(themes.values(), Decimal(0)))
    return replace(framework, measures=changed, budgets={**framework.budgets, 2027: budget})


def amounts(html: str) -> set[int]:
    """The amounts in euros that can be read anywhere in a document."""
    return {int(one.replace(".", "")) for one in re.findall(r"€[\u00a0 ]-?(\d[\d.]*)", html)} - {0}


def reachable(public: Iterable[int], wanted: int) -> bool:
    """Whether adding and subtracting some of these amounts, each once at most, gives the wanted one.

    Every sum at once: bit n of a number says that n - `middle` can be made.
    """
    known = sorted(public, reverse=True)
    middle = sum(known)
    sums = 1 << middle
    for one in known:
        sums |= sums << one | sums >> one
    return bool(sums >> (middle + wanted) & 1)


def shares(html: str) -> set[int]:
    """What each percentage of a document is of each of its amounts, in whole euros."""
    parts = {Decimal(one.replace(",", ".")) for one in re.findall(r"(\d+(?:,\d+)?)%", html)}
    return {int(round(amount * part / 100)) for amount in amounts(html) for part in parts}


def test_no_sum_of_what_is_public_gives_a_hidden_amount(tmp_path: Path) -> None:
    """All ways to add and subtract the amounts of the report: the secret budget, what was spent of it, and
    the amounts of the others together, from which it would follow, are none of them.
    """
    config = a_year.municipality(tmp_path)
    framework = irregular(config)
    year = a_year.a_year(config.organisation, framework)
    account = a_year.department_account(framework, "fzh", 4)
    said = tuple(replace(m, spent=Decimal(SPENT)) if m.measure == "M10" else m for m in account.measures)
    year = a_year.with_account(year, "2027/Q4/account/fzh", DepartmentAccount(said))
    html = council.html_of(rules.public(year), "openbaar")
    public = amounts(html)
    others = sum(int(m.budget) for m in framework.measures if m.theme == "fb" and not m.secrecy)
    assert int(framework.budgets[2027].themes["fb"]) == HIDDEN + others and HIDDEN + others in public
    assert len(public) > 20
    assert [one for one in (HIDDEN, SPENT, others) if reachable(public, one)] == []
    assert len(shares(html)) > 100 and not shares(html) & {HIDDEN, SPENT, others}

    template = document_environment(TEMPLATES, filters()).from_string(LEAKY)
    leaks = amounts(template.render(report=rules.internal(year)))
    assert HIDDEN not in leaks and reachable(leaks, HIDDEN), "the control: there it can be subtracted"
    assert HIDDEN in shares("<p>10% van €\u00a0432.170</p>")


def test_no_count_tells_that_there_is_one_more(tmp_path: Path) -> None:
    """What the report counts of measures, in its tables and its drawings, is what it lists."""
    config = a_year.municipality(tmp_path)
    view = rules.public(a_year.a_year(config.organisation, config.framework))
    listed = [len(theme.measures) for theme in view.themes]
    assert sum(listed) == len([m for m in config.framework.measures if not m.secrecy]) == 24
    assert len(config.framework.measures) == 25
    html = council.html_of(view, "openbaar")
    assert not re.search(r"\b25\s+maatregelen|\bvijfentwintig\b", html)
