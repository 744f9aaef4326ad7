"""Reads a bank file into statements; one reader a format."""

from fundledger.statements.given import Given
from fundledger.statements.reading import Event, StatementFile, identify, open_statement, open_statements

__all__ = ["Event", "Given", "StatementFile", "identify", "open_statement", "open_statements"]
