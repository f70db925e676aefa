"""Both sides state what was paid in; what differs is opened, aged, explained, resolved."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from allocation.sharing.reconciling import Band, Side
from allocation.sharing.taxes import Tax
from services.kit.errors import SamePerson, Stale
from services.ledger.imports import write_receipts
from services.reconciliation import comparing, differences, errors, stating
from services.reconciliation.words import DifferenceAction, DifferenceState
from tests.services.ledger.factories import SYSTEM, receipt_inputs
from tests.services.reconciliation import world

TODAY = world.TODAY


async def say(session, office, rows, **how):
    who = world.FINANCE if office == world.CITY else world.county(office)
    return await stating.state_figures(session, who, rows, TODAY, **how)


async def planted(session, fen=100):
    """Both counties and the treasury say what was paid in, but the origin's VAT of January is off."""
    await say(session, world.HOST, world.stated())
    await say(session, world.CITY, world.stated())
    await say(session, world.ORIGIN, world.stated(vat=fen))
    return (await differences.aged(session, world.FINANCE, TODAY))[0]


async def test_computed_figures_are_what_the_files_add_up_to(on_loaded):
    rows = await comparing.comparison(on_loaded, world.FINANCE, world.MONTHS, world.AGREEMENT)
    found = {(row.compared.place.month, row.compared.place.tax.value): row.compared for row in rows}
    assert {key: one.figures[Side.computed] for key, one in found.items()} == {
        key: amount for key, amount in world.paid_in().items() if key[0] in world.MONTHS
    }
    assert all(
        one.figures[side] is None for one in found.values() for side in Side if side is not Side.computed
    )
    assert not any(one.differs for one in found.values()), "nobody has spoken, so nobody differs"


async def test_equal_figures_open_nothing_and_one_fen_opens_one(on_loaded):
    done = await say(on_loaded, world.HOST, world.stated())
    assert done.moved == 0
    assert await differences.aged(on_loaded, world.FINANCE, TODAY) == []
    done = await say(on_loaded, world.ORIGIN, world.stated(vat=1))
    assert done.moved == 1
    (one,) = await differences.aged(on_loaded, world.FINANCE, TODAY)
    computed = world.paid_in()["2026-01", "vat"]
    assert one.difference.figures == {
        Side.computed: computed,
        Side.host: computed,
        Side.origin: computed + 1,
        Side.treasury: None,
    }
    assert (one.difference.tax, one.difference.month) == (Tax.vat, "2026-01")


async def test_a_side_that_spoke_of_a_month_says_nothing_of_taxes_it_left_out(on_loaded):
    rows = [row for row in world.stated() if row.month == "2026-01"]
    await say(on_loaded, world.HOST, rows[1:])
    (one,) = await differences.aged(on_loaded, world.FINANCE, TODAY)
    assert one.difference.figures[Side.host] == 0
    assert one.difference.tax.value == rows[0].tax


async def test_ages_stand_in_their_bands(on_loaded):
    await planted(on_loaded)
    for days, band in ((0, Band.days_30), (30, Band.days_30), (31, Band.days_90), (90, Band.days_90)):
        (one,) = await differences.aged(on_loaded, world.FINANCE, TODAY + timedelta(days))
        assert (one.days, one.band) == (days, band)
    for days, band in ((91, Band.days_180), (180, Band.days_180), (181, Band.older)):
        (one,) = await differences.aged(on_loaded, world.FINANCE, TODAY + timedelta(days))
        assert (one.days, one.band) == (days, band)


async def test_a_difference_is_explained_and_resolved_by_another(on_loaded):
    one = await planted(on_loaded)
    origin = world.county(world.ORIGIN)
    explained = await differences.explain(
        on_loaded, origin, one.difference.id, "timing", "一月末入库，次月到账", TODAY, one.difference.seq
    )
    assert explained.difference.state is DifferenceState.explained
    done = await differences.resolve(
        on_loaded, world.SECOND, one.difference.id, "已核实", TODAY, explained.difference.seq
    )
    assert done.difference.state is DifferenceState.resolved
    assert await differences.aged(on_loaded, world.FINANCE, TODAY) == []
    assert len(await differences.aged(on_loaded, world.FINANCE, TODAY, state=DifferenceState.resolved)) == 1
    events = await differences.history(on_loaded, world.CITY, one.difference.id)
    assert [event.action for event in events] == [
        DifferenceAction.open,
        DifferenceAction.explain,
        DifferenceAction.resolve,
    ]
    assert await comparing.compare_now(on_loaded, world.FINANCE, world.MONTHS, TODAY) == 0, "it stays so"
    await say(on_loaded, world.ORIGIN, world.stated(vat=7))
    (again,) = await differences.aged(on_loaded, world.FINANCE, TODAY)
    assert (again.difference.number, again.difference.state) == (2, DifferenceState.open)


async def test_other_figures_reopen_an_explanation_and_equal_ones_settle(on_loaded):
    one = await planted(on_loaded)
    await differences.explain(
        on_loaded, world.county(world.HOST), one.difference.id, "scope", "口径", TODAY, one.difference.seq
    )
    await say(on_loaded, world.ORIGIN, world.stated(vat=5))
    (moved,) = await differences.aged(on_loaded, world.FINANCE, TODAY)
    assert moved.difference.action is DifferenceAction.change
    assert moved.difference.state is DifferenceState.open
    await say(on_loaded, world.ORIGIN, world.stated())
    assert await differences.aged(on_loaded, world.FINANCE, TODAY) == []
    last = (await differences.history(on_loaded, world.CITY, one.difference.id))[-1]
    assert last.action is DifferenceAction.settle


async def test_new_receipts_move_a_difference_when_the_city_compares_again(on_loaded):
    await say(on_loaded, world.HOST, world.stated())
    firm = next(row for row in receipt_inputs() if row.credit_code == "91611021MA77E6G5DA")
    extra = replace(
        firm,
        ticket="EXTRA",
        paid_on=date(2026, 2, 3),
        tax="stamp",
        kind="normal",
        amount_fen=500,
        central_fen=None,
        province_fen=None,
        city_fen=None,
        county_fen=None,
    )
    await write_receipts(on_loaded, SYSTEM, [extra])
    assert await comparing.compare_now(on_loaded, world.FINANCE, world.MONTHS, TODAY) == 1
    await write_receipts(on_loaded, SYSTEM, [replace(extra, amount_fen=0, withdrawn=True)])
    assert await comparing.compare_now(on_loaded, world.FINANCE, world.MONTHS, TODAY) == 1
    assert await differences.aged(on_loaded, world.FINANCE, TODAY) == []


async def test_who_may_not_explain_or_resolve(on_loaded):
    one = await planted(on_loaded)
    key, seq = one.difference.id, one.difference.seq
    outsider = world.county(world.OUTSIDER)
    with pytest.raises(errors.NoSuchDifference):
        await differences.explain(on_loaded, outsider, key, "timing", "字", TODAY, seq)
    with pytest.raises(errors.ReconcilingNotForYou):
        await differences.explain(on_loaded, world.AUDITOR, key, "timing", "字", TODAY, seq)
    for reason, words in (("", "字"), ("luck", "字"), ("timing", " ")):
        with pytest.raises(errors.ReasonNeeded):
            await differences.explain(on_loaded, world.county(world.HOST), key, reason, words, TODAY, seq)
    with pytest.raises(errors.DifferenceOver):
        await differences.resolve(on_loaded, world.FINANCE, key, "", TODAY, seq)
    with pytest.raises(Stale):
        await differences.explain(on_loaded, world.FINANCE, key, "timing", "字", TODAY, seq + 1)
    await differences.explain(on_loaded, world.FINANCE, key, "timing", "字", TODAY, seq)
    with pytest.raises(SamePerson):
        await differences.resolve(on_loaded, world.FINANCE, key, "", TODAY, seq + 1)
    with pytest.raises(errors.ReconcilingNotForYou):
        await differences.resolve(on_loaded, world.county(world.HOST), key, "", TODAY, seq + 1)
    done = await differences.resolve(on_loaded, world.SECOND, key, "", TODAY, seq + 1)
    assert not differences.may_explain(world.FINANCE, done)
    assert not differences.may_resolve(world.FINANCE, done)
    with pytest.raises(errors.DifferenceOver):
        await differences.explain(on_loaded, world.FINANCE, key, "timing", "字", TODAY, seq + 2)
    with pytest.raises(errors.ReconcilingNotForYou):
        await comparing.compare_now(on_loaded, world.county(world.HOST), world.MONTHS, TODAY)


BAD = [
    ({"agreement": "6110-XY-002"}, "unknown-agreement"),
    ({"agreement": "no-such"}, "unknown-agreement"),
    ({"month": "2026-13"}, "bad-month"),
    ({"month": "2027-02"}, "month-ahead"),
    ({"paid_fen": -1}, "negative"),
    ({"refund_fen": -1}, "negative"),
    ({"paid_fen": 2**53}, "too-large"),
]


@pytest.mark.parametrize(("change", "code"), BAD)
async def test_bad_figures_are_refused_and_nothing_is_stored(on_loaded, change, code):
    rows = world.stated()
    with pytest.raises(errors.BadFigures) as refused:
        await say(on_loaded, world.ORIGIN, [replace(rows[0], **change), *rows[1:]])
    assert {fault.code for fault in refused.value.errors} == {code}
    assert (await on_loaded.execute(text("SELECT count(*) FROM tax_figure"))).scalar_one() == 0


async def test_figures_twice_none_again_or_of_nobody(on_loaded):
    rows = world.stated()
    with pytest.raises(errors.BadFigures) as refused:
        await say(on_loaded, world.HOST, [*rows, rows[0]])
    assert {fault.code for fault in refused.value.errors} == {"twice"}
    with pytest.raises(errors.BadFigures):
        await say(on_loaded, world.HOST, [])
    done = await say(on_loaded, world.HOST, rows, filename="a.csv", file_sha256="0" * 64)
    assert (done.rows, done.changed) == (len(rows), len(rows))
    with pytest.raises(errors.FiguresLoadedBefore):
        await say(on_loaded, world.HOST, rows, filename="b.csv", file_sha256="0" * 64)
    with pytest.raises(errors.NothingStated):
        await say(on_loaded, world.HOST, rows)
    with pytest.raises(errors.ReconcilingNotForYou):
        await stating.state_figures(on_loaded, world.AUDITOR, rows, TODAY)


@pytest.mark.parametrize("table", ["figure_batch", "tax_figure", "tax_difference", "tax_difference_event"])
async def test_what_was_stated_is_never_changed(on_loaded, table):
    await planted(on_loaded)
    for attack in (f"DELETE FROM {table}", f"UPDATE {table} SET city = city", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DBAPIError):
            async with on_loaded.begin_nested():
                await on_loaded.execute(text(attack))


ATTACKS = {
    "another's side": (
        "INSERT INTO tax_figure SELECT city, 'host', agreement, 'stamp', '2020-01', 1, batch, county, 1, 0"
        " FROM tax_figure WHERE side = 'origin' LIMIT 1"
    ),
    "a gap in the events": (
        "INSERT INTO tax_difference_event (city, difference, seq, action, computed_fen, words, by, by_name,"
        " office, on_date) SELECT city, difference, 9, 'change', 0, '', by, by_name, office, on_date"
        " FROM tax_difference_event LIMIT 1"
    ),
    "a resolution without an explanation": (
        "INSERT INTO tax_difference_event (city, difference, seq, action, computed_fen, words, explained_by,"
        " by, by_name, office, on_date) SELECT city, difference, 2, 'resolve', 0, '', gen_random_uuid(), by,"
        " by_name, office, on_date FROM tax_difference_event LIMIT 1"
    ),
    "an explanation without a reason": (
        "INSERT INTO tax_difference_event (city, difference, seq, action, computed_fen, words, by, by_name,"
        " office, on_date) SELECT city, difference, 2, 'explain', 0, 'x', by, by_name, office, on_date"
        " FROM tax_difference_event LIMIT 1"
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_the_database_refuses_what_the_program_would_not_do(on_loaded, attack):
    await planted(on_loaded)
    with pytest.raises(DBAPIError):
        async with on_loaded.begin_nested():
            await on_loaded.execute(text(ATTACKS[attack]))
