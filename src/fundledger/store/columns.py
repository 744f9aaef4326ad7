"""The few kinds of column a book has."""

from __future__ import annotations

import secrets

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, Text, text


def ident() -> Column[int]:
    """The id of a row."""
    return Column("id", Integer, primary_key=True)


def ref(name: str, target: str, *, optional: bool = False, unique: bool = False) -> Column[int]:
    """The id of a row of another table."""
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=optional, unique=unique)


def word(name: str, *, optional: bool = False, unique: bool = False) -> Column[str]:
    """A text, or a day or a moment as ISO text."""
    return Column(name, Text, nullable=optional, unique=unique)


def minor(name: str = "amount_minor", *, optional: bool = False) -> Column[int]:
    """An amount in minor units."""
    return Column(name, Integer, nullable=optional)


def secret() -> Column[bytes]:
    """What the log's mention of a person is keyed with; nulled when she is erased, and then the mention says nothing any more."""
    return Column("secret", LargeBinary, nullable=True, default=lambda: secrets.token_bytes(32))


def flag(name: str) -> Column[int]:
    """0 or 1, at first 0."""
    return Column(name, Integer, CheckConstraint(f"{name} IN (0, 1)"), nullable=False, server_default=text("0"))


def one_of(name: str, *words: str) -> Column[str]:
    """One of a few words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return Column(name, Text, CheckConstraint(f"{name} IN ({listed})"), nullable=False)
