"""What may fail and be tried again, a file a way to fail.

Prefect reads its folder and its profile when it is first imported. Whoever imports a task or a flow passes
here before that: Jaarring keeps a folder of its own, never `~/.prefect` with the person's own profiles, and
tells nobody that it runs.
"""

import os
import sys
from pathlib import Path


def prefect_home() -> Path:
    """The folder for Prefect's own files: `JAARRING_PREFECT_HOME`, else one beside the installed packages,
    else, where that may not be written, one in the user's cache.
    """
    if named := os.environ.get("JAARRING_PREFECT_HOME"):
        return Path(named).absolute()
    if os.access(sys.prefix, os.W_OK):
        return Path(sys.prefix) / "jaarring-prefect"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jaarring-prefect"


prefect_home().mkdir(mode=0o700, parents=True, exist_ok=True)
os.environ["PREFECT_HOME"] = str(prefect_home())
os.environ["DO_NOT_TRACK"] = "1"
# Prefect's client would ask a proxy for the server on this very machine.
for name in ("NO_PROXY", "no_proxy"):
    os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1,localhost"]))
