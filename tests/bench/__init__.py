"""Measures FundLedger against floors that do only what nobody can leave out; SPEED.md tells what and how."""
