"""Reads QIF, the Quicken Interchange Format: bank, cash, card, asset and liability accounts."""

from fundledger.statements.qif.reading import read, recognise

__all__ = ["read", "recognise"]
