"""The checks of FundLedger; folders mirror the rooms."""
