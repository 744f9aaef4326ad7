"""A layout as a text: saved for the next file with the same header, passed from one foundation to another."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, cast

from fundledger.domain.problem import KnownError
from fundledger.domain.statement import ProcessorKind
from fundledger.statements.layout import Column, Layout, Role, fold
from fundledger.statements.tables.cells import DELIMITERS, MOST_COLUMNS
from fundledger.statements.tables.days import ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LONGEST = 1024 * 1024
_LONGEST_TEXT = 200
_TEXTS = ("name", "date_order", "decimal", "currency", "gateway", "delimiter", "account")
_LISTS = ("header", "encodings", "shape")
_PAIRS = ("sides", "row_types", "statuses")
_TRUTHS = ("inverse", "negative_fees")
_FIELDS = frozenset(own.name for own in fields(Layout))
_ALLOWED = {
    "date_order": frozenset({*ORDERS, None}),
    "decimal": frozenset({".", ",", None}),
    "delimiter": frozenset({*DELIMITERS, None}),
}
_MEANINGS = {
    "sides": frozenset({"credit", "debit", "signed"}),
    "row_types": frozenset({"line", "opening", "closing", "turnover", "skip", *ProcessorKind}),
    "statuses": frozenset({"booked", "pending", "info", "skip"}),
}


def header_key(header: Sequence[str]) -> str:
    """What a saved layout is found again by: the folded header, however its letters and blanks were written."""
    return " | ".join(map(fold, header))


def to_json(layout: Layout) -> str:
    """The layout as JSON; what is as usual is left out."""
    return json.dumps(_layout_object(layout), ensure_ascii=False, indent=2)


def _layout_object(layout: Layout) -> dict[str, object]:
    found: dict[str, object] = {"name": layout.name, "columns": [_column_object(column) for column in layout.columns]}
    for own in fields(Layout):
        value = getattr(layout, own.name)
        if own.name in found or value == own.default:
            continue
        found[own.name] = dict(value) if own.name in _PAIRS else list(map(_layout_object, value)) if own.name == "beside" else value
    return found


def _column_object(column: Column) -> dict[str, object]:
    found = {"role": column.role.value, "name": column.name, "place": column.place, "when": column.when}
    return {name: value for name, value in found.items() if value not in {"", None}}


def from_json(text: str) -> Layout:
    """The layout of a text of `to_json`, or one written by hand.

    Raises KnownError profile.broken where it is no JSON object, profile.field with the field that is not what it should be.
    """
    try:
        found = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError) as error:
        raise KnownError("profile.broken") from error
    if not isinstance(found, dict):
        raise KnownError("profile.broken")
    return _layout(found, beside=True)


def _layout(found: dict[str, object], *, beside: bool) -> Layout:
    """A layout of its object; `beside` says that others may stand in it, in which none may."""
    for name in found:
        if name not in _FIELDS or (name == "beside" and not beside):
            raise KnownError("profile.field", name[:40])
    columns = _checked(found.get("columns"), "columns", lambda value: isinstance(value, list) and 0 < len(value) <= MOST_COLUMNS)
    values: dict[str, object] = {"columns": tuple(_column(one, place) for place, one in enumerate(columns))}
    values |= {name: _text(found[name], name) for name in _TEXTS if name in found}
    values |= {name: tuple(_text(one, name) for one in _list(found[name], name)) for name in _LISTS if name in found}
    values |= {name: _pairs(found[name], name) for name in _PAIRS if name in found}
    values |= {name: _checked(found[name], name, lambda value: isinstance(value, bool)) for name in _TRUTHS if name in found}
    others = _checked(
        found.get("beside", []), "beside", lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value)
    )
    values["beside"] = tuple(_layout(one, beside=False) for one in cast("list[dict[str, object]]", others))
    values.setdefault("name", "")
    return Layout(**values)  # type: ignore[arg-type]  # each was checked by its name


def _checked(value: object, name: str, is_right: Callable[[object], bool]) -> list[object]:
    if not is_right(value):
        raise KnownError("profile.field", name)
    return value  # type: ignore[return-value]  # checked above


def _text(value: object, name: str) -> object:
    right = (isinstance(value, str) and len(value) <= _LONGEST_TEXT) or (value is None and name != "name")
    if not right or (name in _ALLOWED and value not in _ALLOWED[name]):
        raise KnownError("profile.field", name)
    return value


def _list(value: object, name: str) -> list[object]:
    return _checked(
        value, name, lambda one: isinstance(one, list) and len(one) <= MOST_COLUMNS and all(isinstance(part, str) for part in one)
    )


def _pairs(value: object, name: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(meaning, str) and meaning in _MEANINGS[name] for meaning in value.values()):
        raise KnownError("profile.field", name)
    return tuple(value.items())


def _column(value: object, place: int) -> Column:
    where = f"columns[{place}]"
    if not isinstance(value, dict) or not set(value) <= {"role", "name", "place", "when"} or value.get("role") not in list(Role):
        raise KnownError("profile.field", where)
    name, own, when = value.get("name", ""), value.get("place"), value.get("when", "")
    is_place = own is None or (isinstance(own, int) and not isinstance(own, bool) and 0 <= own < MOST_COLUMNS)
    if (
        not isinstance(name, str)
        or len(name) > _LONGEST_TEXT
        or not is_place
        or when not in ["", "credit", "debit"]
        or (not name and own is None)
    ):
        raise KnownError("profile.field", where)
    return Column(Role(value["role"]), name, own, when)
