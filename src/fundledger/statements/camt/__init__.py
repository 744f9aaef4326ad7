"""Reads camt.052, camt.053 and camt.054 of every version (ISO 20022)."""

from fundledger.statements.camt.reading import read, recognise

__all__ = ["read", "recognise"]
