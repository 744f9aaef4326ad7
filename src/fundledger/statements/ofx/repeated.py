"""Which references of the bank stand for several different payments: found before the first line is told, in flat memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.statements.ofx.entry import account_number
from fundledger.statements.ofx.scanning import parts, words
from fundledger.statements.safety import LARGEST_PART

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_FITID = re.compile(r"<FITID\s*>([^<]*)", re.IGNORECASE)
_ACCTID = re.compile(r"<ACCTID\s*>([^<]*)", re.IGNORECASE)
# Two MiB: a million references leave a few ten thousand to be looked at again.
_BITS = 2**24
_MASK = _BITS - 1


def repeated(texts: Callable[[], Iterable[str]]) -> frozenset[tuple[str, str]]:
    """Account and reference of all references that entries of different content carry; `texts` reads the plain text from its beginning.

    A first pass marks three bits for each reference and keeps what meets marked ones only; if there is any, a second pass compares
    contents. The same entry twice is no different payment.
    """
    suspects = _met_twice(texts())
    if not suspects:
        return frozenset()
    first: dict[tuple[str, str], int] = {}
    different = set()
    for key, fragment in _references(texts()):
        if hash(key[1]) in suspects:
            content = hash("".join(fragment.split()))
            if first.setdefault(key, content) != content:
                different.add(key)
    return frozenset(different)


def _met_twice(texts: Iterable[str]) -> set[int]:
    marked, found, kept = bytearray(_BITS // 8), set(), ""
    for text in texts:
        whole, at = kept + text, text.rfind("<")
        at = len(kept) + at if at >= 0 else 0
        whole, kept = whole[:at], whole[at:]
        if len(kept) > LARGEST_PART:
            raise KnownError("file.part", "", limit=LARGEST_PART)
        for stated in _FITID.findall(whole):
            number = hash(words(stated))
            one, two, three = number & _MASK, number >> 20 & _MASK, number >> 40 & _MASK
            if marked[one >> 3] >> (one & 7) & marked[two >> 3] >> (two & 7) & marked[three >> 3] >> (three & 7) & 1:
                found.add(number)
            else:
                marked[one >> 3] |= 1 << (one & 7)
                marked[two >> 3] |= 1 << (two & 7)
                marked[three >> 3] |= 1 << (three & 7)
    return found


def _references(texts: Iterable[str]) -> Iterator[tuple[tuple[str, str], str]]:
    account = ""
    for is_entry, text in parts(texts):
        if not is_entry:
            for stated in _ACCTID.findall(text):
                account = account_number(stated) or account
            continue
        match = _FITID.search(text)
        if match and (reference := words(match[1])):
            yield (account, reference), text
