"""The files of an office document in one archive, with the same bytes at any time and place."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

#: the earliest that an archive can say; no clock gets in
_DAY = (1980, 1, 1, 0, 0, 0)


def unzipped(content: bytes) -> dict[str, bytes]:
    """Every file of an archive by its name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """One archive: `mimetype` first and as it is, where there is one, the others in order of their names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files, key=lambda name: (name != "mimetype", name)):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return target.getvalue()
