"""FundLedger proves, to the cent, that what was collected for a campaign was spent on that campaign."""

__version__ = "0.1.0"
