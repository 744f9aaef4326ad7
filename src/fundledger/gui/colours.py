"""The colours: a light and a dark set by purpose, one accent, and how well they are told apart."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

LEAST_CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour by its purpose; text and its ground keep a contrast of 4.5 (tests/gui/test_theme.py)."""

    name: str
    window: str
    card: str
    line: str
    field: str
    hover: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    selection: str
    negative: str
    positive: str
    warning: str
    negative_soft: str
    positive_soft: str
    warning_soft: str
    side: str
    side_text: str
    side_active: str
    side_bright: str
    side_accent: str
    track: str


LIGHT = Theme(
    name="light", window="#f4f5f2", card="#ffffff", line="#e1e4de", field="#c9cec8", hover="#f2f6f4", text="#1a2225", muted="#586468",
    accent="#0d6b64", on_accent="#ffffff", accent_soft="#e2f0ed", selection="#d3e8e4", negative="#ab1f18", positive="#166534",
    warning="#7d4e00", negative_soft="#fbe9e7", positive_soft="#e3f3e6", warning_soft="#fbf0d9", side="#15272b", side_text="#b4c5c5",
    side_active="#244247", side_bright="#ffffff", side_accent="#57cfc0", track="#e6e9e4",
)  # fmt: skip
DARK = Theme(
    name="dark", window="#12181a", card="#1a2224", line="#2b3639", field="#425054", hover="#20292c", text="#e6ecea", muted="#9fadae",
    accent="#57cfc0", on_accent="#06231f", accent_soft="#173634", selection="#1d4643", negative="#ffa198", positive="#86dba6",
    warning="#f2c878", negative_soft="#3a1f1d", positive_soft="#17331f", warning_soft="#352a12", side="#0b1113", side_text="#9fb0b0",
    side_active="#1b2c2f", side_bright="#ffffff", side_accent="#57cfc0", track="#2a3437",
)  # fmt: skip


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2)."""
    lights = sorted((_luminance(QColor(one)), _luminance(QColor(other))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
