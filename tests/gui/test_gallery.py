"""Every page in every look, language and scale: nothing is cut, nothing lies on anything else, nothing is said in another language."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

GALLERY = Path(__file__).parents[2] / "packaging" / "gallery.py"


@pytest.mark.full
@pytest.mark.parametrize("scale", ["1", "2"])
@pytest.mark.parametrize("language", ["en", "lt", "ru"])
def test_every_picture_is_whole(language: str, scale: str, tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, GALLERY, tmp_path, "--language", language, "--scale", scale], capture_output=True, text=True, check=False
    )
    assert (made.returncode, made.stdout) == (0, ""), made.stderr
    pictures = [path.stem.split("@")[0].removesuffix(f"-{language}") for path in tmp_path.glob("*.png")]
    assert {name.removesuffix("-dark") for name in pictures if name.endswith("-dark")} == {
        name.removesuffix("-light") for name in pictures if name.endswith("-light")
    }
    assert len(pictures) > 100
