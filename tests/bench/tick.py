"""The floor of a tick with nothing due, as a whole process: read the four files, ask the store what is
open.
"""

import sqlite3
import sys
from pathlib import Path

config, as_of = Path(sys.argv[1]), sys.argv[2]
files = [
    (config / name).read_text()
    for name in ("organisation.yaml", "strategy.yaml", "calendar.yaml", "channels.yaml")
]
connection = sqlite3.connect(config.parent / "var" / "jaarring.db", isolation_level=None)
connection.execute("select version_num from alembic_version").fetchall()
connection.execute("select * from occasion where year = 2027 order by due, key").fetchall()
due = connection.execute("select * from occasion where due <= ? and state = 'open'", (as_of,)).fetchall()
waiting = connection.execute("select count(*) from message where state = 'queued'").fetchone()
print(f"Niets te doen op {as_of}." if not waiting[0] else due)
