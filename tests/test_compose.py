"""The compose file: its shape by the published specification, and the promises it makes."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from services.cli import app
from services.settings import Settings

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]

DURATION = {"type": "string", "pattern": "^([0-9]+(us|ms|s|m|h))+$"}
STRINGS = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
COMMAND = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
MAPPING = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["image"]}, {"required": ["build"]}],
    "properties": {
        "build": {"type": ["string", "object"]},
        "image": {"type": "string"},
        "init": {"type": "boolean"},
        "read_only": {"type": "boolean"},
        "tmpfs": {"oneOf": [{"type": "string"}, STRINGS]},
        "cap_drop": STRINGS,
        "security_opt": STRINGS,
        "shm_size": {"type": ["string", "number"]},
        "environment": {"oneOf": [MAPPING, STRINGS]},
        "command": COMMAND,
        "entrypoint": COMMAND,
        "restart": {"type": "string", "pattern": "^(no|always|unless-stopped|on-failure(:[0-9]+)?)$"},
        "ports": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "volumes": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {
                    "condition": {
                        "enum": ["service_started", "service_healthy", "service_completed_successfully"]
                    },
                    "restart": {"type": "boolean"},
                    "required": {"type": "boolean"},
                },
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "required": ["test"],
            "properties": {
                "test": {
                    "type": "array",
                    "prefixItems": [{"enum": ["CMD", "CMD-SHELL", "NONE"]}],
                    "items": {"type": "string"},
                    "minItems": 2,
                },
                "interval": DURATION,
                "timeout": DURATION,
                "start_period": DURATION,
                "retries": {"type": "integer", "minimum": 1},
            },
        },
    },
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["services"],
    "patternProperties": {"^x-": {}},
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {"^[a-zA-Z0-9._-]+$": SERVICE},
        },
        "volumes": {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
    },
}
"""The part of the Compose Specification that our file may use, written down by us."""


def test_the_file_fits_the_specification() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(COMPOSE)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("services", "api", "healtcheck"), {}),
        (("services", "api", "restart"), False),
        (("services", "api", "depends_on", "migrate", "condition"), "service_done"),
        (("services", "worker", "healthcheck", "interval"), "soon"),
        (("service",), {}),
    ],
)
def test_the_schema_finds_a_mistake(place: tuple[str, ...], value: object) -> None:
    broken: dict[str, Any] = yaml.safe_load(TEXT)
    *path, last = place
    spot = broken
    for step in path:
        spot = spot[step]
    spot[last] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(broken)


def test_the_parts_are_the_database_its_schema_the_server_and_the_worker() -> None:
    assert set(SERVICES) == {"database", "migrate", "api", "worker"}
    for service in SERVICES.values():
        for needed in service.get("depends_on", {}):
            assert needed in SERVICES
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]


def test_what_runs_on_is_watched_and_the_schema_is_made_once() -> None:
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    for name in ("database", "api", "worker"):
        assert SERVICES[name]["healthcheck"]["test"]
    for name in ("api", "worker"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_only_this_machine_reaches_the_ports() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_has_a_default() -> None:
    secrets = [name for name in re.findall(r"\$\{([^}]*)\}", TEXT) if re.search(r"SECRET|PASSWORD", name)]
    assert len(secrets) == 3
    assert all(re.fullmatch(r"[A-Z_]+:\?.+", name) for name in secrets)
    plain = re.findall(r"^\s*\S*(?:SECRET|PASSWORD)\S*:\s*(\S+)", TEXT, flags=re.MULTILINE)
    assert all(value.startswith("${") for value in plain)


def test_every_command_and_variable_is_one_of_ours() -> None:
    listed = CliRunner().invoke(app, ["--help"]).output
    for name in ("migrate", "api", "worker"):
        assert re.search(rf"^  {SERVICES[name]['command'][0]} ", listed, flags=re.MULTILINE)
    ours = {f"YIPANQI_{name.upper()}" for name in Settings.model_fields} | {"DATABASE_URL"}
    assert set(SERVICES["api"]["environment"]) <= ours


def test_the_programs_own_containers_can_write_nothing_and_gain_nothing() -> None:
    for name in ("migrate", "api", "worker"):
        assert SERVICES[name]["read_only"] is True
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


def test_the_image_is_safe_by_default() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    final = lines[max(index for index, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert any(line.startswith("ENV ") and "PYTHONSAFEPATH=1" in line for line in final)
    [user] = [line.split()[1] for line in final if line.startswith("USER ")]
    assert user not in {"0", "root"}
    assert 'ENTRYPOINT ["yipanqi"]' in final
    assert all("--require-hashes" in line for line in lines if ".lock" in line and "pip" in line)


def test_the_image_is_built_from_listed_things_only() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+)$", dockerfile, flags=re.MULTILINE)
    needed = {name.rstrip("/") for line in copied for name in line.split()[:-1]}
    assert needed == {rule[1:] for rule in rules if rule.startswith("!")}
    assert all((ROOT / name).exists() for name in needed)
