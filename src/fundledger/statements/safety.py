"""Bounds of what is read from strangers, and the look at a file's beginning before any parser sees it."""

from __future__ import annotations

import re

from fundledger.domain.problem import KnownError

FILE_LIMIT = 256 * 1024 * 1024
MOST_ENTRIES = 1_000_000
MOST_STATEMENTS = 10_000
# Elements of one entry or head; a batch of 500 payments has some 20,000.
MOST_ELEMENTS = 250_000
LONGEST_FIELD = 10_000
MOST_ATTRIBUTES = 64
DEEPEST = 256
# Bytes a reader may take in before a part of the file (an entry, a head) ends; this is what keeps memory flat.
LARGEST_PART = 8 * 1024 * 1024
HEAD_SIZE = 64 * 1024

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SHAPES = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"'>]{1,40})[\"']")
_KNOWN = re.compile(r"utf-?8|(us-)?ascii|iso-?8859-([1-9]|1[03456])|latin-?1|windows-125\d|cp125\d|(utf-?16|ucs-?2)([bl]e)?")
# What may stand before the first element, in no order; a DOCTYPE is left over.
PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


def xml_encoding(head: bytes) -> str:
    """The codec of an XML text: its mark, else its shape, else what it declares, else UTF-8.

    A file that declares UTF-16 but is written in single bytes is read as UTF-8, as some bank software saves it.
    Raises KnownError file.encoding for anything but Unicode, ASCII, ISO 8859 and Windows 125x.
    """
    for beginning, codec in (*_MARKS, *_SHAPES):
        if head.startswith(beginning):
            return codec
    match = _DECLARED.match(head)
    name = match[1].decode("ascii", "replace").lower() if match else "utf-8"
    known = _KNOWN.fullmatch(name)
    if known is None:
        raise KnownError("file.encoding", "", encoding=name)
    return "utf-8" if known[3] else name


def xml_beginning(head: bytes) -> str:
    """The first part of an XML text after comments and instructions, checked before a parser sees it.

    Raises KnownError file.doctype on sight of a DOCTYPE, file.part when nothing but comments fills the beginning.
    """
    text = head.decode(xml_encoding(head), "ignore")
    text = text[PROLOG.match(text).end() :]  # type: ignore[union-attr]  # the pattern matches nothing, too
    if text[:9].upper() == "<!DOCTYPE":
        raise KnownError("file.doctype")
    if text.startswith(("<?", "<!--")):
        raise KnownError("file.part", "", limit=HEAD_SIZE)
    return text


def check_fields(texts: list[str]) -> None:
    """Raise KnownError file.field when a text is longer than is ever stored."""
    if max(map(len, texts)) > LONGEST_FIELD:
        raise KnownError("file.field", "", limit=LONGEST_FIELD)
