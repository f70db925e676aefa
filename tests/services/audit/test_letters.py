"""An auditor reads masked names under a letter alone, in its scope and time; each reading is an event."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from auth.principal import Principal, Role
from services.audit import letters
from services.audit.errors import BadLetter, LetterKept, NoSuchLetter, NotUnlocked, NotYourAudit
from services.audit.letters import LetterIn
from services.kit.events import AuditEvent
from services.kit.tables import uuid7
from tests.services.accounts.factories import make_account
from tests.services.ledger.factories import CITY, TODAY, person, read

NOW = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
OFFICE, OTHER, FINANCE = person(Role.city_office), person(Role.city_office), person(Role.city_finance)
CODE = read("协议")[0]["登记编号"]


async def auditor(session, login: str = "audit1") -> Principal:
    account = await make_account(session, Role.auditor, CITY, login=login)
    return Principal(
        account=account.id, city=CITY, role=Role.auditor, office=CITY, county=CITY, name="审计人"
    )


def letter(who: Principal, **changes) -> LetterIn:
    facts = {
        "number": "商审通〔2027〕1号",
        "auditor": who.account,
        "counties": [],
        "from_on": TODAY - timedelta(days=1),
        "until_on": TODAY + timedelta(days=30),
    }
    return LetterIn.model_validate(facts | changes)


async def standing(session, who: Principal, **changes):
    made = await letters.record_letter(session, OFFICE, letter(who, **changes))
    return await letters.check_letter(session, OTHER, made.id, NOW)


async def test_a_name_is_read_under_a_checked_letter_and_every_reading_is_an_event(on_issued):
    who = await auditor(on_issued)
    with pytest.raises(NotUnlocked):
        await letters.read_name(on_issued, who, CODE, TODAY)
    made = await letters.record_letter(on_issued, OFFICE, letter(who))
    with pytest.raises(NotUnlocked):
        await letters.read_name(on_issued, who, CODE, TODAY)
    await letters.check_letter(on_issued, OTHER, made.id, NOW)
    for _ in range(2):
        found = await letters.read_name(on_issued, who, CODE, TODAY)
    name = await on_issued.scalar(text("SELECT name FROM project WHERE code = :code"), {"code": CODE})
    assert (found.name, found.letter) == (name, made.number)
    query = select(AuditEvent).where(AuditEvent.action == "audit.name_read")
    events = (await on_issued.scalars(query)).all()
    assert [(one.account, one.after["letter"]) for one in events] == [(who.account, made.number)] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"from_on": TODAY + timedelta(days=1)},
        {"until_on": TODAY - timedelta(days=1)},
        {"counties": ["611026"]},
    ],
)
async def test_outside_its_time_and_scope_a_letter_opens_nothing(on_issued, changes):
    who = await auditor(on_issued)
    parties = await on_issued.execute(
        text("SELECT origin, host_county FROM project WHERE code = :code"), {"code": CODE}
    )
    assert "611026" not in parties.one()
    await standing(on_issued, who, **changes)
    with pytest.raises(NotUnlocked):
        await letters.read_name(on_issued, who, CODE, TODAY)


async def test_scope_is_the_project_s_origin_or_host(on_issued):
    who = await auditor(on_issued)
    host = await on_issued.scalar(text("SELECT host_county FROM project WHERE code = :code"), {"code": CODE})
    await standing(on_issued, who, counties=[host])
    assert (await letters.read_name(on_issued, who, CODE, TODAY)).code == CODE
    with pytest.raises(NotUnlocked):
        await letters.read_name(on_issued, who, "6110-0000-0000", TODAY)


async def test_nobody_else_reads_under_it_and_an_ended_letter_opens_nothing(on_issued):
    who, second = await auditor(on_issued), await auditor(on_issued, "audit2")
    made = await standing(on_issued, who)
    for other in (second, OFFICE, FINANCE):
        with pytest.raises(NotUnlocked):
            await letters.read_name(on_issued, other, CODE, TODAY)
    assert (await letters.list_letters(on_issued, second, TODAY)).items == []
    (own,) = (await letters.list_letters(on_issued, who, TODAY)).items
    assert (own.counts, own.may_check, own.may_end) == (True, False, False)
    await letters.end_letter(on_issued, OFFICE, made.id, TODAY)
    with pytest.raises(NotUnlocked):
        await letters.read_name(on_issued, who, CODE, TODAY)
    with pytest.raises(LetterKept):
        await letters.end_letter(on_issued, OFFICE, made.id, TODAY)


async def test_who_records_and_who_checks(on_issued):
    who = await auditor(on_issued)
    for by in (who, FINANCE, person(Role.county_leader, "611002")):
        with pytest.raises(NotYourAudit):
            await letters.record_letter(on_issued, by, letter(who))
    made = await letters.record_letter(on_issued, OFFICE, letter(who))
    for by, error in ((OFFICE, NotYourAudit), (who, NotYourAudit)):
        with pytest.raises(error):
            await letters.check_letter(on_issued, by, made.id, NOW)
    with pytest.raises(NoSuchLetter):
        await letters.check_letter(on_issued, OTHER, uuid7(), NOW)
    with pytest.raises(NotYourAudit):
        await letters.end_letter(on_issued, FINANCE, made.id, TODAY)
    await letters.check_letter(on_issued, FINANCE, made.id, NOW)
    with pytest.raises(LetterKept):
        await letters.check_letter(on_issued, FINANCE, made.id, NOW)


async def test_every_fault_of_a_letter_is_named(on_issued):
    who = await auditor(on_issued)
    await letters.record_letter(on_issued, OFFICE, letter(who))
    wrong = letter(who, counties=["999999"], until_on=date(2020, 1, 1))
    with pytest.raises(BadLetter) as refused:
        await letters.record_letter(on_issued, OFFICE, wrong)
    assert {one.pointer for one in refused.value.errors} == {"/counties", "/until_on", "/number"}
    with pytest.raises(BadLetter) as refused:
        await letters.record_letter(on_issued, OFFICE, letter(OFFICE))
    assert [one.pointer for one in refused.value.errors] == ["/auditor"]


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_letter SET until_on = until_on + 900",
        "UPDATE audit_letter SET checked_by = recorded_by",
        "UPDATE audit_letter SET counties = '{}', auditor = recorded_by",
        "DELETE FROM audit_letter",
        "TRUNCATE audit_letter",
    ],
)
async def test_the_database_keeps_letters(on_issued, attack):
    await standing(on_issued, await auditor(on_issued), counties=["611002"])
    with pytest.raises(DBAPIError):
        async with on_issued.begin_nested():
            await on_issued.execute(text(attack))
