"""What the bundle starts: `fundledger`."""

from __future__ import annotations

import os
import sys

from fundledger.cli.main import main

if getattr(sys, "frozen", False):
    # The bundle finds its libraries by this variable. They are loaded, and a viewer that is started for a document has its own.
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", "")
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before

sys.exit(main())
