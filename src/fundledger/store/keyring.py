"""The keyring of the operating system, which may open a book beside its passphrases and never instead of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import keyring as library
from keyring.errors import KeyringError

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend

_SERVICE = "FundLedger"


class Keyring:
    """Keeps one secret for each book; every failure of the system's service is a KnownError keyring.failed."""

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        """Without a backend, the one the system offers."""
        with _told():
            self._backend = backend or library.get_keyring()

    def read(self, uid: str) -> str | None:
        """The secret for a book; None when there is none."""
        with _told():
            return self._backend.get_password(_SERVICE, uid)

    def keep(self, uid: str, secret: str) -> None:
        """Keep a secret and look whether it is really there: some backends take it and forget it."""
        with _told():
            self._backend.set_password(_SERVICE, uid, secret)
        if self.read(uid) != secret:
            raise KnownError("keyring.failed")

    def forget(self, uid: str) -> None:
        """Remove the secret for a book."""
        with _told():
            self._backend.delete_password(_SERVICE, uid)


@contextmanager
def _told() -> Iterator[None]:
    """A keyring is a service of somebody else's: a bus that does not answer, a library that is not there, a locked collection."""
    try:
        yield
    except (KeyringError, OSError, RuntimeError, ValueError, ImportError):
        raise KnownError("keyring.failed") from None
