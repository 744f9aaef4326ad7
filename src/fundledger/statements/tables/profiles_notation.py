"""A short way of writing a layout down: roles and the names banks gave their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fundledger.statements.layout import Column, Layout, Role, fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    Names = Mapping[str, str | tuple[str, ...]]

# Numbers by which Swedbank in all three Baltic countries tells what a row is.
SWEDBANK_ROWS = (("10", "opening"), ("20", "line"), ("82", "turnover"), ("86", "closing"))


def layout(name: str, must: Names, may: Names | None = None, also: tuple[str, ...] = (), **rules: Any) -> Layout:  # noqa: ANN401  Layout's own fields
    """A layout with a header.

    `must` and `may` map a role to the name of its column, or to several names; those of `must`, and `also`, have to be there for the table
    to be recognised. "name@credit" and "name@debit" count on lines of that side only; "#3" is the column at place 3, without a name.
    """
    columns = tuple(_column(role, name) for part in (must, may or {}) for role, names in part.items() for name in _several(names))
    named = [column for names in must.values() for column in (_column("text", name) for name in _several(names)) if column.name]
    return Layout(name, columns, tuple(dict.fromkeys(fold(text) for text in (*(column.name for column in named), *also))), **rules)


def headerless(name: str, shape: str, roles: str, **rules: Any) -> Layout:  # noqa: ANN401  Layout's own fields
    """A layout without a header: what each cell of a row looks like ("-" for anything), and its role ("-" for none)."""
    words = tuple("" if word == "-" else word for word in shape.split())
    columns = tuple(Column(Role(role), place=place) for place, role in enumerate(roles.split()) if role != "-")
    return Layout(name, columns, shape=words, **rules)


def _several(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


def _column(role: str, name: str) -> Column:
    if name[:1] == "#" and name[1:].isdigit():
        return Column(Role(role), place=int(name[1:]))
    own, _, when = name.partition("@")
    return Column(Role(role), own, when=when)
