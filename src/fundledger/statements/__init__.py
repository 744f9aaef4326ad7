"""Reads a bank file into statements; one reader a format."""

from fundledger.statements.reading import Event, StatementFile, identify, open_statement

__all__ = ["Event", "StatementFile", "identify", "open_statement"]
