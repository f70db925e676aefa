"""Earlier rulings: found without names, cited, and counted with the days they took."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.first_talk import service as cases
from services.first_talk.errors import (
    NotForYou,
)
from services.first_talk.masks import masked
from services.first_talk.repo import parties_of
from services.first_talk.schemas import HearingForm, OpenCase, PrecedentQuery, SaidForm
from tests.services.first_talk.cast import (
    BECAUSE,
    LEADER,
    OFFICE,
    SECOND,
    STRANGER,
    TODAY,
    heard,
    leads,
    refs,
    ruled,
    ruling,
)
from tests.services.projects import factories as make

CONFIRMED = SaidForm.model_validate({"outcome": "confirmed"})


async def test_precedents_are_found_without_a_name_in_them(session: AsyncSession):
    await ruled(session, credit_note="丹凤县得考核计入")
    for who in (STRANGER, OFFICE, make.principal(Role.auditor, make.CITY)):
        found = (await cases.search(session, who, PrecedentQuery())).items
        assert [(row.number, row.days, row.counties) for row in found] == [("CD-6110-2027-001", 0, 2)]
        for name in ("德润融通", "丹凤", "商州", "91110000600037341L"):
            assert name not in found[0].model_dump_json()
    assert (
        await cases.search(session, make.principal(Role.county_finance, make.DANFENG), PrecedentQuery())
    ).items == []


@pytest.mark.parametrize(
    ("asked", "hits"),
    [
        ({"q": "受理在先者优先"}, 1),
        ({"q": "CD-6110"}, 1),
        ({"q": "%"}, 0),
        ({"q": "德润"}, 0),
        ({"q": "丹凤"}, 0),
        ({"ground": "earlier_acceptance"}, 1),
        ({"ground": "follow_up"}, 0),
        ({"chain": "新材料"}, 0),
        ({"counties": 2}, 1),
        ({"counties": 3}, 0),
        ({"year": 2027}, 1),
        ({"year": 2026}, 0),
    ],
)
async def test_precedents_are_searched_by_what_is_shown_alone(
    session: AsyncSession, asked: dict[str, object], hits: int
):
    await ruled(session)
    assert len((await cases.search(session, STRANGER, PrecedentQuery.model_validate(asked))).items) == hits


async def test_a_ruling_cites_an_earlier_one_and_only_rulings_in_force_count(session: AsyncSession):
    case = await ruled(session)
    await session.execute(text("UPDATE project SET state = 'accepted' WHERE state = 'withdrawn'"))
    both = [lead for _party, lead in await parties_of(session, case)]
    for lead in both:
        await session.refresh(lead)
    again = await cases.open_case(session, OFFICE, OpenCase(projects=refs(*both), claim=BECAUSE), TODAY)
    await cases.set_hearing(session, OFFICE, again.id, HearingForm(on=TODAY, place="市里"), TODAY)
    await cases.propose(session, OFFICE, again.id, ruling(cites=["CD-6110-2027-001"]), TODAY)
    waiting = (await cases.search(session, STRANGER, PrecedentQuery())).items
    assert [row.cited_by for row in waiting] == [[]]
    await cases.say(session, SECOND, again.id, CONFIRMED, TODAY)
    found = (await cases.search(session, STRANGER, PrecedentQuery())).items
    assert [(row.number, row.cites, row.cited_by) for row in found] == [
        ("CD-6110-2027-002", ["CD-6110-2027-001"], []),
        ("CD-6110-2027-001", [], ["CD-6110-2027-002"]),
    ]


async def test_figures_count_the_conflicts_and_the_days(session: AsyncSession):
    case = await heard(session)
    await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    await cases.say(session, SECOND, case.id, CONFIRMED, date(2027, 3, 1))
    since, until = date(2027, 1, 1), date(2027, 12, 31)
    found = await cases.figures(session, OFFICE, since, until)
    assert found.model_dump(exclude={"since", "until"}) == {
        "filed": 1,
        "open": 0,
        "ruled": 1,
        "settled": 0,
        "withdrawn": 0,
        "refused": 0,
        "by_ground": {"earlier_acceptance": 1},
        "median_days": 45,
        "longest_days": 45,
        "late_rulings": 1,
    }
    earlier = await cases.figures(session, OFFICE, date(2026, 1, 1), date(2026, 12, 31))
    assert (earlier.filed, earlier.ruled, earlier.median_days) == (0, 0, None)
    with pytest.raises(NotForYou):
        await cases.figures(session, LEADER, since, until)


async def test_masks_take_whole_names_before_their_parts(session: AsyncSession):
    lead, _ = await leads(session)
    told = masked("丹凤县、丹凤和德润融通汽车实业有限公司（德润融通）", [lead], {"611022": "丹凤县"})
    assert told == "某县区、某县区和某企业（某企业）"
