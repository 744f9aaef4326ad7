"""Where a person was in the window before, and where she came back from: pages with their chip, their filter and their row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stood:
    """How a list was looked at: its chip, what was typed into its filter, the row (-1 for none)."""

    chip: str = ""
    typed: str = ""
    row: int = -1


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and how its list was looked at; None where it has no list."""

    page: str
    stood: Stood | None = None


class History:
    """Steps back and forth; whoever goes a new way forgets what lay ahead. Kept while the book is open, for a filter may hold a name."""

    def __init__(self) -> None:
        """Nowhere yet."""
        self.behind: list[Place] = []
        self.ahead: list[Place] = []

    def leave(self, place: Place) -> None:
        """Go a new way from here."""
        self.behind.append(place)
        self.ahead.clear()

    def back(self, here: Place) -> Place:
        """One step back; raises IndexError where there is none."""
        place = self.behind.pop()
        self.ahead.append(here)
        return place

    def forth(self, here: Place) -> Place:
        """One step forth again; raises IndexError where there is none."""
        place = self.ahead.pop()
        self.behind.append(here)
        return place
