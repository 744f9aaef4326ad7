"""What a thief with the key would see: every page of a book in the clear, its unused parts included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# SQLCipher 4: pages of 4,096 bytes end with 16 bytes of initialisation vector and 64 of HMAC; the first begins with 16 of salt.
_PAGE, _RESERVED, _SALT = 4096, 80, 16
_WAL_HEAD, _FRAME_HEAD = 32, 24


def clear_pages(folder: Path, key: bytes) -> bytes:
    """The pages of the database and of what is not folded into it yet, decrypted."""
    ledger = (folder / "ledger.db").read_bytes()
    wal = folder / "ledger.db-wal"
    frames = wal.read_bytes()[_WAL_HEAD:] if wal.exists() else b""
    size = _FRAME_HEAD + _PAGE
    pages = [ledger[start : start + _PAGE] for start in range(0, len(ledger), _PAGE)]
    pages += [frames[start + _FRAME_HEAD : start + size] for start in range(0, len(frames), size)]
    found = b"".join(_clear(page, key, first=number == 0 or page[:_SALT] == ledger[:_SALT]) for number, page in enumerate(pages))
    assert b"CREATE TABLE" in found, "the pages were not decrypted"
    return found


def _clear(page: bytes, key: bytes, *, first: bool) -> bytes:
    vector = page[_PAGE - _RESERVED : _PAGE - _RESERVED + 16]
    opened = Cipher(algorithms.AES256(key), modes.CBC(vector)).decryptor()
    return opened.update(page[_SALT if first else 0 : _PAGE - _RESERVED]) + opened.finalize()


def forms(text: str) -> Iterator[bytes]:
    """A text as it may lie in a page: in every encoding, case, and in the hexadecimal digits of kept bytes."""
    for written in {text, text.upper(), text.lower(), text.casefold()}:
        for codec in ("utf-8", "utf-16-le", "utf-16-be", "cp1257", "cp1251"):
            plain = written.encode(codec, "ignore")
            if len(plain) >= len(text):
                yield plain
                yield plain.hex().encode()
                yield plain.hex().upper().encode()


def seen(pages: bytes, text: str) -> list[bytes]:
    """The forms of a text that stand in some bytes."""
    return [form for form in forms(text) if form in pages]
