"""From any fen of a paper to its first facts in one answer: the chain's sums are the line's, to the fen."""

import pytest
from sqlalchemy import text

from auth.principal import Role
from services.ledger import chain, service
from services.ledger.outside import all_lines
from services.ledger.tables import Statement
from tests.services.ledger import story
from tests.services.ledger.factories import CITY, person
from tests.services.ledger.story import PEOPLE


async def papers(session) -> list[Statement]:
    rows = await session.execute(text("SELECT id FROM statement ORDER BY period, county, version"))
    return [await service.find(session, PEOPLE.maker, number) for number in rows.scalars()]


async def test_every_line_of_every_paper_leads_to_its_facts_to_the_fen(on_issued):
    """Months and the year of the example: receipts make the base, parties the share, journals the line."""
    lines = 0
    for paper in await papers(on_issued):
        for number, line in enumerate(all_lines(paper.body), start=1):
            found = await service.trace(on_issued, PEOPLE.maker, paper.id, number, "zh")
            assert [one.what for one in found.sums] == ["receipts", "parties", "cumulative", "journals"]
            wrong = [one for one in found.sums if not one.equal]
            assert not wrong, (paper.number, line, wrong)
            assert sum(one.fen for one in found.journals) == line["fen"]
            assert found.origins.lead.code == line["project"]
            lines += 1
    assert lines > 100


async def test_totals_by_month_add_up_as_the_receipts_do(on_issued):
    (paper, *_) = [one for one in await story.live(on_issued, "2025") if one.body["down_fen"]]
    county = PEOPLE.county(paper.county)
    for number, line in enumerate(paper.body["lines"], start=1):
        if line["direction"] == "down":
            found = await service.trace(on_issued, county, paper.id, number, "zh")
            assert {row.ticket for row in found.receipts} == {None}
            assert all(one.equal for one in found.sums)


async def test_a_lost_receipt_shows_in_the_sums(on_issued):
    """The sums are worked out from rows, not copied: without a row they differ."""
    (paper, *_) = [one for one in await story.live(on_issued, "2025") if one.body["lines"]]
    before = await service.trace(on_issued, PEOPLE.maker, paper.id, 1, "zh")
    ticket = next(row.ticket for row in before.receipts if row.counted and row.retained_fen)
    await on_issued.execute(text("ALTER TABLE receipt_version DISABLE TRIGGER USER"))
    await on_issued.execute(text("DELETE FROM receipt_version WHERE ticket = :ticket"), {"ticket": ticket})
    after = await service.trace(on_issued, PEOPLE.maker, paper.id, 1, "zh")
    assert [one.what for one in after.sums if not one.equal] == ["receipts"]


async def test_the_auditor_follows_the_chain_without_names(on_issued):
    (paper, *_) = await story.live(on_issued, "2025")
    found = await service.trace(on_issued, PEOPLE.auditor, paper.id, 1, "zh")
    plain = await service.trace(on_issued, PEOPLE.maker, paper.id, 1, "zh")
    assert found.line["project_name"] == ""
    assert found.origins.lead.name != plain.origins.lead.name
    assert found.origins.lead.code == plain.origins.lead.code
    assert found.sums == plain.sums


async def test_slices_above_add_how_a_line_was_paid(on_issued, monkeypatch):
    (paper, *_) = await story.live(on_issued, "2025")
    paid = chain.TracedPayment(what="payment", number="ZF-1", on=paper.made_on, fen=1, href="/x")

    async def follow(session, principal, statement, line):
        return [paid] if statement == paper.id and line["line"] == 1 else []

    monkeypatch.setattr(chain, "ONWARD", [follow])
    assert (await service.trace(on_issued, PEOPLE.maker, paper.id, 1, "zh")).payments == [paid]
    assert (await service.trace(on_issued, PEOPLE.maker, paper.id, 2, "zh")).payments == []


@pytest.mark.parametrize(("role", "told"), [(Role.city_finance, True), (Role.county_finance, False)])
async def test_why_the_city_overrode_a_rank_is_for_the_city(role, told):
    row = {
        "run": PEOPLE.maker.account,
        "as_of": None,
        "snapshot_sha256": "ab",
        "verified": True,
        "rank": 2,
        "override_reason": "meeting",
        "minutes": "纪要3号",
        "decided_at": None,
    }
    found = chain._match(person(role, CITY if told else "611002"), dict(row))
    assert found.override
    assert (found.override_reason, found.minutes) == (("meeting", "纪要3号") if told else ("", ""))
