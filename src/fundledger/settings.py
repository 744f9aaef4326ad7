"""Where things are and what the user prefers."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

APP, DESKTOP_FILE = "FundLedger", "org.fundledger.FundLedger"


def resources() -> Traversable:
    """Icons, fonts, catalogues, help and the sample foundation.

    A built package carries them inside; in the source tree they stand beside `src`.
    """
    packed = files("fundledger") / "resources"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "resources"


def licences() -> Traversable | None:
    """The page with the licences of all that a built package holds; the source tree holds nothing of others but the fonts."""
    page = resources() / "licences.html"
    return page if page.is_file() else None


def data_dir() -> Path:
    """Where books are offered to be kept; not made here."""
    # Only asked where a user's own folders matter; `inspect` and `verify` start without it.
    from platformdirs import user_data_path  # noqa: PLC0415  see above

    return user_data_path(APP, appauthor=False)
