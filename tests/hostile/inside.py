"""Files that open well and say what they may not: foreign keys, formulas, locked cells, others' work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jaarring.forms.fill import fill
from tests.hostile.files import SHEET, in_excel, put, rows_added
from tests.hostile.scenes import Nasty
from tests.test_post import FB
from tests.test_reports import GOOD

NAME = "verantwoording.xlsx"
STAND, SOURCE = ("indicatoren", "G3", "stand"), ("indicatoren", "G3", "bron")
RATING, WHY = ("indicatoren", "G3", "oordeel"), ("doelstellingen", "fb-G4", "toelichting")
SPENT = ("geld", "thema", "besteed")
MARKS = "<b>vet</b>\u202e\u2066omgekeerd\u200b_x0007__x001B_[2J{{ 7*7 }}{% raw %}=1+1\n\n• punt\nOnderwerp: x"


def spring(forms: Mapping[str, bytes]) -> Iterator[Nasty]:
    """Accounts, letters and proposals that say what they may not."""
    yield from _foreign(forms)
    yield from _changed(forms["fb"])
    yield from _typed(forms["fb"])
    yield from _letters(forms["letter"])
    yield from _proposals(forms["proposal"])
    yield from _yaml()
    yield from _tables()
    yield from _taken(forms)


def _foreign(forms: Mapping[str, bytes]) -> Iterator[Nasty]:
    fb = forms["fb"]
    yield Nasty("van een ander thema, met het kenmerk van dit", NAME, _claims(forms["pv"], FB))
    yield Nasty("van een volgend kwartaal, met het kenmerk van dit", NAME, _claims(forms["fb2"], FB))
    yield Nasty("van een kwartaal dat nog komt", NAME, fill(forms["fb2"], GOOD))
    yield Nasty("van een jaar dat er niet is", NAME, _claims(fb, "2031/Q1/report/fb"))
    yield Nasty("met een kenmerk dat van niets is", NAME, _claims(fb, "../../etc/passwd"))
    yield Nasty("met een kenmerk van duizenden tekens", NAME, _claims(fb, "2027/" * 4000))
    yield Nasty("met een andere versie", NAME, _claims(fb, "2", cell="A3"))
    yield Nasty("met een ander zegel", NAME, _claims(fb, "0" * 64, cell="A4"))
    yield Nasty("zonder kenmerk", NAME, _claims(fb, None, cell="A1"))
    yield Nasty("ingestuurd door wie er niet is", NAME, fill(fb, GOOD), by="niemand")
    yield Nasty("ingestuurd door de eigenaar van een ander thema", NAME, fill(fb, GOOD), by="teammanager-po")


def _claims(data: bytes, value: str | None, cell: str = "A2") -> bytes:
    def change(book: Any) -> None:
        book["Uitleg"][cell] = value

    return in_excel(data, change)


def _changed(fb: bytes) -> Iterator[Nasty]:
    good = fill(fb, GOOD)

    def with_book(title: str, *cells: tuple[str, str, object]) -> Nasty:
        def change(book: Any) -> None:
            for sheet, cell, value in cells:
                book[sheet][cell] = value

        return Nasty(title, NAME, in_excel(good, change))

    i = "Indicatoren"
    yield with_book("het doel verlaagd in een vaste cel", (i, "E5", 1))
    yield with_book("een vaste tekst gewijzigd", (i, "B5", "iets anders"))
    yield with_book(
        "twee rijen verwisseld", ("Doelstellingen", "A5", "fb-G4"), ("Doelstellingen", "A6", "fb-G3")
    )
    yield with_book("een rij twee keer", ("Doelstellingen", "A6", "fb-G3"))
    yield with_book("een rij van een ander thema", ("Doelstellingen", "A6", "pv-G1"))
    yield with_book("een kolom die er niet is", (i, "H1", "salaris"))
    yield with_book("tekst buiten de velden", (i, "Z40", "zie mijn mail"))
    yield with_book("een formule in een veld", (i, "H5", "=1+1"))
    yield with_book("een formule die een programma start", (i, "H5", "=cmd|'/c calc'!A1"))
    yield with_book("een formule die naar buiten belt", (i, "I5", '=WEBSERVICE("https://kwaad.example")'))
    yield with_book("een formule in een vaste cel", (i, "E5", "=3"))
    yield with_book("een foutmelding in een veld", (i, "H5", "#N/A"))

    def thrown(book: Any) -> None:
        del book["Geld"]
        book.create_sheet("Salarissen")["A1"] = "Jan: 4.000"

    yield Nasty("een blad weg en een eigen blad erbij", NAME, in_excel(good, thrown))
    yield Nasty("negentienhonderd rijen erbij", NAME, rows_added(good, 20, 1919))
    shared = b'<row r="9"><c r="H5"><f t="shared" ref="H5:H9" si="0">1</f><v>2</v></c></row></sheetData>'
    yield Nasty("een gedeelde formule in een vreemde rij", NAME, put(good, SHEET, b"</sheetData>", shared))


def _typed(fb: bytes) -> Iterator[Nasty]:
    for title, key, value in (
        ("een getal dat geen getal is", STAND, "<script>alert(1)</script>"),
        ("een getal in Arabische cijfers", STAND, "٤١"),
        ("een getal van honderden cijfers", STAND, "9" * 300),
        ("een getal buiten elke maat", STAND, 1e308),
        ("oneindig", STAND, "inf"),
        ("min nul komma", STAND, "-0,"),
        ("een oordeel dat niet bestaat", RATING, "prima"),
        ("een oordeel met een onzichtbaar teken en een woord", RATING, "op\u200bkoers!"),
        ("een bedrag als een formule in tekst", SPENT, "=31500"),
        ("een bedrag met een duizendtal of een breuk", SPENT, "31,500"),
        ("een tekst van vijfduizend tekens", WHY, "x" * 5000),
    ):
        yield Nasty(title, NAME, fill(fb, {**GOOD, key: value}))


def _letters(letter: bytes) -> Iterator[Nasty]:
    name = "antwoord.xlsx"

    def said(**cells: Any) -> bytes:
        return fill(letter, {("vragen", "1", column): value for column, value in cells.items()})

    yield Nasty("antwoord: een keuze die er niet is", name, said(keuze="Alles goedkeuren"))
    yield Nasty("antwoord: teruggeven zonder reden", name, said(keuze="Teruggeven"))
    yield Nasty("antwoord: niets ingevuld", name, letter)
    yield Nasty("antwoord: door een ander", name, said(keuze="Goedkeuren"), by="teamleider-facilitair")
    agreed = said(keuze="Goedkeuren")
    other, earlier = "ask/coordinator/2027-04-15", "ask/secretaris/2027-04-14"
    yield Nasty("antwoord: kenmerk van een ander", name, _claims(agreed, other))
    yield Nasty("antwoord: kenmerk van een andere dag", name, _claims(agreed, earlier))

    def another(book: Any) -> None:
        book["Vragen"]["C5"] = "Keurt u dit goed: een ander stuk?"

    yield Nasty("antwoord: de vraag veranderd", name, in_excel(agreed, another))
    yield Nasty("antwoord: een formule als keuze", name, in_excel(letter, _formula))


def _formula(book: Any) -> None:
    book["Vragen"]["E5"] = '=IF(1,"Goedkeuren")'


def _proposals(form: bytes) -> Iterator[Nasty]:
    why = {("waarom", id, "antwoord"): "Omdat het zo is." for id in ("wijziging", "oorzaak", "gevolg")}
    name = "bijsturing.xlsx"

    def said(**cells: Any) -> bytes:
        return fill(
            form, {**why, **{("maatregelen", "M18", column): value for column, value in cells.items()}}
        )

    yield Nasty("voorstel: verandert niets", name, fill(form, why))
    yield Nasty("voorstel: meer en minder tegelijk", name, said(extra=Decimal(10), minder=Decimal(10)))
    yield Nasty("voorstel: een negatief bedrag", name, said(extra=-5))
    yield Nasty("voorstel: een bedrag van dertig cijfers", name, said(extra="9" * 30))
    yield Nasty("voorstel: een datum in een ander jaar", name, said(nieuw=date(2035, 1, 1)))
    nobodys, unsent = "2027/adjustment/xx/1", "2027/adjustment/bc/99"
    yield Nasty("voorstel: van een thema dat er niet is", name, _claims(said(extra=10), nobodys))
    yield Nasty("voorstel: met een nummer dat niet is verstuurd", name, _claims(said(extra=10), unsent))
    yield Nasty("voorstel: door wie er niet is", name, said(extra=10), by="niemand")


def _yaml() -> Iterator[Nasty]:
    def text(title: str, content: str | bytes) -> Nasty:
        data = content if isinstance(content, bytes) else content.encode()
        return Nasty(f"YAML: {title}", "verantwoording.yaml", data)

    key = f"formulier: {FB}\n"
    laughs = "a: &a [x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    yield text("die zichzelf vermenigvuldigt", key + laughs)
    yield text("die iets uitvoert", key + 'Indicatoren: !!python/object/apply:os.system ["id"]\n')
    yield text("tweehonderd lagen diep", key + "a: " + "[" * 200 + "]" * 200)
    yield text("tweehonderd lagen diep, nooit gesloten", key + "{a: " * 200)
    yield text("een naam twee keer", key + "Geld:\n  thema: {besteed: 1}\nGeld:\n  thema: {besteed: 2}\n")
    yield text("een tweede document", key + "---\nb: 2\n")
    yield text("een samenvoeging (<<)", key + "Geld:\n  <<: {thema: {besteed: 1}}\n")
    yield text("met tabs ingesprongen", key + "Geld:\n\tthema: 1\n")
    yield text("met een nulteken", key + "Geld: a\0b\n")
    yield text("in UTF-16", (key + "Geld:\n").encode("utf-16"))
    yield text("in Latijn-1", key.encode() + b"Geld: caf\xe9\n")
    yield text("een lijst", "- a\n- b\n")
    yield text("één woord", "hallo")
    yield text("zonder kenmerk", "Geld:\n  thema:\n    besteed: 1\n")
    yield text("een kenmerk dat een lijst is", "formulier: [a]\n")
    yield text("van een ander kwartaal", "formulier: 2026/Q1/report/fb\n")
    yield text("een blad dat er niet is", key + "Salarissen:\n  jan: 4000\n")
    yield text("een lijst waar een waarde hoort", key + "Geld:\n  thema:\n    besteed: [1, 2]\n")
    yield text("een veld dat vaststaat", key + "Geld:\n  thema:\n    begroot: 1\n")
    yield text("een sleutel die zelf een blok is", key + "? {a: b}\n: c\n")
    yield text("groter dan 200 kB", key + "# " + "x" * 200_000)
    yield text("zestienduizend namen", key + "".join(f"n{n}: 1\n" for n in range(16_000)))


def _tables() -> Iterator[Nasty]:
    head = b"persoon;eerste dag;laatste dag;vervanger\n"

    def away(title: str, content: bytes, name: str = "weg.csv") -> Nasty:
        return Nasty(f"afwezigheid: {title}", name, content, way="absences", by="coordinator")

    yield away("een programma", b"MZ\xff\xfe" + bytes(50))
    yield away("leeg", b"")
    yield away("nultekens", head + b"secretaris;\0;\0;\n")
    yield away("een aanhalingsteken dat niet sluit", head + b'"secretaris;2027-05-01\n' * 3)
    yield away("een cel van 200.000 tekens", head + b'"' + b"x" * 200_000 + b'";2027-05-01;;\n')
    yield away("een formule als persoon", head + b"=cmd|'/c calc'!A1;2027-05-01;2027-05-02;\n")
    yield away(
        "een persoon met tekens voor het scherm", head + b"\x1b[2Jsecretaris\xe2\x80\xae;2027-05-01;;\n"
    )
    yield away("een datum die niet bestaat", head + b"secretaris;31-4-2027;2027-05-01;\n")
    yield away("een agenda zonder einde", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:secretaris\n", "weg.ics")

    def brought(title: str, content: bytes) -> Nasty:
        return Nasty(f"invoer: {title}", "strategie.csv", content, way="import")

    columns = b"Nummer;Maatregel;Thema;Afdeling;Doel;Budget;Begin;Einde\n"
    yield brought("geen tabel", CSV_OF_NOTHING)
    yield brought("nultekens", columns + b"M\0;x\n")
    yield brought("een cel van 200.000 tekens", columns + b'"' + b"x" * 200_000 + b'"\n')


CSV_OF_NOTHING = b"a;b;c\n=1+1;@SUM(1);+2\n"


def _taken(forms: Mapping[str, bytes]) -> Iterator[Nasty]:
    """Good after all: what is text stays text, cleaned; the sentence is the receipt."""
    marked = fill(forms["fb"], {**GOOD, SOURCE: MARKS, WHY: '=HYPERLINK("https://kwaad.example";"klik")'})
    yield Nasty("tekst met opmaak, richtingstekens en opdrachten", NAME, marked, taken=True)
    said: dict[Any, Any] = {("vragen", "1", "keuze"): "Teruggeven", ("vragen", "1", "toelichting"): MARKS}
    reason = fill(forms["letter"], said)
    yield Nasty("antwoord: een reden met opmaak en tekens", "antwoord.xlsx", reason, taken=True)


def autumn(forms: Mapping[str, bytes]) -> Iterator[Nasty]:
    """Plans that say what they may not."""
    plan, name = forms["plan"], "plan.xlsx"

    def typed(title: str, by: str = "", row: str = "M1", **cells: Any) -> Nasty:
        data = fill(plan, {("maatregelen", row, column): value for column, value in cells.items()})
        return Nasty(f"plan: {title}", name, data, by=by, autumn=True)

    yield typed("een afdeling die er niet is", afdeling="ZZ")
    yield typed("een doel van een ander thema", doel="G9")
    yield typed("meer dan het budget", budget=Decimal(10**9))
    yield typed("een bedrag van dertig cijfers", budget="9" * 30)
    yield typed("klaar voordat het begint", begin=date(2027, 9, 1), einde=date(2027, 2, 1))
    yield typed("een datum die niet bestaat", begin="31 februari 2027")
    yield typed("een eigen maatregel zonder afdeling", row="IB27-1", maatregel="=1+1", effect="x")
    yield typed("door de eigenaar van een ander thema", by="bas", budget=Decimal(100))

    def imposed(book: Any) -> None:
        book["Doelstellingen"]["J5"] = "40%"

    yield Nasty("plan: het opgelegde doel verlaagd", name, in_excel(plan, imposed), autumn=True)
    yield Nasty("plan: halverwege afgebroken", name, plan[: len(plan) // 2], autumn=True)
