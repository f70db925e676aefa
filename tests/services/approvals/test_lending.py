"""Several posts, 甲代乙, suspension and handover: by person, with both names, never one hand twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.approving import SheetState, Verb
from allocation.lifecycle import State
from auth.errors import OutsideDelegation
from auth.policy import differs
from auth.principal import Role
from services.accounts.errors import NoSuchSeat
from services.accounts.seat_tables import Delegation
from services.approvals import delegations, handovers
from services.approvals.errors import (
    BadDelegation,
    DelegateIsMaker,
    DelegationOver,
    LentOn,
    NoSuchDelegation,
    NotForOffice,
    SeatLent,
)
from services.approvals.schemas import HandoverForm
from services.approvals.sheets import inbox
from services.approvals.words import HandoverKind
from services.kit.errors import SamePerson
from tests.services.approvals.cast import TODAY, Cast, acts, lend, longer_chain
from tests.services.approvals.conftest import Register
from tests.services.projects import factories as make


async def test_a_delegate_signs_and_both_names_stay(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    lent = await delegations.delegate(session, cast["leader"], lend(cast, "second"), TODAY)
    acting = await cast.seat("second", delegation=lent.id)
    assert (acting.name, acting.role, acting.on_behalf_of) == (
        "经办乙代县领导丁",
        Role.county_leader,
        cast["leader"].account,
    )
    [waits] = await inbox(session, acting, TODAY)
    done = await acts(session, acting, waits.ref, Verb.agree)
    assert project.state is State.reviewed
    [kept] = done.acts
    assert (kept.by, kept.on_behalf_of, kept.delegation) == (
        cast["second"].account,
        cast["leader"].account,
        lent.id,
    )
    moved = await session.execute(
        text("SELECT actor_name, actor_office FROM project_move WHERE action = 'review'")
    )
    assert moved.one() == ("经办乙代县领导丁", make.DANFENG)
    noted = await session.execute(
        text("SELECT after->>'on_behalf_of' FROM audit_event WHERE action = 'approvals.agree'")
    )
    assert noted.scalar_one() == str(cast["leader"].account)


async def test_neither_of_the_two_is_the_other_hand(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    await longer_chain(session, cast)
    project = await register()
    ref = f"review-{project.id}"
    lent = await delegations.delegate(session, cast["leader"], lend(cast, "second"), TODAY)
    acting = await cast.seat("second", delegation=lent.id)
    await acts(session, acting, ref, Verb.agree)
    for who in (await cast.again("leader"), acting):
        with pytest.raises(SamePerson):
            await acts(session, who, ref, Verb.agree)
    assert (await acts(session, cast["bureau"], ref, Verb.agree)).sheet.state is SheetState.agreed
    leader = await cast.again("leader")
    assert not differs(cast["second"].account, leader), "what the delegate did is the delegator's own"
    assert not differs(leader.account, acting)
    assert differs(cast["maker"].account, leader)
    assert differs(leader.account, replace(acting, on_behalf_of=None))


async def test_what_the_delegator_made_the_delegate_does_not_sign_for_them(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register(cast["leader"])
    lent = await delegations.delegate(session, cast["leader"], lend(cast, "second"), TODAY)
    acting = await cast.seat("second", delegation=lent.id)
    with pytest.raises(SamePerson):
        await acts(session, acting, f"review-{project.id}", Verb.agree)


async def test_a_delegation_is_for_its_kinds_its_days_and_nobody_further(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    ref = f"review-{project.id}"
    lent = await delegations.delegate(
        session, cast["leader"], lend(cast, "second", kinds=["pool", "release"]), TODAY
    )
    acting = await cast.seat("second", delegation=lent.id)
    assert await inbox(session, acting, TODAY) == []
    with pytest.raises(OutsideDelegation):
        await acts(session, acting, ref, Verb.agree)
    with pytest.raises(LentOn):
        await delegations.delegate(session, acting, lend(cast, "deputy"), TODAY)
    with pytest.raises(LentOn):
        await handovers.hand_over(
            session, acting, HandoverForm(taker=cast["deputy"].account, kind=HandoverKind.leave), [], TODAY
        )
    with pytest.raises(LentOn):
        await delegations.end(session, acting, lent.id, TODAY)
    with pytest.raises(NoSuchDelegation):
        await delegations.end(session, cast["outsider"], lent.id, TODAY)
    ended = await delegations.end(session, cast["leader"], lent.id, TODAY)
    assert not delegations.view(ended, cast["leader"], TODAY).standing
    assert (await cast.again("second")).role is Role.county_officer
    with pytest.raises(DelegationOver):
        await delegations.end(session, cast["leader"], lent.id, TODAY)
    with pytest.raises(NoSuchSeat):
        await cast.seat("second", delegation=lent.id)


@pytest.mark.parametrize(
    ("who", "to", "changes", "codes"),
    [
        ("leader", "leader", {}, ["oneself"]),
        ("leader", "outsider", {}, ["other-office"]),
        ("leader", "auditor", {}, ["role", "other-office"]),
        ("leader", "deputy", {"kinds": ["nothing"]}, ["unknown"]),
        ("leader", "deputy", {"from_on": TODAY - timedelta(days=1)}, ["order"]),
        ("leader", "deputy", {"until_on": TODAY + timedelta(days=90)}, ["too-long"]),
    ],
)
async def test_delegations_that_cannot_be(
    session: AsyncSession, cast: Cast, who: str, to: str, changes: dict[str, Any], codes: list[str]
) -> None:
    with pytest.raises(BadDelegation) as error:
        await delegations.delegate(session, cast[who], lend(cast, to, **changes), TODAY)
    assert [place.code for place in error.value.errors] == codes


async def test_the_head_arranges_a_delegation_but_not_for_their_own_hand(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    form = lend(cast, "deputy", delegator=cast["bureau"].account)
    with pytest.raises(NotForOffice):
        await delegations.delegate(session, cast["outsider"], form, TODAY)
    with pytest.raises(BadDelegation) as error:
        await delegations.delegate(session, cast["deputy"], form, TODAY)
    assert [place.code for place in error.value.errors] == ["oneself"]
    made = await delegations.delegate(session, cast["leader"], form, TODAY)
    assert (made.delegator_name, made.given_name) == ("局长丙", "县领导丁")
    with pytest.raises(SeatLent):
        await delegations.delegate(session, cast["leader"], form, TODAY)
    assert [row.id for row in await delegations.delegations(session, cast["leader"])] == [made.id]
    assert await delegations.delegations(session, cast["outsider"]) == []
    await register(cast["second"])
    with pytest.raises(DelegateIsMaker) as maker:
        await delegations.delegate(session, cast["leader"], lend(cast, "second"), TODAY)
    assert maker.value.facts == {"count": 1}


@pytest.mark.parametrize(
    ("column", "value", "guard"),
    [
        ("seat", None, "ex_delegation_one_at_a_time"),
        ("delegate", "delegator", "ck_delegation_"),
        ("given_by", "delegate", "ck_delegation_not_by_the_delegate"),
        ("post", "gen_random_uuid()", "delegation_own_post"),
    ],
)
async def test_the_database_keeps_delegations_apart(
    session: AsyncSession, cast: Cast, column: str, value: str | None, guard: str
) -> None:
    await delegations.delegate(session, cast["leader"], lend(cast, "deputy"), TODAY)
    names = [one.name for one in Delegation.__table__.columns if one.name not in {"at", "id"}]  # type: ignore[attr-defined]
    shift = "INTERVAL '0 day'" if value is None else "INTERVAL '400 day'"
    values = []
    for name in names:
        if name in {"from_on", "until_on", "linked_until"}:
            values.append(f"({name} + {shift})::date")
        else:
            values.append(value if name == column and value else name)
    with pytest.raises(DBAPIError) as refused:
        async with session.begin_nested():
            await session.execute(
                text(
                    f"INSERT INTO delegation (id, {', '.join(names)})"
                    f" SELECT gen_random_uuid(), {', '.join(values)} FROM delegation"
                )
            )
    assert guard in str(refused.value) + str(vars(refused.value.orig.__cause__) if refused.value.orig else "")
