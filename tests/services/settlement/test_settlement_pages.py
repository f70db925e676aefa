"""The pages: proposed, checked, confirmed, paid and reversed by people in browsers, in both languages."""

from uuid import UUID

import pytest
from sqlalchemy import select

from auth.principal import Role
from services.settlement.tables import Payment, Settlement
from tests.services.ledger.factories import CITY
from tests.services.settlement import story

READ = ("/settlements", "/settlements/summary?year=2025", "/settlements/unsettled", "/settlements/forecast")


async def rows(site, read, *arguments):
    async with site.app.state.database.session() as session:
        return await read(session, *arguments)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_pages_open_without_fault_for_those_who_read(posted_site, language):
    orders = await rows(posted_site, story.orders)
    settlement, order = orders[0].settlement, orders[0]
    county = order.payer if order.payee == CITY else order.payee
    for role, office in (
        (Role.city_finance, CITY),
        (Role.auditor, CITY),
        (Role.county_finance, county),
    ):
        reader = await posted_site.browser(role, office, language)
        for path in (*READ, f"/settlements/{settlement}", f"/settlements/orders/{order.id}"):
            await reader.page(path)
    for path in (
        "/settlements/summary.pdf?year=2025",
        "/settlements/summary.xlsx?year=2025",
        "/settlements/unsettled.pdf",
        "/settlements/unsettled.xlsx",
        f"/settlements/{settlement}/orders.csv",
        f"/settlements/{settlement}/orders.xlsx",
    ):
        answer = await reader.get(path)
        assert answer.status_code == 200, path


async def test_other_counties_do_not_know_of_it(posted_site):
    orders = await rows(posted_site, story.orders)
    stranger = await posted_site.browser(Role.county_finance, "611099")
    other = next(one for one in orders if one.payee == CITY)
    owner = await posted_site.browser(
        Role.county_finance, next(one.payer for one in orders if one.payee == CITY and one is not other)
    )
    assert (await stranger.get(f"/settlements/{other.settlement}")).status_code == 404
    assert (await stranger.get(f"/settlements/orders/{other.id}")).status_code == 404
    assert (await owner.get(f"/settlements/orders/{other.id}")).status_code == 404
    shown = await owner.page("/settlements/unsettled")
    assert other.number not in shown


async def test_a_netting_from_its_proposal_to_its_posting(closed_site):
    maker = await closed_site.browser(Role.city_finance)
    checker = await closed_site.browser(Role.city_finance)
    done = await maker.send("/settlements/summary?year=2025", to="/settlements/propose")
    assert done.status_code == 303
    page = done.headers["location"]
    again = await maker.send("/settlements", to="/settlements/propose", year="2025")
    assert again.status_code == 422
    assert "已有一份轧差方案在办" in again.text
    assert (await maker.get(f"{page}/check")).status_code == 409
    await checker.page(f"{page}/check")
    assert (await checker.send(f"{page}/check")).status_code == 303
    number = page.rsplit("/", 1)[1]
    for part in await rows(closed_site, parts_of, number):
        finance = await closed_site.browser(Role.county_finance, part.county)
        assert "待本县区确认净额" in (await finance.get("/")).text
        wrong = await finance.send(f"{page}/confirm", sha256="0" * 64)
        assert wrong.status_code == 422
        assert "校验码与本县区" in wrong.text
        assert (await finance.send(f"{page}/confirm")).status_code == 303
    shown = await maker.page(page)
    assert "已入账" in shown
    assert "6110-BK-2027-001" in shown


async def parts_of(session, number):
    found = await session.get(Settlement, {"city": CITY, "id": UUID(number)})
    return await story.parts(session, found)


async def test_voiding_asks_for_a_reason(closed_site):
    maker = await closed_site.browser(Role.city_finance)
    page = (await maker.send("/settlements/summary?year=2025", to="/settlements/propose")).headers["location"]
    blank = await maker.send(f"{page}/void", reason=" ")
    assert blank.status_code == 422
    assert "请写明理由" in blank.text
    assert (await maker.get(f"{page}/expire")).status_code == 409
    assert (await maker.send(f"{page}/void", reason="口径有误")).status_code == 303
    assert "口径有误" in await maker.page(page)


async def test_a_payment_from_its_record_to_its_reversal(posted_site):
    order = (await rows(posted_site, story.orders))[0]
    page = f"/settlements/orders/{order.id}"
    maker = await posted_site.browser(Role.city_finance)
    checker = await posted_site.browser(Role.city_finance)
    much = await maker.send(page, voucher_no="PZ-9", fen=f"{(order.fen + 1) / 100:.2f}")
    assert much.status_code == 422
    assert "指令尚可登记" in much.text
    assert (await maker.send(page, voucher_no="PZ-9", fen="一百")).status_code == 422
    assert (await maker.send(page, voucher_no="PZ-9", fen="1", paid_on="昨天")).status_code == 422
    assert (await maker.send(page, voucher_no="PZ-1", fen="1000.01")).status_code == 303
    payment = await rows(posted_site, first_payment)
    step = f"/settlements/payments/{payment.id}"
    assert f"{step}/check" not in await maker.page(page)
    assert "的拨款待复核" in (await checker.get("/")).text
    assert (await checker.send(page, to=f"{step}/check")).status_code == 303
    assert (await maker.send(page, to=f"{step}/reversal", reason=" ")).status_code == 422
    assert (await maker.send(page, to=f"{step}/reversal", reason="凭证有误")).status_code == 303
    assert (await checker.send(page, to=f"{step}/reversal-refuse")).status_code == 303
    assert (await maker.send(page, to=f"{step}/reversal", reason="凭证有误")).status_code == 303
    assert (await checker.send(page, to=f"{step}/reversal-check")).status_code == 303
    assert "已冲正" in await maker.page(page)
    assert (await maker.send(page, voucher_no="PZ-1", fen="2")).status_code == 303
    second = next(one for one in await rows(posted_site, all_payments) if one.id != payment.id)
    assert (await checker.send(page, to=f"/settlements/payments/{second.id}/reject")).status_code == 303


async def all_payments(session):
    return list((await session.execute(select(Payment))).scalars())


async def first_payment(session):
    return (await all_payments(session))[0]
