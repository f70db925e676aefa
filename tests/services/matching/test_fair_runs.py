"""A city's rule of fairness in its runs, the counties' balances, and plans that are repaired."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from allocation.matching.fairness import Measure
from allocation.matching.floors import ClashReason
from allocation.matching.record import digest, read_pool
from auth.principal import Role
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.errors import Stale
from services.matching import balances, fair_results, fair_rules, repo, service
from services.matching.fair_errors import BadFairness, NoSuchFairness
from services.matching.fair_schemas import FairnessForm
from services.matching.fair_tables import CreditBooking, CreditHold
from services.matching.tables import MatchRun
from services.matching.words import RunState
from services.projects import service as projects
from services.projects.schemas import DeclineForm
from services.projects.words import Exit
from tests.services.matching import factories as make
from tests.services.matching.test_pages import Browser, _browser
from tests.services.regions import factories as regions

TODAY = regions.BUSINESS_DATE
OFFICER = make.projects_make.officer(make.SHANGZHOU)


def form(**changes: Any) -> FairnessForm:
    return FairnessForm(**{"effective_from": TODAY, "enabled": True, **changes})


async def set_rule(database: Database, version: int = 0, **changes: Any) -> None:
    async with database.session() as session:
        await fair_rules.set_rule(session, make.OFFICE, Clock(), form(**changes), version)


async def test_before_the_first_setting_the_rule_is_off(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        rule = await fair_rules.rule_now(session, make.OFFICE, Clock())
        assert (rule.enabled, rule.version, rule.effective_from) == (False, 0, None)
        assert await fair_results.watch(session, make.OFFICE) == []
        with pytest.raises(NoSuchFairness):
            await fair_results.fairness_of(session, make.OFFICE, run)
    assert run.fairness is None


async def test_the_rule_is_dated_and_edited_under_its_version(pool: Database) -> None:
    await set_rule(pool, ceiling_bp=12_000, weights_bp={make.LUONAN: 20_000})
    later = TODAY + timedelta(days=30)
    await set_rule(pool, 1, effective_from=later, enabled=False)
    async with pool.session() as session:
        rule = await fair_rules.rule_now(session, make.OFFICE, Clock())
        assert (rule.enabled, rule.ceiling_bp, rule.version) == (True, 12_000, 2)
        assert rule.weights_bp == {make.LUONAN: 20_000}
        assert (await fair_rules.setting_on(session, make.CITY, later)).enabled is False  # type: ignore[union-attr] # there is one
        with pytest.raises(Stale):
            await fair_rules.set_rule(session, make.OFFICE, Clock(), form(), 1)
    await set_rule(pool, 2, ceiling_bp=None, measure=Measure.INVESTMENT)
    async with pool.session() as session:
        rule = await fair_rules.rule_now(session, make.OFFICE, Clock())
        assert (rule.ceiling_bp, rule.measure, rule.version) == (None, Measure.INVESTMENT, 3)
        audited = await session.execute(
            text("SELECT count(*) FROM audit_event WHERE action = 'matching.fairness_changed'")
        )
        assert audited.scalar_one() == 3


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"effective_from": TODAY - timedelta(days=1)}, "/effective_from"),
        ({"weights_bp": {"610100": 10_000}}, "/weights_bp/610100"),
    ],
)
async def test_a_rule_that_does_not_fit_is_refused(
    pool: Database, changes: dict[str, Any], pointer: str
) -> None:
    async with pool.session() as session:
        with pytest.raises(BadFairness) as error:
            await fair_rules.set_rule(session, make.OFFICE, Clock(), form(**changes), 0)
    assert [fault.pointer for fault in error.value.errors] == [pointer]


async def test_a_run_keeps_the_rule_and_tells_its_price(pool: Database) -> None:
    await set_rule(pool, ceiling_bp=10_000, floor_bp=10_000, weights_bp={make.SHANGZHOU: 0}, credits=True)
    run = await make.stored_run(pool)
    assert (run.state, run.verified) == (RunState.done, True)
    assert run.snapshot is not None
    assert run.snapshot_sha256 == digest(run.snapshot)
    held = read_pool(run.snapshot)
    assert held.limits[make.SHANGZHOU].max_leads == 0
    async with pool.session() as session:
        said = await fair_results.fairness_of(session, make.OFFICE, run)
        places = {str(row.project): row.park for row in await repo.placements(session, make.CITY, run.id)}
        assert make.PARK not in places.values()
        lines = {line.county: line for line in said.counties}
        assert set(lines) == set(held.counties)
        assert lines[make.SHANGZHOU].given_leads == 0
        assert sum(line.share_bp for line in said.counties) <= 10_000
        whole = next(price for price in said.prices if price.rule == "all")
        assert whole.value == run.value
        assert whole.price is not None
        assert whole.least <= whole.price <= (whole.most or 0)
        assert {price.rule.value for price in said.prices} == {"ceiling", "floor", "all"}
        assert said.displaced
        assert all(moved.with_park != moved.without_park for moved in said.displaced)
        assert [item.run for item in await fair_results.watch(session, make.OFFICE)] == [run.id]
        own = await fair_results.fairness_of(session, OFFICER, run)
    assert (own.view, [line.county for line in own.counties]) == ("own", [make.SHANGZHOU])
    assert (own.prices, own.displaced, own.least_ratio_bp, own.lowered) == ((), (), None, ())


async def test_a_floor_that_cannot_be_kept_is_stored_and_shown_with_its_reason(
    app: FastAPI, pool: Database
) -> None:
    await set_rule(pool, ceiling_bp=None, floor_bp=10_000, weights_bp={make.LUONAN: 0})
    run = await make.stored_run(pool)
    assert run.fairness is not None
    assert run.snapshot is not None
    held = read_pool(run.snapshot).limits[make.SHANGZHOU]
    async with pool.session() as session:
        said = await fair_results.fairness_of(session, make.OFFICE, run)
        own = await fair_results.fairness_of(session, OFFICER, run)
    assert [line.model_dump(mode="json") for line in said.lowered] == run.fairness["lowered"]
    (line,) = said.lowered
    assert (line.county, line.together, line.given) == (make.SHANGZHOU, (make.SHANGZHOU,), held.min_leads)
    assert line.given == line.possible < line.asked
    assert line.reason is ClashReason.CAPACITY
    assert own.lowered == ()
    async with await _browser(app, Role.city_office) as client:
        for language, words in (("zh", "承接能力不够，合计按 2 个执行"), ("en", "not the room: 2 together")):
            assert words in await Browser(client).get("/fairness", language=language)


async def hold(database: Database, code: str, park: str, county: str) -> None:
    async with database.session() as session:
        project = await make.choose(session, code, park, county)
        latest = await service.latest(session, make.OFFICE)
        assert latest is not None
        await make.price(database, code, park)
        await service.decide(
            session,
            make.OFFICE,
            project.public_id,
            park,
            latest.id,
            override_reason="balance",
            version=project.version,
        )


async def test_balances_follow_the_holds_and_turn_the_bids(pool: Database, run: MatchRun) -> None:
    await hold(pool, make.HALL, make.LUONAN_PARK, make.LUONAN)
    await set_rule(pool, ceiling_bp=30_000, credits=True, balance_bound=20)
    later = await make.stored_run(pool)
    async with pool.session() as session:
        points = await balances.points_of(session, make.CITY)
        assert points[make.DANFENG] == -points[make.LUONAN] > 0
        said = await balances.read_balances(session, make.OFFICE, 20)
        own = await balances.read_balances(session, OFFICER, 20)
        fair = await fair_results.fairness_of(session, make.OFFICE, later)
        assert (said.city, len(said.bookings)) == (0, 2)
        assert [line.county for line in own.balances] == [make.SHANGZHOU]
        assert (own.city, own.bookings) == (None, ())
        turned = {line.county: line.multiplier_bp for line in fair.counties}
        assert turned[make.LUONAN] < 10_000 < turned[make.DANFENG]
        assert next(line for line in fair.counties if line.county == make.LUONAN).past_leads == 1
        assert later.snapshot is not None
        assert read_pool(later.snapshot).multipliers_bp == {
            county: bp for county, bp in turned.items() if bp != 10_000
        }
        assert {price.rule.value for price in fair.prices} == {"ceiling", "balance", "all"}


async def test_a_released_hold_gives_back_and_each_is_booked_once(pool: Database, run: MatchRun) -> None:
    await hold(pool, make.HALL, make.LUONAN_PARK, make.LUONAN)
    rule = balances.BalanceRule(bound=200)

    async def book() -> dict[str, int]:
        async with pool.session() as session:
            frozen = read_pool(run.snapshot or {})
            await balances.book(session, frozen, make.CITY, run.id, rule)
        async with pool.session() as session:
            return await balances.points_of(session, make.CITY)

    first = await book()
    assert await book() == first
    assert first[make.LUONAN] < 0
    async with pool.session() as session:
        await session.execute(text("UPDATE hold SET released_at = now(), release_reason = 'failed'"))
    assert set((await book()).values()) == {0}
    assert set((await book()).values()) == {0}
    async with pool.session() as session:
        assert len((await session.scalars(select(CreditHold))).all()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 2},
        {"before": 5},
        {"after": 3},
        {"earned": -1, "after": -1},
        {"earned": 300, "after": 300},
        {},
    ],
    ids=["a link left out", "another start", "a wrong sum", "less than nothing", "over the bound", "none"],
)
async def test_the_database_checks_each_link(pool: Database, run: MatchRun, change: dict[str, int]) -> None:
    values = {"seq": 1, "before": 0, "earned": 4, "paid": 0, "bound": 200, "after": 4} | change

    async def write() -> None:
        async with pool.session() as session:
            session.add(CreditBooking(city=make.CITY, county=make.LUONAN, run=run.id, **values))

    if change:
        with pytest.raises(DBAPIError):
            await write()
    else:
        await write()
        async with pool.session() as session:
            with pytest.raises(DBAPIError):
                await session.execute(text("UPDATE credit_booking SET after = 5"))


async def test_a_warm_run_repairs_the_plan_around_who_declined(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        project = await make.project(session, make.HALL)
        before = {row.project: row.park for row in await repo.placements(session, make.CITY, run.id)}
        park = before[project.id]
        assert park is not None
        county = {make.PARK: make.SHANGZHOU, make.LUONAN_PARK: make.LUONAN}[park]
        await projects.decline(
            session,
            make.projects_make.officer(county),
            project.public_id,
            DeclineForm(park=park, reason=Exit.other, remark="厂房另有安排"),
        )
    warm = await make.stored_run(pool, warm=True)
    assert (warm.state, warm.route, warm.warm, warm.warm_from) == (RunState.done, "warm", True, run.id)
    assert warm.evicted == 1
    assert warm.changed is not None
    async with pool.session() as session:
        after = {row.project: row.park for row in await repo.placements(session, make.CITY, warm.id)}
        assert after[project.id] != park
        moved = {key for key in after if after[key] != before[key]}
        rules = {
            row.rule.value
            for row in await repo.rejections(session, make.CITY, warm.id, project.id)
            if row.park == park
        }
        assert "declined" in rules
    assert len(moved) <= 1 + warm.changed


async def test_the_first_warm_run_is_a_cold_one(pool: Database) -> None:
    run = await make.stored_run(pool, warm=True)
    assert (run.state, run.warm, run.warm_from, run.changed) == (RunState.done, True, None, None)
    assert run.route != "warm"
