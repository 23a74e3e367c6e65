"""The floor of a tick with nothing due over many municipalities, as a whole process.

For each: read and hash the four files, ask the store the two questions.
"""

import sqlite3
import sys
from hashlib import sha256
from pathlib import Path

fleet, as_of = Path(sys.argv[1]), sys.argv[2]
FILES = ("organisation.yaml", "strategy.yaml", "calendar.yaml", "channels.yaml")
OPEN = "select count(*) from occasion where state = 'open' and due <= ? and kind not in ('due', 'decision')"
WAITING = "select count(*) from message where state in ('queued', 'sending')"
quiet = 0
for line in fleet.read_text().splitlines():
    if line.startswith("#"):
        continue
    config = fleet.parent / line
    stamp = [sha256((config / name).read_bytes()).digest() for name in FILES]
    store = sqlite3.connect(f"file:{config.parent}/var/jaarring.db?mode=ro", uri=True)
    due = store.execute(OPEN, (as_of,)).fetchone()[0]
    waiting = store.execute(WAITING).fetchone()[0]
    store.close()
    quiet += len(stamp) == 4 and not waiting and due >= 0
print(quiet)
