"""`python -m tests.documents --write`: the text of every document of the small year, as files beside this."""

from __future__ import annotations

import sys

from tests.documents import FOLDER, texts

if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for name, text in texts().items():
        (FOLDER / name).write_text(text, "utf-8")
        print(name)
