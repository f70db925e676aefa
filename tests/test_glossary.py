"""Every identifier that the glossary names is defined in the code."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAME = re.compile(r"`([A-Za-z_][\w.]*)`")


def defined() -> set[str]:
    """Classes, functions and assigned names, and members of classes as Class.member."""
    found: set[str] = set()
    for package in ("allocation", "auth", "services"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                found |= names_of(node)
                if isinstance(node, ast.ClassDef):
                    members = {name for inner in node.body for name in names_of(inner)}
                    found |= {f"{node.name}.{member}" for member in members}
    return found


def names_of(node: ast.stmt) -> set[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return {name}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
    return set()


def rows() -> list[tuple[str, str, str]]:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    return [row for row in ROW.findall(text) if row[0] not in {"中文", "---"}]


def test_every_identifier_of_the_glossary_exists() -> None:
    known = defined() | {"city", "signed"}
    named = {name for row in rows() for name in NAME.findall(row[2])}
    assert len(named) > 80
    assert named - known == set()


def test_a_term_stands_once() -> None:
    terms = [row[0].strip() for row in rows()]
    assert len(terms) == len(set(terms))
    for chinese, english, identifier in rows():
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert english.strip()
        assert NAME.search(identifier)
