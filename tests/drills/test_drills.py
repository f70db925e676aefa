"""Each drill in a short form: it passes as things are, and it finds the fault that is planted."""

import json
import subprocess
import sys

import pytest

from services.kit.embedded_postgres import EmbeddedPostgres
from tests.drills import attacks, claims, close, races, tamper
from tests.drills.stage import Findings, passed


def run(drill: str, *options: object) -> tuple[int, dict]:
    """Run a drill as a command; its exit code and its last line."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.drills.{drill}", *map(str, options)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, json.loads(done.stdout.strip().splitlines()[-1])


def test_a_drill_passes_without_faults_or_with_the_planted_one():
    whole, found = Findings(), Findings()
    found.faults["planted"] += 1
    assert passed(whole, None)
    assert not passed(found, None)
    assert passed(found, "planted")
    assert not passed(found, "another")
    assert not passed(whole, "planted")


@pytest.mark.parametrize("planted", [False, True])
async def test_claims(database_url, planted):
    found = await claims._drill(database_url, 4, 6, plant=planted)
    assert passed(found, claims.SEVERAL if planted else None), found
    assert found.counts["rounds"] == 4
    assert found.counts["won"] == (24 if planted else 4)
    assert found.counts["cap_rounds"] == 1
    assert found.faults[claims.BEYOND] == int(planted)
    assert planted or found.counts["cap_refused"] == 3


def test_claims_as_a_command():
    code, said = run("claims", "--rounds", 2, "--claimers", 3, "--plant")
    assert (code, said["passed"], said["planted"]) == (0, True, claims.SEVERAL)
    assert said["faults"][claims.SEVERAL] == 2


@pytest.fixture
def other_url(server: EmbeddedPostgres, template: str):
    server.create_database("drill_other", template=template)
    yield server.url("drill_other")
    server.drop_database("drill_other")


@pytest.mark.parametrize("planted", [False, True])
async def test_close(database_url, other_url, planted):
    found = await close.drill(database_url, other_url, 1, 4, plant=planted)
    assert passed(found, close.SLIPPED if planted else None), found
    assert found.counts["replays"] == found.counts["reversals"] == 12
    assert found.counts["won_by_confirm"] + found.counts["won_by_object"] == found.counts["answers"] >= 7
    assert (found.facts["slipped"]["REPEATABLE READ"] >= 2) is planted
    assert set(found.facts["slipped"]) == set(races.LEVELS)


def test_kill():
    code, said = run("kill", "--writes", 24, "--kills", 2, "--clients", 4, "--processes", 1)
    assert (code, said["passed"], said["faults"]) == (0, True, {})
    assert said["database_kills"] == said["api_kills"] == 1
    assert said["stored"] == 24
    assert said["runs"] >= 1
    assert said["replies_lost"] >= 1


def test_kill_finds_what_clients_without_keys_write_twice():
    options = ("--writes", 20, "--kills", 0, "--processes", 1)
    code, said = run("kill", *options, "--plant", "keys")
    assert (code, said["passed"]) == (0, True)
    assert said["stored"] > 20


@pytest.mark.parametrize("planted", [[], list(attacks.ATTACKS)], ids=["whole", "attacked"])
async def test_tamper(server: EmbeddedPostgres, template, planted):
    server.create_database("drill_tamper", template=template)
    try:
        found = await tamper.drill(server, "drill_tamper", planted)
    finally:
        server.drop_database("drill_tamper")
    assert passed(found, tamper.FOUND if planted else None), found
    by = {name: set(one["by"]) for name, one in found.facts.get("attacks", {}).items()}
    assert set(by) == set(planted)
    if planted:
        assert by["change"] == {"audit changed"}
        assert {"verifier entry", "not as kept"} <= by["forge"]
        assert "audit gap" in by["delete"]
        assert by["truncate"] == {"shorter", "not as kept"}
        assert by["rewrite"] == {"co-signature gone", "not as kept"}
