"""Resources are found in the source tree and inside a built package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger import settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_source_tree_keeps_its_resources_beside_src() -> None:
    found = {entry.name for entry in settings.resources().iterdir()}
    assert {"fonts", "i18n", "icons", "sample"} <= found


def test_a_built_package_carries_its_resources_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = tmp_path / "resources" / "i18n"
    packed.mkdir(parents=True)
    monkeypatch.setattr(settings, "__file__", str(tmp_path / "settings.py"))
    assert settings.resources() == packed.parent


def test_a_users_folder_is_named_for_the_program() -> None:
    assert settings.data_dir().name == "FundLedger"
