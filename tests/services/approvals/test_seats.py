"""Several posts a person, suspension and handover: by person, confirmed by both, one hand never twice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.approving import Verb
from allocation.lifecycle import Action
from auth.errors import NotPermitted, OfficerSuspended
from auth.principal import Role
from services.accounts import seating
from services.accounts.errors import BadSuspension, NoSuchSeat, OfficeDoesNotFit, OwnAccount, PostTaken
from services.approvals import delegations, handovers
from services.approvals.errors import (
    ActRefused,
    BadHandover,
    HandoverMoved,
    HandoverOpen,
    NoSuchHandover,
    NotForOffice,
)
from services.approvals.schemas import HandoverForm
from services.approvals.sheets import inbox
from services.approvals.todo_lists import open_items
from services.approvals.todos import todos
from services.approvals.words import HandoverKind
from services.kit.errors import SamePerson
from services.projects import service as projects
from services.projects.errors import MoveRefused
from services.projects.schemas import MoveForm
from tests.services.approvals.cast import TODAY, Cast, acts, lend, longer_chain
from tests.services.approvals.conftest import Register
from tests.services.projects import factories as make


async def test_maker_and_checker_go_by_person_whatever_the_post(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    post = await seating.give_post(
        session,
        cast["admin"],
        cast["maker"].account,
        role=Role.county_leader,
        office=make.DANFENG,
        county=make.DANFENG,
        today=TODAY,
    )
    project = await register()
    acting = await cast.seat("maker", post=post.id)
    assert (acting.role, acting.post, acting.name) == (Role.county_leader, post.id, "经办甲")
    with pytest.raises(MoveRefused):
        await projects.move(session, acting, project.id, MoveForm(action=Action.review))
    with pytest.raises(SamePerson):
        await acts(session, acting, f"review-{project.id}", Verb.agree)
    seats = await seating.seats_of(session, make.CITY, cast["maker"].account, TODAY)
    assert [(seat.role, seat.post) for seat in seats] == [
        (Role.county_officer, None),
        (Role.county_leader, post.id),
    ]
    await seating.end_post(session, cast["admin"], cast["maker"].account, post.id, TODAY)
    assert (await cast.again("maker")).role is Role.county_officer
    with pytest.raises(NoSuchSeat):
        await seating.end_post(session, cast["admin"], cast["maker"].account, post.id, TODAY)


async def test_posts_that_cannot_be_given(session: AsyncSession, cast: Cast) -> None:
    async def give(who: str, to: str, role: Role, office: str, county: str = "") -> None:
        await seating.give_post(
            session,
            cast[who],
            cast[to].account,
            role=role,
            office=office,
            county=county or office,
            today=TODAY,
        )

    with pytest.raises(NotPermitted):
        await give("leader", "maker", Role.county_leader, make.DANFENG)
    with pytest.raises(OwnAccount):
        await give("admin", "admin", Role.city_office, make.CITY)
    for to, role, office in [
        ("maker", Role.auditor, make.CITY),
        ("auditor", Role.city_office, make.CITY),
        ("maker", Role.county_leader, make.CITY),
        ("maker", Role.city_office, make.DANFENG),
    ]:
        with pytest.raises(OfficeDoesNotFit):
            await give("admin", to, role, office)
    with pytest.raises(PostTaken):
        await give("admin", "maker", Role.county_officer, make.DANFENG)
    await give("admin", "maker", Role.park_officer, make.PARK, make.SHANGZHOU)
    with pytest.raises(DBAPIError, match="nobody has a post twice"):
        async with session.begin_nested():
            await session.execute(
                text(
                    "INSERT INTO account_post (city, id, account, role, office, county, since, given_by)"
                    " SELECT city, gen_random_uuid(), account, 'county_officer', :office, :office, since,"
                    " given_by FROM account_post"
                ),
                {"office": make.DANFENG},
            )


async def test_a_suspended_officer_reads_and_does_not_act(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    ref = f"review-{project.id}"
    lent = await delegations.delegate(session, cast["leader"], lend(cast, "deputy"), TODAY)
    made = await seating.suspend(
        session,
        cast["admin"],
        cast["leader"].account,
        from_on=TODAY,
        until_on=None,
        reason="岗位调查",
    )
    leader = await cast.again("leader")
    assert leader.suspended
    assert await inbox(session, leader, TODAY) == []
    with pytest.raises(OfficerSuspended):
        await acts(session, leader, ref, Verb.agree)
    acting = await cast.seat("deputy", delegation=lent.id)
    assert acting.suspended, "nobody acts in a suspended officer's stead"
    await seating.lift(session, cast["admin"], leader.account, made.id, TODAY)
    assert not (await cast.again("leader")).suspended
    with pytest.raises(NoSuchSeat):
        await seating.lift(session, cast["admin"], leader.account, made.id, TODAY)
    await seating.suspend(
        session,
        cast["admin"],
        leader.account,
        from_on=date(2027, 2, 1),
        until_on=date(2027, 2, 3),
        reason="学习",
    )
    assert not (await cast.again("leader")).suspended
    with pytest.raises(BadSuspension) as error:
        await seating.suspend(
            session,
            cast["admin"],
            leader.account,
            from_on=TODAY,
            until_on=TODAY - timedelta(days=1),
            reason=" ",
        )
    assert [place.code for place in error.value.errors] == ["before-start", "needed"]
    assert len(await seating.suspensions_of(session, make.CITY, leader.account)) == 2


async def test_a_desk_is_handed_over_by_two_confirmations(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    ref = f"review-{project.id}"
    await acts(session, cast["leader"], ref, Verb.add_before, person=cast["bureau"].account)
    items = await open_items(session, cast["bureau"], None, TODAY)
    # What else stands on the list hangs on which slices have told of their to-dos by now.
    assert f"县内审核：{project.name}" in [item.title for item in items]
    assert await open_items(session, cast["leader"], cast["bureau"].account, TODAY) == items
    form = HandoverForm(taker=cast["deputy"].account, kind=HandoverKind.post)
    row = await handovers.hand_over(session, cast["bureau"], form, items, TODAY)
    with pytest.raises(HandoverOpen):
        await handovers.hand_over(session, cast["bureau"], form, items, TODAY)
    with pytest.raises(NoSuchHandover):
        await handovers.find(session, cast["outsider"], row.id)
    with pytest.raises(NotForOffice):
        await handovers.confirm(session, cast["leader"], row.id, TODAY)
    assert [one.kind for one in await todos(session, cast["deputy"], TODAY)] == ["approvals.handover"]
    await handovers.confirm(session, cast["bureau"], row.id, TODAY)
    with pytest.raises(HandoverMoved):
        await handovers.confirm(session, cast["bureau"], row.id, TODAY)
    with pytest.raises(ActRefused):
        await acts(session, cast["deputy"], ref, Verb.agree)
    done = await handovers.confirm(session, cast["deputy"], row.id, TODAY)
    view = handovers.view(done, cast["deputy"])
    assert (view.done_on, view.giver_confirmed, view.may_confirm) == (TODAY, True, False)
    with pytest.raises(ActRefused):
        await acts(session, cast["bureau"], ref, Verb.agree)
    signed = await acts(session, cast["deputy"], ref, Verb.agree)
    assert [(act.verb, act.by_name, act.reason) for act in signed.acts] == [
        (Verb.add_before, "县领导丁", ""),
        (Verb.forward, "局长丙", "工作交接"),
        (Verb.agree, "副局长戊", ""),
    ]


async def test_a_handover_of_one_post_leaves_the_steps_of_another(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    added, forwarded = [f"review-{(await register()).id}" for _ in range(2)]
    bureau = cast["bureau"].account
    await acts(session, cast["leader"], added, Verb.add_before, person=bureau)
    await acts(session, cast["leader"], forwarded, Verb.forward, person=bureau, reason="请代签")
    post = await seating.give_post(
        session,
        cast["admin"],
        bureau,
        role=Role.county_officer,
        office=make.DANFENG,
        county=make.DANFENG,
        today=TODAY,
    )

    async def hand_over(to: str) -> list[str]:
        form = HandoverForm(taker=cast[to].account, kind=HandoverKind.post)
        row = await handovers.hand_over(session, cast["bureau"], form, [], TODAY)
        for who in ("bureau", to):
            await handovers.confirm(session, cast[who], row.id, TODAY)
        held = await session.execute(
            text("SELECT person_name FROM approval_step WHERE person IS NOT NULL ORDER BY sheet, key")
        )
        return list(held.scalars())

    await cast.seat("bureau", post=post.id)
    assert await hand_over("second") == ["局长丙", "局长丙"]
    await cast.seat("bureau")
    assert await hand_over("deputy") == ["副局长戊", "副局长戊"]


async def test_who_takes_over_a_makers_sheet_does_not_sign_it(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    await longer_chain(session, cast)
    project = await register(cast["bureau"])
    ref = f"review-{project.id}"
    await acts(session, cast["leader"], ref, Verb.agree)
    form = HandoverForm(taker=cast["deputy"].account, giver=cast["bureau"].account, kind=HandoverKind.leave)
    row = await handovers.hand_over(session, cast["leader"], form, [], TODAY)
    await handovers.confirm(session, cast["bureau"], row.id, TODAY)
    await handovers.confirm(session, cast["deputy"], row.id, TODAY)
    with pytest.raises(SamePerson):
        await acts(session, cast["deputy"], ref, Verb.agree)
    assert [one.id for one in await handovers.handovers(session, cast["leader"])] == [row.id]


@pytest.mark.parametrize(
    ("who", "facts", "error"),
    [
        ("bureau", {"taker": "bureau"}, BadHandover),
        ("bureau", {"taker": "maker"}, BadHandover),
        ("outsider", {"taker": "deputy", "giver": "bureau"}, NotForOffice),
    ],
)
async def test_handovers_that_cannot_be(
    session: AsyncSession, cast: Cast, who: str, facts: dict[str, str], error: type[Exception]
) -> None:
    people = {name: cast[one].account for name, one in facts.items()}
    form = HandoverForm.model_validate({**people, "kind": "leave"})
    with pytest.raises(error):
        await handovers.hand_over(session, cast[who], form, [], TODAY)
