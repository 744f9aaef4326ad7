"""Where things are and what the user prefers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

APP, DESKTOP_FILE = "FundLedger", "org.fundledger.FundLedger"


def resources() -> Path:
    """Icons, fonts, catalogues, help and the sample foundation.

    A built package carries them inside; in the source tree they stand beside `src`. It is a folder always: no build of ours packs the
    program into one file, and importlib.resources, which could look into one, takes milliseconds of each start.
    """
    packed = Path(__file__).with_name("resources")
    return packed if packed.is_dir() else Path(__file__).parents[2] / "resources"


def licences() -> Path | None:
    """The page with the licences of all that a built package holds; the source tree holds nothing of others but the fonts."""
    page = resources() / "licences.html"
    return page if page.is_file() else None


def data_dir() -> Path:
    """Where books are offered to be kept; not made here."""
    # Only asked where a user's own folders matter; `inspect` and `verify` start without it.
    from platformdirs import user_data_path  # noqa: PLC0415  see above

    return user_data_path(APP, appauthor=False)


SCALES = (100, 125, 150, 175, 200)  # percent


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a user of this computer chose before any book is open: a language ("" is the system's) and the window's scale in percent."""

    language: str = ""
    scale: int = SCALES[0]


def chosen() -> Chosen:
    """What was chosen; what is not understood is as if nothing was."""
    try:
        found = json.loads((data_dir() / "window.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Chosen()
    language, scale = (found.get("language"), found.get("scale")) if isinstance(found, dict) else ("", 0)
    return Chosen(language if isinstance(language, str) else "", scale if scale in SCALES else SCALES[0])


def choose(chosen_now: Chosen) -> None:
    """Keep it beside the user's own data. Raises OSError."""
    data_dir().mkdir(parents=True, exist_ok=True)
    (data_dir() / "window.json").write_text(json.dumps(asdict(chosen_now)), "utf-8")
