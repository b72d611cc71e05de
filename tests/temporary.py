"""Where the tests put what they throw away: in memory, where there is room for it.

Thousands of tests make a database each. On a disk that is slow to make and to delete files they wait for it
longer than they work.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30  # bytes; a run needs about a quarter of that


def settle() -> None:
    """Let temporary files be made in memory, unless ``TMPDIR`` says where they belong.

    What the tests start (other workers, a database server, a browser) is told by the environment.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ENOUGH:
        return
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # it is looked up once
