"""What a lead would draw of scarce limits has a price, and it is for the city's eyes alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI

from allocation.matching.answer_record import read_answer
from allocation.matching.answers import WhyNot
from allocation.matching.compile import compile_pool
from allocation.matching.judge import plan_faults
from allocation.matching.pool import Pool
from allocation.matching.record import pool_record
from allocation.matching.result import Solution
from allocation.matching.solve import solve_instance
from auth.principal import Role
from services.kit.database import Database
from services.matching.questions import asking as child
from services.matching.questions import repo
from services.matching.questions.asking import work_out
from services.matching.questions.schemas import WhyNotAnswer
from services.matching.questions.show import Called, Reading, shown
from services.matching.questions.words import QuestionKind, QuestionState
from tests.allocation.matching import factories as pools
from tests.services.matching import factories as make
from tests.services.matching.questions import asking
from tests.services.matching.questions.test_pages import Browser, _window


def crowd() -> Pool:
    """Three leads that fit best at a park with room for two."""
    leads = tuple(pools.lead(f"L{number}", 30) for number in (1, 2, 3))
    best = pools.park("A", plots=(pools.plot("A-1", 60),), leading=frozenset({pools.CIRCUITS}))
    parks = (best, pools.park("B", "610002"))
    return pools.pool(leads, parks)


def task(pool: Pool, found: Solution, kind: QuestionKind, **asked: Any) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "asked": asked,
        "pool": pool_record(pool),
        "placement": dict(found.assignment),
        "status": found.status.value,
        "bound": found.bound,
        "value": found.objective,
        "seconds": 5,
        "seed": 1,
    }


def solved() -> tuple[Pool, Solution, str]:
    """The pool, its plan, and the lead that is not at the park that all fit best."""
    pool = crowd()
    found = solve_instance(compile_pool(pool), seconds=5, seed=1)
    assert plan_faults(pool, found.assignment, found.objective or 0) == []
    (out,) = (lead for lead, host in found.assignment.items() if host != "A")
    return pool, found, out


def told(record: dict[str, Any], *, city_eyes: bool) -> WhyNotAnswer:
    leads = {f"L{number}": Called(f"p{number}", f"号{number}", None) for number in (1, 2, 3)}
    answer = shown(record, Reading(city_eyes=city_eyes, leads=leads, parks=frozenset({"A", "B"})))
    assert isinstance(answer, WhyNotAnswer)
    return answer


def test_a_scarce_park_costs_what_its_price_says_and_counties_read_none() -> None:
    pool, found, out = solved()
    record = work_out(task(pool, found, QuestionKind.why_not, lead=out, park="A"))
    answer = read_answer(record)
    assert isinstance(answer, WhyNot)
    (cost,) = answer.there.costs
    assert (cost.owner, cost.resource.partition("@")[0], cost.amount) == ("A", "land", 3_000)
    assert cost.cost > 0
    assert answer.there.reduced == (answer.there.value or 0) - cost.cost
    office, county = (told(record, city_eyes=eyes) for eyes in (True, False))
    assert office.there.costs[0].cost == cost.cost
    assert office.there.reduced == answer.there.reduced
    assert (county.there.costs, county.there.reduced) == ((), None)
    assert county.here is None or (county.here.costs, county.here.reduced) == ((), None)


@pytest.mark.parametrize(
    ("kind", "status", "priced"),
    [
        (QuestionKind.override_price, "optimal", False),
        (QuestionKind.override_price, "feasible", True),
        (QuestionKind.alternatives, "optimal", True),
    ],
)
def test_prices_are_found_once_and_the_value_is_the_stored_one(
    monkeypatch: pytest.MonkeyPatch, kind: QuestionKind, status: str, *, priced: bool
) -> None:
    pool, found, out = solved()
    runs = []
    real = getattr(child, kind.value)

    def heard(case: Any, run: Any, *asked: Any) -> Any:
        runs.append(run)
        return real(case, run, *asked)

    monkeypatch.setattr(child, kind.value, heard)
    where = {} if kind is QuestionKind.alternatives else {"park": "A"}
    work_out({**task(pool, found, kind, lead=out, **where), "status": status})
    (run,) = runs
    assert (run.value, bool(run.prices)) == (found.objective, priced)


COSTS = [
    {"owner": make.PARK, "resource": "land@2027-09-01", "amount": 5_000, "cost": 4_321},
    {"owner": make.LUONAN, "resource": "leads", "amount": 1, "cost": 17},
]


async def _with_costs(database: Database) -> str:
    """Answer a question of a county with a record that has prices, whatever is scarce in its city."""
    async with database.session() as session:
        row = await asking.ask(session, asking.HOST, asking.BIG, QuestionKind.why_not)
        other = await asking.ask(session, asking.OFFICE, make.WIDE, QuestionKind.why_not)
    await asking.worked_out(database, asking.OFFICE, other)
    async with database.session() as session:
        done = await repo.question(session, make.CITY, other.id)
        mine = await repo.question(session, make.CITY, row.id, lock=True)
        assert done is not None
        assert done.answer is not None
        assert mine is not None
        there = {**done.answer["there"], "park": asking.PARK, "costs": COSTS, "reduced": 12_345}
        lead = str(mine.project)
        mine.answer = {**done.answer, "lead": lead, "park": asking.PARK, "here": None, "there": there}
        mine.state, mine.versions, mine.attempts = QuestionState.done, done.versions, 1
        mine.started_at = mine.finished_at = datetime.now(UTC)
        mine.elapsed_ms = 1
    return f"/matches/questions/{row.id}"


WORDS = {
    "zh": ("占用稀缺资源的代价", "净地（2027-09-01 前可供）", "4,321", "扣除代价后 12,345", "往往偏高"),
    "en": ("scarce resources", "ready by 2027-09-01", "4,321", "12,345 less", "tends to overstate"),
}


async def test_the_page_tells_the_city_the_costs_and_a_county_none(app: FastAPI, database: Database) -> None:
    where = await _with_costs(database)
    for role, place, lacks in ((Role.city_office, None, False), (Role.county_officer, make.LUONAN, True)):
        async with await _window(app, role, place) as client:
            for language, words in WORDS.items():
                page = await Browser(app, client).get(where, language=language)
                assert [word for word in words if (word in page) == lacks] == []
