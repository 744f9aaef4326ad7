"""Reads MT940 statements, MT950 (the same without words) and MT942 interim reports (SWIFT category 9), in any bank's dialect."""

from fundledger.statements.mt940.reading import read, recognise

__all__ = ["read", "recognise"]
