"""Both READMEs name every document, and name none that is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_document_is_named(name: str) -> None:
    row = next(
        line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if "| `docs/` |" in line
    )
    there = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} | {"docs/decisions/README.md"}
    assert set(re.findall(r"\((docs/[^)]+)\)", row)) == there
