"""Nothing can be written but the fields of an operation's input model: every other property is refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel

import services.metadata
from auth.principal import Role
from services.intake import counting
from tests.walls.asking import fill, once
from tests.walls.conftest import Site
from tests.walls.matrix import matrix
from tests.walls.operations import Operation, api_operations

MATRIX = matrix()
AT_ONCE = 60


def columns() -> set[str]:
    """Every column of every table, and what attackers try."""
    assert services.metadata.metadata is SQLModel.metadata
    named = {column.name for table in SQLModel.metadata.tables.values() for column in table.columns}
    return named | {"role", "scope", "scopes", "is_admin", "principal", "principal_id", "__proto__", "id"}


def json_writers(site: Site) -> list[tuple[Operation, set[str]]]:
    """Every operation that takes JSON, with the properties of its input model."""
    found = []
    for operation in api_operations(site.app):
        if operation.method == "GET":
            continue
        field = operation.context.body_field
        if field is None or not hasattr(field.field_info.annotation, "model_fields"):
            continue
        model: Any = field.field_info.annotation
        if model.__name__.startswith("Body_"):
            # A form of an upload: what it does not name is dropped before the operation is called.
            continue
        names = set(model.model_fields) | {info.alias for info in model.model_fields.values() if info.alias}
        found.append((operation, names))
    return found


async def test_every_other_property_is_refused_by_name(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever has no account is counted; this many questions of one address in a minute are not what is asked.
    often = dict.fromkeys(counting.RULES, counting.Rule(10**6, timedelta(hours=1)))
    monkeypatch.setattr(counting, "RULES", often)
    wrong = []
    everything = columns()
    async with site.client() as client:
        for operation, names in json_writers(site):
            roles = MATRIX[operation.name]
            role = Role.city_office if roles is None else min(roles)
            headers = await site.bearer(site.world.person(role))
            others = sorted(everything - names)
            for start in range(0, len(others), AT_ONCE):
                batch = others[start : start + AT_ONCE]
                answer = await client.request(
                    operation.method,
                    fill(operation),
                    json=dict.fromkeys(batch, 1),
                    headers={**headers, **once()},
                )
                refused = {
                    error["pointer"].lstrip("/")
                    for error in answer.json().get("errors", [])
                    if error["code"] == "extra_forbidden"
                }
                if answer.status_code != 422 or set(batch) - refused - {"__proto__"}:
                    wrong.append((operation.name, answer.status_code, sorted(set(batch) - refused)[:5]))
    assert wrong == []


def test_many_operations_are_tried(site: Site) -> None:
    assert len(json_writers(site)) >= 30


def test_every_input_model_and_what_it_holds_forbids_the_rest(site: Site) -> None:
    loose = [
        (operation.name, model.__name__)
        for operation, _ in json_writers(site)
        for model in _models(operation.context.body_field.field_info.annotation)
        if model.model_config.get("extra") != "forbid"
    ]
    assert loose == []


def _models(model: Any, seen: set[Any] | None = None) -> set[Any]:
    seen = set() if seen is None else seen
    if not hasattr(model, "model_fields") or model in seen:
        return seen
    seen.add(model)
    for info in model.model_fields.values():
        for inner in (info.annotation, *getattr(info.annotation, "__args__", ())):
            _models(inner, seen)
    return seen
