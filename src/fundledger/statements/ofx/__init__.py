"""Reads OFX 1 (SGML) and OFX 2 (XML), QFX among them, as banks and converters really write it."""

from fundledger.statements.ofx.reading import read, recognise

__all__ = ["read", "recognise"]
