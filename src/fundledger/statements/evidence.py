"""By what in a file its format was recognised, as it stands there; never a name, an account or an amount."""

from __future__ import annotations

import re

_MARKS = (
    ("camt", re.compile(rb"BkToCstmr\w+")),
    ("mt94", re.compile(rb"(?m)^:(\d\d[A-Z]?):")),
    ("ofx", re.compile(rb"(OFXHEADER|<OFX>|<BANKMSGSRSV1>|<CREDITCARDMSGSRSV1>|<STMTRS>|<CCSTMTRS>|<STMTTRN>)")),
    ("qif", re.compile(rb"(?mi)^!(?:Type|Account|Option)[:\w]*")),
    ("litas", re.compile(rb"(?m)^0[012]0(?=\t)")),
    ("xlsx", re.compile(rb"xl/[\w/.]+\.xml|\[Content_Types\]\.xml")),
)
_MOST = 6


def evidence(head: bytes, form: str) -> str:
    """The marks of a format in a file's beginning, in the order in which they stand; empty where it has none of its own."""
    for family, mark in _MARKS:
        if form.startswith(family):
            found = dict.fromkeys(match[0].decode("latin-1") for match in mark.finditer(head))
            return ", ".join(list(found)[:_MOST])
    return ""
