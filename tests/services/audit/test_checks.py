"""The auditor's questions on a city with planted frauds: everything planted is found, nothing else is."""

import pytest

from auth.principal import Role
from services.audit import service
from services.audit.schemas import Limits
from services.audit.words import Check
from tests.services.audit import frauds
from tests.services.ledger.factories import TODAY, person

AUDITOR = person(Role.auditor)


def subjects(found) -> set[str]:
    """What findings are about: projects by their codes, other things by the finding's own key."""
    return {
        "+".join(project.code for project in one.projects) or one.key.split("/", 1)[1] for one in found.items
    }


async def asked(session, **limits) -> dict[Check, set[str]]:
    found = {
        check: await service.run_check(session, AUDITOR, check, TODAY, Limits(**limits), "zh")
        for check in Check
    }
    return {check: subjects(one) for check, one in found.items()}


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_planted_fraud_is_found_and_nothing_else(on_issued, seed):
    before = await asked(on_issued)
    planted = await frauds.plant(on_issued, seed)
    found = await asked(on_issued)
    new = {check: found[check] - before[check] for check in Check}
    expected = {check: planted.subjects[check] for check in Check}
    hits = sum(len(new[check] & expected[check]) for check in Check)
    total = sum(map(len, expected.values()))
    alarms = sum(len(new[check] - expected[check]) for check in Check)
    said = f"seed {seed}: recall {hits}/{total}, false alarms {alarms} among {planted.count} projects"
    print(said)  # noqa: T201 - the figure is what the test is for
    assert (hits, alarms) == (total, 0), said
    assert new == expected
    assert all(expected[check] for check in Check)
