"""The topics of the in-app help: Markdown of resources/help/, with the window's own words and keys set into it."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QKeySequence

from fundledger.gui.actions import bare, shortcuts
from fundledger.i18n import SOURCE
from fundledger.settings import resources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.i18n import Speaker

# In the order of the work; a topic with a page's name is what F1 shows on that page.
TOPICS = (
    "start", "dashboard", "campaigns", "donors", "disbursements", "importing", "reconcile", "tieout", "reports", "logbook",
    "settings_page", "keyboard", "trouble", "words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its name, its title, its whole text in Markdown, and that text as it is searched."""

    name: str
    title: str
    text: str

    def line_with(self, words: Sequence[str]) -> str | None:
        """The first line that holds one of the words, without its marks; None when some word is nowhere in the topic."""
        whole = self.text.casefold()
        if not all(word in whole for word in words):
            return None
        for line in self.text.splitlines():
            plain = line.strip("#-*123456789. ").replace("**", "").replace("`", "")
            if plain and any(word in plain.casefold() for word in words):
                return plain
        return self.title


class _Words(string.Formatter):
    """`{gui.some.key}` is a word of the window, `{key.ACTION}` a key to press."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker, self._keys = speaker, shortcuts()

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[str, str]:
        """The word or the key, dressed. Raises KeyError where there is none."""
        del args, kwargs
        kind, _, name = field_name.partition(".")
        if kind == "key":
            return f"**{QKeySequence(self._keys[name]).toString(QKeySequence.SequenceFormat.NativeText)}**", field_name
        if not self._speaker.knows(field_name):
            raise KeyError(field_name)
        return f"**{bare(self._speaker.say(field_name))}**", field_name


def topic(name: str, speaker: Speaker) -> Topic:
    """A topic in the reader's language, in English where it is not written in hers yet. Raises KeyError for a word nobody knows."""
    folder = resources() / "help"
    path = folder / speaker.language / f"{name}.md"
    written = path if path.is_file() else folder / SOURCE / f"{name}.md"
    text = _Words(speaker).vformat(written.read_text("utf-8"), (), {})
    return Topic(name, text.partition("\n")[0].lstrip("# "), text)


@lru_cache(maxsize=4)
def topics(speaker: Speaker) -> tuple[Topic, ...]:
    """Every topic, in the order of the work."""
    return tuple(topic(name, speaker) for name in TOPICS)
