"""What PDF tests share: poppler as the outside reader of our papers."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Reader = Callable[[bytes, str], str]


@pytest.fixture
def poppler(tmp_path: Path) -> Reader:
    """Run one of poppler's programs on a PDF and return what it prints."""
    if shutil.which("pdftotext") is None:
        missing = "poppler-utils is not installed: what papers print was not read"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)

    def read(pdf: bytes, program: str) -> str:
        path = tmp_path / "paper.pdf"
        path.write_bytes(pdf)
        command = ["pdftotext", "-layout", str(path), "-"] if program == "pdftotext" else [program, str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return read


@pytest.fixture
def pages(poppler: Reader) -> Callable[[bytes], list[str]]:
    """The text of each page, without the spaces that layout puts between Chinese signs."""

    def split(pdf: bytes) -> list[str]:
        text = poppler(pdf, "pdftotext")
        return [re.sub(r"[ 　]+", " ", page) for page in text.split("\f")[:-1]]

    return split
