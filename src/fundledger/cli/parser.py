"""The whole command line: every family of verbs declares its own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from fundledger.cli import window
from fundledger.cli.grammar import program

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence

    from fundledger.i18n import Speaker

# The verbs and nouns of each family, in the order of the help.
FAMILIES: Mapping[str, Sequence[str]] = {
    "demo": ("demo",),
    "window": ("open",),
    "books": ("new", "balances", "check", "undo", "log"),
    "backups": ("backup", "restore", "drill"),
    "statements": ("inspect", "import", "lines", "line", "coverage"),
    "reconciling": ("reconcile", "accept", "unmatch"),
    "rules": ("rule",),
    "campaigns": ("campaign",),
    "quotes": ("quote",),
    "nouns": ("account",),
    "invoices": ("invoice", "payee", "approval"),
    "disbursements": ("disbursement",),
    "donors": ("donor", "gift"),
    "pledges": ("pledge",),
    "reviews": ("review",),
    "vouchers": ("voucher", "year"),
    "takeover": ("takeover",),
    "rates": ("rate",),
    "reports": ("report", "page"),
    "packs": ("export", "verify", "unseal"),
    "closing": ("close", "reopen", "publish", "period"),
    "people": ("person", "policy", "passphrase", "recovery", "keyring", "rotate"),
}


def build(speaker: Speaker, words: Sequence[str] = ()) -> ArgumentParser:
    """The parser of the command line; `run` of what it parses is the command.

    Where `words` begin with a verb, of its family alone: the rest of the grammar takes longer than most commands.
    """
    parser, verbs = program(speaker, window.show)
    asked = [family for family, own in FAMILIES.items() if words and words[0] in own]
    for family in asked or FAMILIES:
        import_module(f"fundledger.cli.{family}").declare(verbs)
    return parser
