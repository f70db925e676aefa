"""Each mechanism's screen, address and test exist."""

import ast
import json
import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from services.console.routes import page_routers

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "mechanisms.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("|") and not line.startswith(("| mechanism", "|---"))
]
SCREENS = {
    route.path for _name, router in page_routers() for route in router.routes if isinstance(route, APIRoute)
}
OPERATIONS = {
    (method.upper(), path)
    for path, item in json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))["paths"].items()
    for method in item
}


def named(cell: str) -> list[str]:
    """What stands between back quotes."""
    return re.findall(r"`([^`]+)`", cell)


def test_no_mechanism_is_named_twice():
    names = [row[0] for row in ROWS]
    assert len(names) == len(set(names)) > 0


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_row_names_exists(row):
    _mechanism, screens, addresses, tests = row
    assert named(screens)
    assert named(addresses)
    assert named(tests)
    for screen in named(screens):
        assert screen in SCREENS
    for address in named(addresses):
        method, path = address.split(" ")
        assert (method, path) in OPERATIONS
    for test in named(tests):
        path, _, function = test.partition("::")
        module = ROOT / path
        assert module.is_file()
        functions = {
            node.name
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert any(name.startswith("test_") for name in functions)
        assert not function or function in functions
