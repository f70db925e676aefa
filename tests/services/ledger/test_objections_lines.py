"""Reserved and disputed lines, clocks both ways, consent by rule, private messages, sealed scans."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from auth.principal import Role
from services.agreements.errors import BadScan
from services.kit.errors import SamePerson
from services.ledger import errors, service
from services.ledger.objections_errors import (
    NoConsentByRule,
    NoSuchMessage,
    NoSuchScan,
    ScanElsewhere,
    ScanEnded,
    ScanStanding,
)
from services.ledger.objections_words import Outcome, ScanState
from services.ledger.service import Attachment
from services.ledger.states import StatementAction, StatementState
from services.ledger.todos import todos
from services.regions.settings import set_setting
from tests.services.ledger import story
from tests.services.ledger.disputes import HOST, PDF, own, raise_one, reply
from tests.services.ledger.factories import CITY, TODAY, People, person
from tests.services.ledger.story import PEOPLE

DUE = date(2027, 1, 29)
"""Ten working days after 2027-01-15, a Friday: the spring festival of 2027 begins on February 6th."""
LATE = date(2027, 1, 30)
RULE = {"key": "silence_is_consent", "value": True}
FILE = Attachment(name="盖章.pdf", content=PDF)


async def test_a_reserved_line_stays_out_until_it_is_upheld(on_issued):
    one = await own(on_issued)
    thread = await raise_one(on_issued, one, 2, reserved=True)
    await raise_one(on_issued, one, 1)
    (held,) = await service.reserved_lines(on_issued, CITY, 2025)
    line = one.body["lines"][1]
    assert (held.county, held.line, held.fen, held.agreement) == (HOST, 2, line["fen"], line["agreement"])
    (disputed,) = await service.disputed_lines(on_issued, CITY, 2025)
    assert disputed.line == 1
    other = await own(on_issued, held.counterparty)
    mirror = next(
        row
        for row in other.body["lines"]
        if (row["agreement"], row["tax"], row["year"], row["agreement_year"]) == held.key[:4]
    )
    assert (mirror["fen"], held.key[4]) == (held.fen, {HOST, held.counterparty})
    made = await service.reissue(on_issued, PEOPLE.maker, one.id, "更正", TODAY, one.revision)
    (kept,) = await service.reserved_lines(on_issued, CITY, 2025)
    assert (kept.statement, kept.line, kept.objection) == (made.id, 2, thread.id)
    assert await service.disputed_lines(on_issued, CITY, 2025) == []
    facts = await service.statement_sheet(on_issued, PEOPLE.maker, made.id)
    assert [row["line"] for row in facts.reserved] == [2]
    await service.answer(
        on_issued,
        PEOPLE.maker,
        made.id,
        thread.id,
        service.Reply(outcome=Outcome.upheld, reason="税票齐全"),
        TODAY,
        made.revision,
    )
    assert made.state is StatementState.draft
    assert await service.reserved_lines(on_issued, CITY, 2025) == []


async def test_a_reservation_accepted_stays_out_until_a_new_version_says_otherwise(on_issued):
    one = await own(on_issued)
    thread = await raise_one(on_issued, one, reserved=True)
    assert len(await service.reserved_lines(on_issued, CITY, 2025)) == len(one.body["lines"])
    await reply(on_issued, one, thread, Outcome.accepted)
    assert one.state is StatementState.issued
    assert len(await service.reserved_lines(on_issued, CITY, 2025)) == len(one.body["lines"])
    await raise_one(on_issued, one)
    await service.reissue(on_issued, PEOPLE.maker, one.id, "更正", TODAY, one.revision)
    assert await service.reserved_lines(on_issued, CITY, 2025) == []


async def test_what_is_resolved_after_the_confirmation_stays_on_the_sealed_paper(on_issued):
    one = await own(on_issued)
    early, late = (
        await raise_one(on_issued, one, 1, reserved=True),
        await raise_one(on_issued, one, 2, reserved=True),
    )
    await reply(on_issued, one, early, Outcome.upheld)
    await story.confirm(on_issued, one)
    await reply(on_issued, one, late, Outcome.upheld)
    assert one.state is StatementState.confirmed
    facts = await service.statement_sheet(on_issued, PEOPLE.maker, one.id)
    assert [row["line"] for row in facts.reserved] == [2]
    assert await service.reserved_lines(on_issued, CITY, 2025) == []


async def test_clocks_run_both_ways_and_block_nothing(on_issued):
    one = await own(on_issued)
    finance = People.county(HOST)
    wait = (await service.desk(on_issued, finance, one.id, TODAY)).wait
    assert (wait.side.value, wait.working_days, wait.due_on, wait.overdue) == ("county", 10, DUE, False)
    assert wait.provisional is True
    late = (await service.desk(on_issued, finance, one.id, LATE)).wait
    assert (late.overdue, late.days_late) == (True, 1)
    (todo,) = await todos(on_issued, finance, LATE)
    assert (todo.due_on, todo.overdue) == (DUE, True)
    assert "ledger.late" in {todo.kind for todo in await todos(on_issued, PEOPLE.maker, LATE)}
    await set_setting(on_issued, PEOPLE.maker, "objection_answer_days", 3, TODAY)
    thread = await raise_one(on_issued, one, 1)
    assert thread.due_on == date(2027, 1, 20)
    desk = await service.desk(on_issued, finance, one.id, LATE)
    assert (desk.wait.side.value, desk.wait.due_on, desk.objections[0].overdue) == (
        "city",
        thread.due_on,
        True,
    )
    (todo,) = [todo for todo in await todos(on_issued, PEOPLE.maker, LATE) if todo.kind == "ledger.disputed"]
    assert (todo.due_on, todo.overdue) == (thread.due_on, True)
    given = service.Reply(outcome=Outcome.upheld, reason="迟复")
    await service.answer(on_issued, PEOPLE.maker, one.id, thread.id, given, LATE, one.revision)
    assert one.state is StatementState.issued
    wait = (await service.desk(on_issued, finance, one.id, LATE)).wait
    assert (wait.since, wait.overdue) == (LATE, False)


async def test_silence_is_consent_only_by_a_rule_in_force_when_the_wait_began(on_issued):
    one = await own(on_issued)
    await set_setting(on_issued, PEOPLE.maker, effective_from=date(2027, 1, 16), **RULE)
    for day in (DUE, LATE):
        with pytest.raises(NoConsentByRule):
            await service.confirm_by_rule(on_issued, PEOPLE.maker, one.id, day, one.revision)
    await set_setting(on_issued, PEOPLE.maker, effective_from=TODAY, **RULE)
    with pytest.raises(NoConsentByRule):
        await service.confirm_by_rule(on_issued, PEOPLE.maker, one.id, DUE, one.revision)
    desk = await service.desk(on_issued, PEOPLE.maker, one.id, LATE)
    assert (desk.wait.silence_is_consent, desk.may_confirm_by_rule) == (True, True)
    assert not (await service.desk(on_issued, People.county(HOST), one.id, LATE)).may_confirm_by_rule
    with pytest.raises(errors.NotForYou):
        await service.confirm_by_rule(on_issued, People.county(HOST), one.id, LATE, one.revision)
    with pytest.raises(SamePerson):
        await service.confirm_by_rule(on_issued, PEOPLE.approver, one.id, LATE, one.revision)
    await service.confirm_by_rule(on_issued, PEOPLE.maker, one.id, LATE, one.revision)
    assert one.state is StatementState.confirmed
    last = (await service.view(on_issued, PEOPLE.maker, one)).events[-1]
    assert (last.action, last.by_name, last.facts["due_on"]) == (
        StatementAction.confirm_by_rule,
        "编制人",
        DUE.isoformat(),
    )
    with pytest.raises(errors.WrongState):
        await service.confirm_by_rule(on_issued, PEOPLE.maker, one.id, LATE, one.revision)


async def test_a_request_to_reject_stops_consent_by_rule(on_issued):
    one = await own(on_issued)
    await set_setting(on_issued, PEOPLE.maker, **RULE, effective_from=TODAY)
    await service.ask_rejection(on_issued, PEOPLE.maker, one.id, "漏计", TODAY, one.revision)
    with pytest.raises(NoConsentByRule):
        await service.confirm_by_rule(on_issued, PEOPLE.maker, one.id, LATE, one.revision)
    (todo,) = await todos(on_issued, People.county(HOST), TODAY)
    assert todo.kind == "ledger.reject"


async def test_a_private_message_changes_nothing_for_the_other_side(on_issued):
    one = await own(on_issued)
    thread = await raise_one(on_issued, one, 1)
    county, city = People.county(HOST), PEOPLE.maker
    office = person(Role.city_office)

    async def seen(who):
        desk = await service.desk(on_issued, who, one.id, TODAY)
        whole = await service.view(on_issued, who, one)
        return desk.model_dump_json() + whole.model_dump_json()

    readers = (county, city, office, PEOPLE.auditor)
    before = {who.account: await seen(who) for who in readers}
    said = await service.say(on_issued, county, one.id, thread.id, "内部意见", TODAY, private=True, file=FILE)
    assert [who for who in readers if await seen(who) != before[who.account]] == [county, PEOPLE.auditor]
    for who in (city, office, PEOPLE.auditor):
        with pytest.raises(NoSuchMessage):
            await service.attachment(on_issued, who, one.id, thread.id, said.id)
    assert (await service.attachment(on_issued, county, one.id, thread.id, said.id)).content == PDF
    before = {who.account: await seen(who) for who in readers}
    await service.say(on_issued, city, one.id, thread.id, "市局内部", TODAY, private=True)
    assert [who for who in readers if await seen(who) != before[who.account]] == [city, PEOPLE.auditor]
    await service.say(on_issued, city, one.id, thread.id, "请补税票", TODAY)
    assert "请补税票" in await seen(office)
    for who in (office, PEOPLE.auditor):
        with pytest.raises(errors.NotForYou):
            await service.say(on_issued, who, one.id, thread.id, "旁观", TODAY)
    for empty in ("  ", "长" * 2001):
        with pytest.raises(errors.ReasonMissing):
            await service.say(on_issued, county, one.id, thread.id, empty, TODAY)


async def test_a_sealed_scan_is_checked_by_another_and_named_at_the_confirmation(on_issued):
    one = await own(on_issued)
    maker = People.county(HOST)
    checker = person(Role.county_leader, HOST, "局长")
    assert (await service.scans(on_issued, maker, one.id)).actions == ["upload"]
    bad = Attachment(name="x.pdf", content=b"MZ")
    with pytest.raises(BadScan):
        await service.upload_scan(on_issued, maker, one.id, bad, TODAY, one.revision)
    with pytest.raises(errors.NotForYou):
        await service.upload_scan(on_issued, PEOPLE.maker, one.id, FILE, TODAY, one.revision)
    scan = await service.upload_scan(on_issued, maker, one.id, FILE, TODAY, one.revision)
    with pytest.raises(ScanStanding):
        await service.upload_scan(on_issued, maker, one.id, FILE, TODAY, one.revision)
    with pytest.raises(SamePerson):
        await service.check_scan(on_issued, maker, one.id, scan.id, TODAY, one.revision)
    with pytest.raises(errors.NotForYou):
        await service.check_scan(on_issued, PEOPLE.maker, one.id, scan.id, TODAY, one.revision)
    assert (await service.scans(on_issued, maker, one.id)).actions == []
    assert [todo.kind for todo in await todos(on_issued, checker, TODAY)] == ["ledger.confirm", "ledger.scan"]
    await service.check_scan(on_issued, checker, one.id, scan.id, TODAY, one.revision)
    with pytest.raises(ScanEnded):
        await service.check_scan(on_issued, checker, one.id, scan.id, TODAY, one.revision)
    await story.confirm(on_issued, one)
    last = (await service.view(on_issued, maker, one)).events[-1]
    assert last.facts == {"check_code": one.body_sha256[:16], "scan_sha256": scan.scan_sha256}
    other = await own(on_issued, "611021")
    with pytest.raises(ScanElsewhere):
        await service.upload_scan(on_issued, People.county("611021"), other.id, FILE, TODAY, other.revision)
    assert await service.sealed_counties(on_issued, CITY, "2025") == {HOST: ScanState.checked}
    shown = await service.scans(on_issued, People.county("611021"), other.id)
    assert {side.county: side.state for side in shown.counterparties}.get(HOST, "none") in {
        ScanState.checked,
        "none",
    }
    assert (await service.scan_file(on_issued, PEOPLE.maker, one.id, scan.id)).content == PDF
    with pytest.raises(NoSuchScan):
        await service.scan_file(on_issued, PEOPLE.auditor, one.id, scan.id)
    with pytest.raises(errors.NoSuchStatement):
        await service.scan_file(on_issued, People.county("611021"), one.id, scan.id)


async def test_a_scan_sent_back_makes_room_for_another(on_issued):
    one = await own(on_issued)
    maker, checker = People.county(HOST), person(Role.county_leader, HOST)
    scan = await service.upload_scan(on_issued, maker, one.id, FILE, TODAY, one.revision)
    for change in (
        "UPDATE sealed_scan SET checked_by = made_by, checked_at = now(), state = 'checked'",
        "UPDATE sealed_scan SET scan_sha256 = repeat('0', 64)",
        "DELETE FROM sealed_scan",
        "TRUNCATE sealed_scan",
    ):
        with pytest.raises(IntegrityError):
            async with on_issued.begin_nested():
                await on_issued.execute(text(change))
    with pytest.raises(errors.ReasonMissing):
        await service.check_scan(on_issued, checker, one.id, scan.id, TODAY, one.revision, returned_for=" ")
    await service.check_scan(on_issued, checker, one.id, scan.id, TODAY, one.revision, returned_for="不清晰")
    again = await service.upload_scan(on_issued, maker, one.id, FILE, TODAY, one.revision)
    assert [found.state for found in (await service.scans(on_issued, maker, one.id)).scans] == [
        ScanState.rejected,
        ScanState.uploaded,
    ]
    assert again.scan_sha256 == scan.scan_sha256
    with pytest.raises(NoSuchScan):
        await service.check_scan(on_issued, checker, one.id, one.id, TODAY, one.revision)
