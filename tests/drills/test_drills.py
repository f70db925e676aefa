"""Each drill in a short form: it passes as things are, and it finds the fault that is planted."""

import json
import subprocess
import sys

import pytest

from services.kit.embedded_postgres import EmbeddedPostgres
from tests.drills import claims, close, races
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
