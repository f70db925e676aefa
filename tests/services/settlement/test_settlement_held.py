"""Lines in doubt stay out of the net, are listed, and follow once the doubt is answered."""

import pytest
from sqlalchemy import text

from services.ledger import service as ledger
from services.ledger.objections_answers import Reply, answer
from services.ledger.objections_held import reserved_lines
from services.ledger.objections_words import Outcome
from services.settlement import errors, service
from services.settlement.dues import read_year
from services.settlement.words import Held
from tests.services.ledger import story as year
from tests.services.ledger.factories import CITY, TODAY, People
from tests.services.settlement import story
from tests.services.settlement.story import PEOPLE


async def reserve(session, whole=False):
    """One county reserves a line (or all) of its statement; the year is then closed. Tells its county."""
    await year.declare_january(session)
    statement = next(
        one for one in await year.live(session, "2025") if any(row["fen"] for row in one.body["lines"])
    )
    doubt = ledger.Objection(reason="基数待核", line=None if whole else 1, reserved=True)
    finance = People.county(statement.county)
    await ledger.object_to(session, finance, statement.id, doubt, TODAY, statement.revision)
    await year.confirm_all(session, "2025")
    await year.close(session, 2025)
    return statement


async def test_a_reserved_line_stays_out_of_both_counties_parts_and_is_listed(on_issued_year):
    statement = await reserve(on_issued_year)
    line = statement.body["lines"][0]
    made = await story.settle(on_issued_year, 2025)
    assert [(one["agreement"], one["fen"], one["held"]) for one in made.body["held"]] == [
        (line["agreement"], line["fen"], "reserved")
    ]
    for part in await story.parts(on_issued_year, made):
        sides = (statement.county, line["counterparty"])
        assert len(part.body["held"]) == (part.county in sides)
        assert not any(
            (one["agreement"], one["tax"]) == (line["agreement"], line["tax"]) for one in part.body["lines"]
        )
    left = await service.unsettled(on_issued_year, CITY, 2025)
    assert (left.share_fen, left.held) == (line["fen"], 1)
    assert await ledger.books_balanced(on_issued_year, CITY)
    with pytest.raises(errors.NothingToSettle):
        await service.propose(on_issued_year, PEOPLE.maker, 2025, TODAY)


async def test_what_is_answered_is_settled_next_and_nothing_else(on_issued_year):
    statement = await reserve(on_issued_year)
    line = statement.body["lines"][0]
    await story.settle(on_issued_year, 2025)
    objection = (await reserved_lines(on_issued_year, CITY, 2025))[0].objection
    reply = Reply(outcome=Outcome.upheld, reason="基数无误")
    await answer(on_issued_year, PEOPLE.checker, statement.id, objection, reply, TODAY, statement.revision)
    assert await reserved_lines(on_issued_year, CITY, 2025) == []
    again = await story.settle(on_issued_year, 2025)
    assert again.seq == 2
    assert sorted(part.net_fen for part in await story.parts(on_issued_year, again)) == sorted(
        [line["fen"], -line["fen"]]
    )
    assert (await service.unsettled(on_issued_year, CITY, 2025)).share_fen == 0


async def test_a_whole_statement_in_doubt_holds_all_its_lines(on_issued_year):
    statement = await reserve(on_issued_year, whole=True)
    found = await read_year(on_issued_year, CITY, 2025)
    assert len(found.held) == len(statement.body["lines"])
    assert {one.held for one in found.held} == {Held.reserved}
    assert not any(statement.county in (one.key.debtor, one.key.creditor) for one in found.open)


async def test_an_unanswered_objection_holds_its_line_as_disputed(on_issued_year):
    statement = next(one for one in await year.live(on_issued_year, "2025") if one.body["lines"])
    doubt = ledger.Objection(reason="金额不符", line=1)
    finance = People.county(statement.county)
    await ledger.object_to(on_issued_year, finance, statement.id, doubt, TODAY, statement.revision)
    found = await read_year(on_issued_year, CITY, 2025)
    assert [one.held for one in found.held] == [Held.disputed]
    assert not found.closed


async def test_a_line_that_a_statement_tells_otherwise_is_held(on_closed):
    statement = next(one for one in await year.live(on_closed, "2025") if one.body["lines"])
    await on_closed.execute(text("ALTER TABLE statement DISABLE TRIGGER statement_content"))
    await on_closed.execute(
        text("UPDATE statement SET body = jsonb_set(body, '{lines,0,fen}', '1') WHERE id = :id"),
        {"id": statement.id},
    )
    on_closed.expire_all()
    found = await read_year(on_closed, CITY, 2025)
    assert [one.held for one in found.held] == [Held.differs]


async def test_a_payment_of_others_is_not_there(on_posted):
    order = (await story.orders(on_posted))[0]
    paid = await story.pay(on_posted, order, 100)
    with pytest.raises(errors.NoSuchPayment):
        await service.ask_reversal(on_posted, People.county("611099"), paid.id, "不是我的", paid.revision)
