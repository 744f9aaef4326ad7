"""The whole command line: every family of verbs declares its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.cli import (
    backups,
    books,
    campaigns,
    closing,
    demo,
    donors,
    invoices,
    nouns,
    people,
    pledges,
    rates,
    reconciling,
    reports,
    reviews,
    rules,
    statements,
    takeover,
    vouchers,
    window,
)
from fundledger.cli.grammar import program

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from fundledger.i18n import Speaker

_FAMILIES = (
    demo, books, backups, statements, reconciling, rules, campaigns, nouns, invoices, donors, pledges, reviews, vouchers, takeover, rates,
    reports, closing, people,
)  # fmt: skip


def build(speaker: Speaker) -> ArgumentParser:
    """The parser of the whole command line; `run` of what it parses is the command."""
    parser, verbs = program(speaker, window.show)
    for family in _FAMILIES:
        family.declare(verbs)
    return parser
