"""Which messages the source speaks: read from templates and Python without running either."""

import ast
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import nodes

ROOT = Path(__file__).parents[3]
CALLS = {"lazy": 0, "gettext": 0, "redirect": 2}
"""Functions that take a message id, and where it stands among their arguments."""


def spoken() -> dict[str, str]:
    """Every message id of the source with the file that speaks it first."""
    found: dict[str, str] = {}
    for folder in ("services", "auth"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for message in of_python(path.read_text("utf-8")):
                found.setdefault(message, str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "services/console/templates").rglob("*.html")):
        for message in of_template(path.read_text("utf-8")):
            found.setdefault(message, str(path.relative_to(ROOT)))
    return found


def of_python(source: str) -> Iterator[str]:
    """Yield the message ids of a Python file."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = CALLS.get(name)
        if place is None or len(node.args) <= place:
            continue
        argument = node.args[place]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def of_template(source: str) -> Iterator[str]:
    """Yield the message ids of a template."""
    tree = jinja2.Environment(extensions=["jinja2.ext.do"]).parse(source)  # noqa: S701 -- nothing is rendered
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_":
            first = call.args[0]
            if isinstance(first, nodes.Const):
                yield first.value
