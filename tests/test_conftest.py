"""What every test obeys is enforced."""

from __future__ import annotations

import logging
import os
import socket
from typing import TYPE_CHECKING

import pytest

from tests.conftest import Stray

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_no_ip_socket_is_opened_and_no_name_looked_up(family: socket.AddressFamily) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.socket(family)
    with pytest.raises(ConnectionRefusedError):
        socket.getaddrinfo("localhost", 80)


def test_a_socket_inside_the_machine_is_allowed() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"1")
        assert other.recv(1) == b"1"


@pytest.mark.parametrize("content", ["3 030.00 €\n", b"\x00\xff"])
def test_a_golden_file_holds_exactly_the_result(golden: Golden, tmp_path: Path, content: str | bytes) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(content if isinstance(content, bytes) else content.encode())
    golden(kept, content)
    with pytest.raises(pytest.fail.Exception, match="update-golden"):
        golden(kept, content * 2)


@pytest.mark.usefixtures("caplog")
def test_a_warning_in_the_log_is_kept_for_the_verdict_and_a_note_is_not() -> None:
    stray = Stray()
    log = logging.getLogger("bookkeeping")
    log.addHandler(stray)
    log.info("a note")
    log.warning("%d cents are missing", 1)
    log.removeHandler(stray)
    assert stray.lines == ["bookkeeping: 1 cents are missing"]


def test_the_users_own_folders_stay_out_of_it() -> None:
    assert "home" in os.environ["XDG_DATA_HOME"]
    assert "FUNDLEDGER_PASSPHRASE" not in os.environ
