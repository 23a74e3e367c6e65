"""Tools to spoil a spreadsheet with: parts added or changed, zip headers that lie, bytes of no program."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable

import openpyxl

#: of the forms that we send: the first sheet with questions
SHEET = "xl/worksheets/sheet2.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def spoiled(data: bytes, part: str = "", change: Callable[[bytes], bytes] = bytes) -> bytes:
    """The file with one part changed; fails where the change changes nothing."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            made = change(body) if name == part else body
            assert name != part or made != body, f"nothing was changed in {part}"
            new.writestr(name, made)
    return target.getvalue()


def put(data: bytes, part: str, before: bytes, after: bytes) -> bytes:
    """The file with `after` in place of the first `before` in one part."""
    return spoiled(data, part, lambda body: body.replace(before, after, 1))


def with_parts(data: bytes, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The file with parts added, whatever their names."""
    target = io.BytesIO(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        with zipfile.ZipFile(target, "a", method) as archive:
            for name, body in parts.items():
                entry = zipfile.ZipInfo("x")
                entry.filename = name  # afterwards: made with it, a name is cleaned
                entry.compress_type = method
                archive.writestr(entry, body)
    return target.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip of its own."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target.getvalue()


def in_excel(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The form after somebody opened it in another program, changed something and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def saying(data: bytes, *, sizes: int | None = None, flags: int | None = None) -> bytes:
    """The zip with another word in its list of contents, of every part: its unpacked size, its flags."""
    made = bytearray(data)
    at = made.find(b"PK\x01\x02")
    while at >= 0:
        if sizes is not None:
            struct.pack_into("<I", made, at + 24, sizes)
        if flags is not None:
            struct.pack_into("<H", made, at + 8, flags)
        at = made.find(b"PK\x01\x02", at + 4)
    return bytes(made)


def overlapping(names: int, size: int) -> bytes:
    """A zip in which every name leads to the same packed bytes: small here, `names` × `size` unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"0" * size
    packed = packer.compress(body) + packer.flush()
    crc = zlib.crc32(body)
    first = b"xl/a.xml"
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(packed), size, len(first), 0)
    made, listed = local + first + packed, b""
    for number in range(names):
        name = f"xl/{number}.xml".encode()
        listed += struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02", 20, 20, 0, 8, 0, 33, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, 0,
        )  # fmt: skip
        listed += name
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, names, names, len(listed), len(made), 0)
    return made + listed + end


def rows_added(data: bytes, first: int, last: int, part: str = SHEET) -> bytes:
    """The sheet with a word in every row from `first` to `last`."""
    rows = b"".join(
        b'<row r="%d"><c r="B%d" t="inlineStr"><is><t>rij</t></is></c></row>' % (row, row)
        for row in range(first, last + 1)
    )
    return put(data, part, b"</sheetData>", rows + b"</sheetData>")
