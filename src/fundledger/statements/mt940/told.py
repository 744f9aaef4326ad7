"""What the words of a line (field 86) say, whatever dialect the bank writes them in.

Dialects: subfields behind a sign and two digits (`?20`, `~20`, `<20`, `>20`, `^20`: Germany, Austria, Poland, Hungary, the Baltic
states), SEPA words with a plus inside them (`EREF+`, `SVWZ+`), words between slashes (`/EREF/…/NAME/…/REMI/…`: the Netherlands, the
Nordic countries, SWIFT), words with a colon (`IBAN: … NAAM: …`), and plain text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from fundledger.domain.reference import compact, iban_is_valid, reference_is_valid
from fundledger.statements.mt940.joining import code, joined, unbroken, words
from fundledger.statements.mt940.values import looks_like_iban

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is told, each as text: name, payer, payee, iban, end_to_end, instruction, transaction, structured, words, more, original, charge,
# rate, returned, posting; unsound where the account's check digits are wrong.
Told = dict[str, str]

_SUBFIELDS = re.compile(r"\s*(?:([0-9]{3})|[A-Z0-9]{1,4}[ ;]?)?([?~<>^|])(?=[0-9]{2})", re.ASCII)
# Numbers of subfields; a mark before any other stands in the words.
_NUMBERS = frozenset(f"{number:02}" for number in (*range(40), *range(60, 70)))
_PLUS = frozenset(
    {"EREF", "KREF", "MREF", "CRED", "DEBT", "SVWZ", "ABWA", "ABWE", "COAM", "OAMT", "PURP", "BREF", "RREF", "RTRN", "DDAT", "ANAM", "SQTP"}
    | {"ORCR", "ORMR", "IBAN"}
)
_SLASH = re.compile(
    r"/(EREF|ENDT|KREF|PREF|IREF|MREF|MARF|CSID|CRED|IBAN|BIC|NAME|REMI|RTRN|RETN|RREF|TRTP|TRCD|ORDP|BENM|CNTP|ACCW|ULTC|ULTD|ULTB|PURP|ADDR|ISDT"
    r"|OCMT|OAMT|CHGS|COAM|EXCH|CSTRDREF|CDTRREF|CDTRREFTP|STRDREF|SCOR|NRTX|BUSP|TXID|SVCL|PY|ROC|BO|BN|OPR|BRF|INS|ORIG)(?=/)",
    re.ASCII,
)
_COLON = re.compile(
    r"(?:^|(?<=[\s;/]))(IBAN|BIC|NAAM|NAME|REK|OMSCHRIJVING|KENMERK|MACHTIGING|INCASSANT|OD|DLA|TYT\.|Z RACH\.|NA RACH\.|TNR):",
    re.ASCII | re.IGNORECASE,
)
_MEANS = {
    "EREF": "end_to_end", "ENDT": "end_to_end", "ROC": "end_to_end", "KENMERK": "end_to_end",
    "KREF": "instruction", "PREF": "instruction", "IREF": "instruction", "TXID": "transaction",
    "IBAN": "iban", "ACCW": "iban", "REK": "iban", "Z RACH.": "iban", "NA RACH.": "iban",
    "NAME": "name", "NAAM": "name", "ANAM": "name", "OD": "name", "DLA": "name",
    "ORDP": "payer", "BO": "payer", "BENM": "payee", "BN": "payee",
    "REMI": "words", "SVWZ": "words", "OMSCHRIJVING": "words", "TYT.": "words", "PY": "words",
    "CSTRDREF": "structured", "CDTRREF": "structured", "STRDREF": "structured", "SCOR": "structured",
    "OCMT": "original", "OAMT": "original", "CHGS": "charge", "COAM": "charge", "EXCH": "rate", "RTRN": "returned", "RETN": "returned",
}  # fmt: skip
_CODES = frozenset({"end_to_end", "instruction", "transaction", "structured", "iban", "original", "charge", "rate", "returned"})
# What a key means, and how its text is put together.
_READ = {key: (meaning, code if meaning in _CODES else words) for key, meaning in _MEANS.items()}
_UNREAD = ("", words)
# Kinds of booking, banks and addresses: no reference, and no words of a payer.
_ASIDE = frozenset({"BIC", "TRTP", "TRCD", "CDTRREFTP", "ADDR", "ISDT", "NRTX", "SVCL", "TNR", "SQTP"})
_RETURNS = frozenset({"108", "109", "159"})
_LABELLED_IBAN = re.compile(r"\bIBAN:?[ ]?([A-Z]{2}[0-9]{2}(?:[ ]?[A-Z0-9]){11,30})", re.ASCII)
_FIRST_IBAN = re.compile(r"([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30})(?=\s|$)[ ]*([^\n]*)", re.ASCII)
_RF = re.compile(r"\bRF[0-9]{2}(?:[A-Z0-9]{1,21}|(?:[ ][A-Z0-9]{4}){0,5}(?:[ ][A-Z0-9]{1,4})?)\b", re.ASCII)
_SVWZ = len("SVWZ+")
_NRB = 26  # digits of a Polish account, an IBAN without its country


def told(text: str) -> Told:
    """Read field 86; what is not told is missing. Nothing of the words is left out but bank codes that have a field of their own."""
    whole = unbroken(text)
    match = _SUBFIELDS.match(whole)
    if match and (match[2] in "?~^" or whole.count(match[2]) > 1):
        found = _of_subfields(whole, match.end() - 1, match[2], match[1] or "")
    elif whole.lstrip().startswith("/") and _SLASH.search(whole):
        found = _of_keys(_SLASH.split(whole), "/{}/{}")
    elif "+" in whole and len(pieces := _plus(whole)) > 1:
        found = _of_keys(pieces, "{}+{}")
    else:
        found = _of_plain(whole)
    _look_in_words(found)
    return found


def told_beside(text: str) -> Told:
    """Read what stands on the further lines of field 61: words between slashes, the other party's account, or words."""
    whole = unbroken(text)
    if whole.startswith("/") and _SLASH.search(whole):
        return _of_keys(_SLASH.split(whole), "/{}/{}")
    bare = code(whole)
    return {"iban": bare} if iban_is_valid(bare) else {"words": words(whole)}


@lru_cache(maxsize=len("?~<>^|"))
def _usual(mark: str) -> re.Pattern[str]:
    """Subfields in the order nearly every bank writes them in: kind of booking, words, account, names, reason of a return, more words.

    Of the words, those of a SEPA credit are told apart: the payer's reference in one subfield, her words in the others.
    """
    shape = (
        r"(?:M00([^M]*+))?(?:M10[^M]*+)?"
        r"((?:M2[0-9]EREF\+([^M+\n]{0,22}+))?(M2[0-9]SVWZ\+[^M+\n]{0,22}+(?:M2[0-9][^M+\n]{0,27}+)*+)|(?:M2[0-9][^M]*+)*+)"
        r"(?:M30[^M]*+)?(?:M31([^M]*+))?((?:M3[23][^M]*+)*+)(?:M34([^M]*+))?((?:M6[0-9][^M]*+)*+)"
    )
    return re.compile(shape.replace("M", re.escape(mark)), re.ASCII)


def _of_subfields(whole: str, begin: int, mark: str, kind: str) -> Told:
    """Subfields: 20 to 29 and 60 to 63 words, 30 to 33 and 38 the other party, 34 the reason of a return, 00 the kind of booking."""
    usual = _usual(mark).fullmatch(whole, begin)
    if usual is None:
        return _of_any_subfields(whole[begin:], mark, kind)
    posting, purpose, reference, message, account, names, reason, rest = usual.groups()
    found: Told = {}
    if posting is not None:
        found["posting"] = words(posting)
    if account:
        _account(found, account)
    if reason is not None and kind in _RETURNS:
        found["returned"] = code(reason)
    if message is not None and not rest:
        _add_message(found, reference, _cut(message, mark)[_SVWZ:])
    elif purpose or rest:
        _add_purpose(found, _cut(purpose + rest, mark))
    if names:
        _add_name(found, _cut(names, mark))
    return found


def _cut(texts: str, mark: str) -> str:
    """The texts of subfields that follow one another as one, each without mark, number and the end of its line."""
    pieces = texts[1:].split(mark)
    if len(pieces) == 1:
        return texts[3:].removesuffix("\n")
    return joined([piece[2:].removesuffix("\n") for piece in pieces] if "\n" in texts else [piece[2:] for piece in pieces])


def _add_message(found: Told, reference: str | None, message: str) -> None:
    """A payer's reference, if she gave one, and her words."""
    if reference and (reference := reference.strip()):
        found["end_to_end"] = reference
    if message := words(message):
        found["words"] = message


def _of_any_subfields(whole: str, mark: str, kind: str) -> Told:
    """The same in any order, and with subfields of other numbers, which are words."""
    purpose: list[str] = []
    names: list[str] = []
    more: list[str] = []
    found: Told = {}
    for piece in _subfields(whole[1:], mark):
        number, text = piece[:2], piece[2:]
        if number[0] in "26":
            purpose.append(text)
        elif number in {"32", "33"}:
            names.append(text)
        elif number in {"31", "38"}:
            _account(found, text)
        elif number == "00":
            found["posting"] = words(text)
        elif number == "34" and kind in _RETURNS:
            found["returned"] = code(text)
        elif number not in {"10", "30", "34"}:
            more.append(words(text))
    _add_purpose(found, joined(purpose) if purpose else "")
    if any(more):
        found["more"] = " ".join(filter(None, (found.get("more"), *more)))
    _add_name(found, joined(names) if names else "")
    return found


def _subfields(whole: str, mark: str) -> list[str]:
    """The subfields, each behind its number; a mark without a number the dialects have is a letter of the words."""
    kept: list[str] = []
    for piece in whole.split(mark):
        if piece[:2] in _NUMBERS or not kept:
            kept.append(piece)
        else:
            kept[-1] += mark + piece
    return [piece.removesuffix("\n") for piece in kept]


def _add_purpose(found: Told, purpose: str) -> None:
    """The words of a payer, with or without SEPA keys inside."""
    if "+" in purpose:
        found.update(_of_keys(_plus(purpose), "{}+{}"))
    elif purpose:
        found["words"] = words(purpose)


def _add_name(found: Told, text: str) -> None:
    name = words(text)
    if name:
        found["name"] = name


def _plus(text: str) -> list[str]:
    """What stands before the first `EREF+` or the like, then each key and what is behind it."""
    before, *others = text.split("+")
    found: list[str] = []
    for piece in others:
        key = before[-4:]
        if key in _PLUS:
            found += (before[:-4], key)
            before = piece
        elif key.lstrip() == "BIC":
            found += (before[:-3], "BIC")
            before = piece
        else:
            before = f"{before}+{piece}"
    found.append(before)
    return found


def _of_keys(pieces: list[str], shape: str) -> Told:
    """Words behind keys; a key nobody asks for stays in the text as it is written, and so does what stands before the first."""
    found: Told = {}
    slashes = shape[0] == "/"
    more: list[str] = []
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        text = value.removeprefix("/") if slashes else value
        meaning, read = _READ.get(key, _UNREAD)
        if meaning and meaning not in found and key != "REMI":
            text = read(text).rstrip("/") if slashes else read(text)
            if text:
                found[meaning] = text
        elif key == "REMI":
            _remittance(found, text)
        elif key == "CNTP":
            _counterparty(found, text)
        elif key not in _ASIDE and text.strip(" /\n"):
            more.append(shape.format(key, words(text).rstrip("/")))
    before = pieces[0] and words(pieces[0])
    if before:
        found["words"] = f"{before} {found.get('words', '')}".rstrip()
    if more:
        found["more"] = " ".join(more)
    if "iban" in found:
        _account(found, found.pop("iban").partition(",")[0])
    return found


def _counterparty(found: Told, text: str) -> None:
    """`IBAN/BIC/NAME/CITY`, any part may be empty."""
    parts = text.split("/")
    if "iban" not in found:
        _account(found, parts[0])
    if len(parts) > 2 and words(parts[2]):
        found.setdefault("name", words(parts[2]))


def _remittance(found: Told, text: str) -> None:
    """`USTD//text`, `STRD/CUR/reference` or the text alone."""
    bare = text.replace("\n", "", 1) if text.startswith(("USTD\n", "STRD\n")) else text
    if bare.startswith("STRD/") and bare.count("/") >= 2:
        found.setdefault("structured", code(bare.split("/", 2)[2]).rstrip("/"))
    else:
        text = words(bare.removeprefix("USTD//")).rstrip("/")
        found["words"] = f"{found['words']} {text}" if "words" in found else text


def _of_plain(whole: str) -> Told:
    """Plain words, kept whole; a name and an account only where the bank sets them apart."""
    found: Told = {"words": words(whole)}
    first = _FIRST_IBAN.match(whole.lstrip())
    pieces = _COLON.split(whole)
    if first and iban_is_valid(first[1]):
        found["iban"] = first[1]
        if first[2].strip():
            found["name"] = first[2].strip()
    elif len(pieces) > 3:
        for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
            meaning = _MEANS.get(key.upper(), "words")
            text = code(value) if meaning in _CODES else words(value)
            if meaning != "words" and text.rstrip(" ;/"):
                found.setdefault(meaning, text.rstrip(" ;/"))
        if "iban" in found:
            _account(found, found.pop("iban"))
    return found


def _look_in_words(found: Told) -> None:
    """An account the bank names within its words, and a creditor reference (ISO 11649) with right check digits."""
    text = found.get("words", "")
    if not found.get("iban") and "IBAN" in text:
        match = _LABELLED_IBAN.search(text)
        iban = match and _valid_beginning(compact(match[1]))
        if iban:
            found["iban"] = iban
    if "structured" not in found and "RF" in text:
        reference = next(_creditor_references(text), None)
        if reference:
            found["structured"] = reference


def _valid_beginning(text: str) -> str | None:
    """The longest valid IBAN at the beginning of a text the following words may have run into."""
    return next((text[:size] for size in range(min(len(text), 34), 14, -1) if iban_is_valid(text[:size])), None)


def _creditor_references(text: str) -> Iterator[str]:
    for match in _RF.finditer(text):
        reference = compact(match[0])
        if reference_is_valid(reference):
            yield reference


def _account(found: Told, text: str) -> None:
    """Note an account in the form of an IBAN, and whether its check digits are wrong; any other number is nobody's we could tell."""
    if iban_is_valid(text):
        found["iban"] = text
        return
    bare = "".join(text.split()).upper()
    if iban_is_valid(bare):
        found["iban"] = bare
    elif len(bare) == _NRB and bare.isdigit() and iban_is_valid("PL" + bare):
        found["iban"] = "PL" + bare
    elif looks_like_iban(bare):
        found["iban"] = bare
        found["unsound"] = bare
