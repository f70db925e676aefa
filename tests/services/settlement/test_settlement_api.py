"""The API: a year netted and paid over HTTP, walls, problem documents; next year's estimate."""

import pytest

from auth.principal import Role
from services.settlement import errors, service
from tests.services.ledger.factories import CITY, TODAY, People
from tests.services.settlement import story
from tests.services.settlement.story import PEOPLE


def headers(person, key, version=None):
    return person | {"Idempotency-Key": key} | ({"If-Match": f'"{version}"'} if version else {})


async def test_a_year_is_netted_and_paid_over_http(closed_site):
    ask = closed_site.client
    maker = await closed_site.person(Role.city_finance)
    checker = await closed_site.person(Role.city_finance)
    summary = (await ask.get("/v1/settlements/summary?year=2025", headers=maker)).json()
    assert (summary["complete"], summary["city_net_fen"]) == (True, 0)
    answer = await ask.post("/v1/settlements", json={"year": 2025}, headers=headers(maker, "a"))
    assert answer.status_code == 201
    made = answer.json()
    place = answer.headers["location"]
    again = await ask.post("/v1/settlements", json={"year": 2025}, headers=headers(maker, "a"))
    assert again.json()["id"] == made["id"]
    refused = await ask.post("/v1/settlements", json={"year": 2025}, headers=headers(maker, "b"))
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (409, "settlement-open")
    assert made["body"]["pairs"] > 0
    self_check = await ask.post(f"{place}/check", headers=headers(maker, "c", 1))
    assert self_check.status_code == 403
    assert (await ask.post(f"{place}/check", headers=headers(checker, "d"))).status_code == 428
    sent = await ask.post(f"{place}/check", headers=headers(checker, "e", 1))
    assert (sent.status_code, sent.json()["state"]) == (200, "pending")
    for part in sent.json()["parts"]:
        finance = await closed_site.person(Role.county_finance, part["county"])
        own = (await ask.get(place, headers=finance)).json()
        assert [one["county"] for one in own["parts"]] == [part["county"]]
        assert own["body"] is None
        assert own["actions"] == ["confirm"]
        body = {"sha256": own["parts"][0]["sha256"]}
        done = await ask.post(f"{place}/confirm", json=body, headers=headers(finance, "f"))
        assert done.status_code == 200
        replay = await ask.post(f"{place}/confirm", json=body, headers=headers(finance, "f"))
        assert replay.content == done.content
    orders = (await ask.get(f"{place}/orders", headers=maker)).json()["items"]
    assert [one["number"] for one in orders][:1] == ["6110-BK-2027-001"]


async def test_an_order_is_paid_and_a_payment_reversed_over_http(posted_site):
    async with posted_site.app.state.database.session() as session:
        made = (await story.orders(session))[0]
    ask = posted_site.client
    maker = await posted_site.person(Role.city_finance)
    checker = await posted_site.person(Role.city_finance)
    order = f"/v1/settlements/orders/{made.id}"
    body = {"paid_on": TODAY.isoformat(), "voucher_no": "PZ-1", "fen": made.fen + 1}
    much = await ask.post(f"{order}/payments", json=body, headers=headers(maker, "g"))
    assert much.json()["type"].rsplit("/", 1)[-1] == "payment-exceeds-order"
    body["fen"] -= 1
    paid = await ask.post(f"{order}/payments", json=body, headers=headers(maker, "h"))
    assert (paid.status_code, paid.headers["etag"]) == (201, '"1"')
    payment = f"/v1/settlements/payments/{paid.json()['id']}"
    posted = await ask.post(f"{payment}/check", headers=headers(checker, "i", 1))
    assert posted.json()["state"] == "posted"
    why = {"reason": "凭证有误"}
    await ask.post(f"{payment}/reversal", json=why, headers=headers(maker, "j", 2))
    await ask.post(f"{payment}/reversal-refuse", headers=headers(checker, "k", 3))
    await ask.post(f"{payment}/reversal", json=why, headers=headers(maker, "l", 4))
    back = await ask.post(f"{payment}/reversal-check", headers=headers(checker, "m", 5))
    assert back.json()["state"] == "reversed"
    shown = (await ask.get(order, headers=maker)).json()
    assert (shown["paid_fen"], shown["open_fen"]) == (0, made.fen)
    second = await ask.post(f"{order}/payments", json=body, headers=headers(maker, "n"))
    turned = f"/v1/settlements/payments/{second.json()['id']}/reject"
    assert (await ask.post(turned, headers=headers(checker, "o", 1))).json()["state"] == "rejected"


async def test_voiding_expiring_listing_and_files(closed_site):
    ask = closed_site.client
    maker = await closed_site.person(Role.city_finance)
    place = (await ask.post("/v1/settlements", json={"year": 2025}, headers=headers(maker, "a"))).headers[
        "location"
    ]
    early = await ask.post(f"{place}/expire", headers=headers(maker, "b", 1))
    assert early.json()["type"].rsplit("/", 1)[-1] == "settlement-not-expired"
    gone = await ask.post(f"{place}/void", json={"reason": "口径"}, headers=headers(maker, "c", 1))
    assert gone.json()["state"] == "voided"
    await ask.post("/v1/settlements", json={"year": 2025}, headers=headers(maker, "d"))
    first = (await ask.get("/v1/settlements?limit=1", headers=maker)).json()
    rest = (await ask.get(f"/v1/settlements?limit=1&cursor={first['next']}", headers=maker)).json()
    assert [one["seq"] for one in (*first["items"], *rest["items"])] == [2, 1]
    assert (await ask.get("/v1/settlements?year=2024", headers=maker)).json()["items"] == []
    found = (await ask.get("/v1/settlements/unsettled", headers=maker)).json()
    assert {one["kind"] for one in found["items"]} == {"share"}
    assert not found["interest_on"]
    for path in (
        "summary.pdf?year=2025",
        "summary.xlsx?year=2025",
        "unsettled.pdf",
        "unsettled.xlsx",
        f"{place.rsplit('/', 1)[1]}/orders.csv",
        f"{place.rsplit('/', 1)[1]}/orders.xlsx",
    ):
        assert (await ask.get(f"/v1/settlements/{path}", headers=maker)).status_code == 200, path


async def test_strangers_are_told_of_nothing(posted_site):
    async with posted_site.app.state.database.session() as session:
        order = (await story.orders(session))[0]
    ask = posted_site.client
    stranger = await posted_site.person(Role.county_finance, "611099")
    for path in (
        f"/v1/settlements/{order.settlement}",
        f"/v1/settlements/{order.settlement}/orders",
        f"/v1/settlements/{order.settlement}/orders.csv",
        f"/v1/settlements/orders/{order.id}",
    ):
        assert (await ask.get(path, headers=stranger)).status_code == 404, path
    assert (await ask.get("/v1/settlements", headers=stranger)).json()["items"] == []
    assert (await ask.get("/v1/settlements/unsettled", headers=stranger)).json()["items"] == []


async def test_next_year_is_estimated_for_those_whose_it_is(on_posted):
    whole = await service.read_forecast(on_posted, PEOPLE.maker, 2027, TODAY)
    assert (whole.first_month, whole.last_month) == ("2026-01", "2026-12")
    assert any(one.figures.middle_fen for one in whole.agreements)
    for one in whole.agreements:
        assert one.figures.low_fen <= one.figures.middle_fen <= one.figures.high_fen
    up = sum(one.up_fen[1] for one in whole.counties)
    assert up == sum(one.down_fen[1] for one in whole.counties) > 0
    county = whole.counties[0].county
    own = await service.read_forecast(on_posted, People.county(county), 2027, TODAY)
    assert [one.county for one in own.counties] == [county]
    assert all(county in (one.host, one.origin) for one in own.agreements)
    for year in (2026, 2038):
        with pytest.raises(errors.BadYear):
            await service.read_forecast(on_posted, PEOPLE.maker, year, TODAY)


async def test_the_estimate_over_http_says_that_it_is_one(posted_site):
    maker = await posted_site.person(Role.city_finance)
    found = (await posted_site.client.get("/v1/settlements/forecast", headers=maker)).json()
    assert (found["estimate"], found["year"]) == (True, 2027 + 1)
    bad = await posted_site.client.get("/v1/settlements/forecast?year=2001", headers=maker)
    assert bad.json()["type"].rsplit("/", 1)[-1] == "forecast-year"
    assert CITY not in {one["county"] for one in found["counties"]}
