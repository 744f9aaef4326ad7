"""Bookkeeping facts and rules as frozen values and pure functions."""
