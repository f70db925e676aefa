"""What keeps the house: sizes, keys, imports, the committed contract."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint

from services.metadata import metadata

ROOT = Path(__file__).parent.parent
PACKAGES = ("services", "allocation", "auth", "migrations", "benchmarks")
MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".html",
    ".css",
    ".js",
    ".po",
    ".typ",
    ".json",
    ".lock",
    ".sh",
}


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "module",
    [path for path in MODULES if path.parent.name != "versions"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_module_has_at_most_300_lines_and_a_docstring(module):
    lines = module.read_text("utf-8").splitlines()
    assert len(lines) <= 300
    assert not lines or lines[0].startswith(('"""', 'r"""', "#!")), "a module says what it is for"


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_the_city_is_in_every_key(table):
    assert next(iter(table.primary_key)).name == "city"
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert next(iter(constraint.columns)).name == "city", constraint
        if isinstance(constraint, ForeignKeyConstraint):
            assert constraint.column_keys[0] == "city", constraint
            assert constraint.elements[0].column.name == "city", constraint
            assert constraint.ondelete in {None, "RESTRICT", "NO ACTION", "CASCADE"}
    for index in table.indexes:
        if index.unique:
            assert next(iter(index.columns)).name == "city", index


def test_the_api_process_never_loads_the_solver():
    code = "import sys, services.app; print(sorted({'ortools', 'numba', 'numpy'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "[]"


def test_only_one_module_imports_the_solver_and_one_the_tokens():
    for name, only in (("ortools", "allocation/matching/exact.py"), ("jwt", "auth/tokens.py")):
        importing = re.compile(rf"^\s*(?:from|import) {name}\b", re.MULTILINE)
        found = {
            str(module.relative_to(ROOT)) for module in MODULES if importing.search(module.read_text("utf-8"))
        }
        assert {place for place in found if not place.startswith("benchmarks/")} == {only}


def test_the_committed_contract_is_the_applications(process_settings):
    from services.app import create_app

    stored = json.loads((ROOT / "openapi.json").read_text("utf-8"))
    assert create_app(process_settings).openapi() == stored, "run: make openapi"


def test_nothing_committed_names_a_machine_or_a_registry():
    patterns = (
        r"(?<![\w.])/(?:root|home)/\w",
        r"https?://[^\s\"']*/simple\b",
        r"--(?:extra-)?index-url[= ]\S",
        r"https?://[^\s\"']*\.(?:whl|tgz)\b",
    )
    wanted = re.compile("|".join(patterns))
    for path in tracked():
        if path.suffix in TEXTS and path.name != "test_architecture.py":
            found = wanted.search(path.read_text("utf-8"))
            assert found is None, f"{path.relative_to(ROOT)}: {found[0] if found else ''}"


def test_nothing_is_left_unfinished():
    wanted = re.compile(
        r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b|pytest\.mark\.(?:skip|xfail)\b|pragma: no cover"
    )
    for path in tracked():
        if path.suffix == ".py" and path.name != "test_architecture.py":
            assert wanted.search(path.read_text("utf-8")) is None, path.relative_to(ROOT)
