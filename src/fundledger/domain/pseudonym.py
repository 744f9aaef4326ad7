"""Who a person is to one audience in one period: the same code inside it, another one everywhere else."""

from __future__ import annotations

import base64
import hashlib
import hmac


def pseudonym(secret: bytes, audience: str, period: str, person: str) -> str:
    """Eight letters and digits: HMAC-SHA-256(book secret, audience ‖ period ‖ person), shortened."""
    digest = hmac.digest(secret, f"{audience}\x1f{period}\x1f{person}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:5]).decode("ascii")
