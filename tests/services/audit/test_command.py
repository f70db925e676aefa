"""`yipanqi audit` asks every question of a city's database and prints what it finds."""

import json
import sys

import pytest

from services import cli
from services.audit.words import Check
from tests.services.ledger.factories import CITY


def command(*words: str) -> int:
    """Run the command in this process; return its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["yipanqi", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0)


def test_the_command_prints_findings_as_json_and_as_lines(issued_url, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", issued_url)
    assert command("audit", CITY, "--json", "--today", "2027-01-15", "--idle-months", "1") == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["check"] for one in said["checks"]] == [check.value for check in Check]
    assert said["findings"] == sum(len(one["items"]) for one in said["checks"])
    assert command("audit", CITY) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(not line.startswith("  ") for line in lines) == len(Check)
