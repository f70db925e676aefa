"""Two worlds that differ in single receipts, or in others' agreements, answer a county alike."""

from dataclasses import replace

from services.ledger.imports import write_receipts
from services.reconciliation import service, stating
from services.reconciliation.views import (
    compared_view,
    differences_view,
    incentive_view,
    sheet_summary,
)
from tests.services.ledger.factories import SYSTEM, receipt_inputs
from tests.services.reconciliation import world

TODAY = world.TODAY
FIRM = "91611021MA77E6G5DA"


async def answers(session, code: str) -> list[str]:
    """All that a county's finance is told."""
    who = world.county(code)
    rows = await service.comparison(session, who, world.MONTHS)
    found = [compared_view(row).model_dump_json() for row in rows]
    found.append(differences_view(await service.aged(session, who, TODAY)).model_dump_json())
    found += [
        incentive_view(row).model_dump_json()
        for row in await service.incentive_rows(session, who, world.MONTHS)
    ]
    found += [sheet_summary(one).model_dump_json() for one in await service.sheets(session, who)]
    return found


async def test_the_origin_sees_no_single_receipt_of_the_firm(on_loaded):
    before = await answers(on_loaded, world.ORIGIN)
    one = next(
        row
        for row in receipt_inputs()
        if row.credit_code == FIRM
        and row.treasury == world.HOST
        and row.paid_on.isoformat()[:7] in world.MONTHS
        and row.kind == "normal"
        and row.amount_fen > 1000
    )
    nothing = dict.fromkeys(("central_fen", "province_fen", "city_fen", "county_fen"))
    await write_receipts(
        on_loaded,
        SYSTEM,
        [
            replace(one, **nothing, amount_fen=one.amount_fen - 700, taxpayer="另一写法的名称"),
            replace(one, **nothing, amount_fen=700, ticket="SPLIT-1", tax_period="另一所属期"),
        ],
    )
    assert await answers(on_loaded, world.ORIGIN) == before, "totals by tax are all that the origin learns"
    assert FIRM not in "".join(before)
    assert one.ticket not in "".join(before)
    await write_receipts(on_loaded, SYSTEM, [replace(one, **nothing, ticket="SPLIT-2", amount_fen=1)])
    assert await answers(on_loaded, world.ORIGIN) != before, "a total that changes is told"


async def test_an_outsider_learns_nothing_of_what_two_others_state(on_loaded):
    before = await answers(on_loaded, world.OUTSIDER)
    await stating.state_figures(on_loaded, world.county(world.HOST), world.stated(), TODAY)
    await stating.state_figures(on_loaded, world.county(world.ORIGIN), world.stated(vat=9), TODAY)
    assert await answers(on_loaded, world.OUTSIDER) == before
    assert world.AGREEMENT not in "".join(before)
    assert world.AGREEMENT in "".join(await answers(on_loaded, world.HOST))
