"""Reads tables, CSV or XLSX, by a layout: one that is published, one that was saved, or one found from all rows."""

from fundledger.statements.tables.reading import read, recognise

__all__ = ["read", "recognise"]
