"""The ledger over HTTP: the office's road, and what each person may see of it."""

from auth.principal import Role
from services.kit.i18n import gettext
from tests.services.ledger.factories import CITY
from tests.services.ledger.oracle import shares

HOST, ORIGIN, OTHER = "611002", "611024", "611026"


async def get(site, path, person, **headers):
    return await site.client.get(path, headers=person | headers)


async def post(site, path, person, body=None, *, key, version=None):
    headers = person | {"Idempotency-Key": key}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    return await site.client.post(path, json={} if body is None else body, headers=headers)


async def statements(site, person, query=""):
    answer = await get(site, f"/v1/statements?limit=100{query}", person)
    assert answer.status_code == 200
    return answer.json()["items"]


async def test_a_year_over_http(loaded_site):
    site = loaded_site
    office = [await site.person(Role.city_finance) for _ in range(4)]
    for month in ("2025-03", "2025-12"):
        answer = await post(site, f"/v1/periods/{month}/runs", office[0], key=f"run-{month}")
        assert answer.status_code == 201, answer.text
    again = await post(site, "/v1/periods/2025-12/runs", office[0], key="run-2025-12")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["known"] == answer.json()["known"]
    made = await post(site, "/v1/statements", office[0], {"period": "2025"}, key="prepare-2025")
    assert made.status_code == 201
    for one in made.json()["items"]:
        address = f"/v1/statements/{one['id']}"
        version = one["revision"]
        for number, step in enumerate(("check", "review", "approve"), start=1):
            answer = await post(
                site, f"{address}/{step}", office[number], key=f"{step}-{one['id']}", version=version
            )
            assert answer.status_code == 200, answer.text
            version = int(answer.headers["etag"].strip('"'))
        assert answer.json()["state"] == "issued"
        finance = await site.person(Role.county_finance, one["county"])
        answer = await post(
            site,
            f"{address}/confirm",
            finance,
            {"sha256": one["sha256"]},
            key=f"confirm-{one['id']}",
            version=version,
        )
        assert answer.json()["state"] == "confirmed"
    for quarter in ("2025Q1", "2025Q2", "2025Q3", "2025Q4"):
        answer = await post(site, "/v1/statements", office[0], {"period": quarter}, key=f"prepare-{quarter}")
        assert answer.status_code == 201
    close = "/v1/years/2025/close"
    blocked = await post(site, f"{close}-request", office[0], {"list_unmatched": True}, key="ask-close-1")
    assert blocked.status_code == 409
    assert [error["code"] for error in blocked.json()["errors"]] == ["receipts_loaded"]
    nil = await post(
        site, "/v1/periods/2025-01/nil-declaration", office[0], {"reason": "无"}, key="nil-2025-01"
    )
    assert nil.status_code == 201
    asked = await post(site, f"{close}-request", office[0], {"list_unmatched": True}, key="ask-close-2")
    assert asked.status_code == 201
    assert asked.json()["state"] == "requested"
    assert (await post(site, close, office[0], key="close-same-person")).status_code == 403
    closed = await post(site, close, office[1], key="close-2025")
    assert closed.json()["state"] == "closed"
    assert all(check["ok"] for check in (await get(site, close, office[2])).json()["checks"])
    balances = (await get(site, "/v1/balances", office[0])).json()["items"]
    income = -sum(row["fen"] for row in balances if row["account"] == "share_income")
    assert income == sum(shares("2025-12").values())


async def test_a_step_names_the_version_it_saw(issued_site):
    one = (await statements(issued_site, await issued_site.person(Role.auditor), "&kind=year"))[0]
    finance = await issued_site.person(Role.county_finance, one["county"])
    address, body = f"/v1/statements/{one['id']}/confirm", {"sha256": one["sha256"]}
    missing = await post(issued_site, address, finance, body, key="no-version-1")
    assert missing.status_code == 428
    stale = await post(issued_site, address, finance, body, key="old-version-1", version=1)
    assert stale.status_code == 412
    keyless = await issued_site.client.post(address, json=body, headers=finance | {"If-Match": '"4"'})
    assert keyless.status_code == 400
    strict = await post(issued_site, address, finance, body | {"x": 1}, key="unknown-field", version=4)
    assert strict.status_code == 422


async def test_a_county_sees_its_own_and_nothing_else(issued_site):
    site = issued_site
    city = await site.person(Role.city_finance)
    everything = await statements(site, city)
    assert {one["county"] for one in everything} == {
        "611002",
        "611021",
        "611022",
        "611023",
        "611024",
        "611025",
        "611026",
    }
    for role in (Role.county_finance, Role.county_officer, Role.county_leader):
        own = await site.person(role, HOST)
        assert {one["county"] for one in await statements(site, own)} == {HOST}
        assert await statements(site, own, f"&county={OTHER}") == []
        foreign = next(one["id"] for one in everything if one["county"] == OTHER)
        unknown = "01a20000-0000-7000-8000-000000000000"
        answers = []
        for number in (foreign, unknown):
            for rest in ("", "/lines/1/trace"):
                answer = await get(site, f"/v1/statements/{number}{rest}", own)
                answers.append((answer.status_code, answer.json()["type"], answer.json()["title"]))
        assert set(answers) == {(404, "/problems/no-such-statement", "没有这份结算单")}
    for role, office in ((Role.park_officer, "6110P01"), (Role.administrator, CITY)):
        assert (await get(site, "/v1/statements", await site.person(role, office))).status_code == 403
    own_balances = (await get(site, "/v1/balances", await site.person(Role.county_finance, HOST))).json()[
        "items"
    ]
    assert {row["county"] for row in own_balances} == {HOST}
    assert sum(row["fen"] for row in own_balances) == 0


async def test_the_origin_sees_totals_by_tax_and_the_host_each_receipt(issued_site):
    site = issued_site
    host, origin = (
        await site.person(Role.county_finance, HOST),
        await site.person(Role.county_finance, ORIGIN),
    )
    seen = {}
    for person, side in ((host, "up"), (origin, "down")):
        one = (await statements(site, person, "&kind=year"))[0]
        body = (await get(site, f"/v1/statements/{one['id']}", person)).json()["body"]
        line = next(
            row
            for row in body["lines"]
            if row["agreement"] == "6110-XY-006" and row["tax"] == "vat" and row["direction"] == side
        )
        seen[side] = (
            await get(site, f"/v1/statements/{one['id']}/lines/{line['line']}/trace", person)
        ).json()
        counterpart = await get(site, f"/v1/statements/{one['id']}/lines/999/trace", person)
        assert counterpart.status_code == 422
    up, down = seen["up"], seen["down"]
    assert up["line"]["fen"] == down["line"]["fen"]
    assert all(row["ticket"] and row["taxpayer"] for row in up["receipts"])
    assert not any(row["ticket"] or row["taxpayer"] or row["paid_on"] for row in down["receipts"])
    counted = [row for row in up["receipts"] if row["counted"]]
    assert sum(row["retained_fen"] for row in counted) == up["line"]["cumulative"]["base_fen"]
    assert sum(row["retained_fen"] for row in down["receipts"] if row["counted"]) == down["line"]["base_fen"]
    assert sum(row["fen"] for row in up["journals"]) == up["line"]["fen"]
    assert up["terms"]["origin"] == ORIGIN
    assert up["formula"][-1].startswith("本期上解")
    assert down["formula"][-1].startswith("本期补助")


async def test_receipts_are_for_finance_and_by_treasury(issued_site):
    site = issued_site
    host, city = await site.person(Role.county_finance, HOST), await site.person(Role.city_finance)
    for role in (Role.county_officer, Role.county_leader, Role.city_office, Role.administrator):
        person = await site.person(role, HOST if role.value.startswith("county") else CITY)
        assert (await get(site, "/v1/receipts", person)).status_code == 403
    assert (await get(site, f"/v1/receipts?treasury={OTHER}", host)).status_code == 403
    found, cursor = [], ""
    while True:
        page = (await get(site, f"/v1/receipts?limit=100{cursor}", host)).json()
        found += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(found) == 597
    assert {row["treasury"] for row in found} == {HOST}
    assert len({row["ticket"] for row in found}) == 597
    month = (
        await get(site, f"/v1/receipts?month=2025-08&credit_code={found[0]['credit_code']}", city)
    ).json()
    assert all(row["paid_on"].startswith("2025-08") for row in month["items"])
    wrong = await get(site, f"/v1/receipts?treasury={HOST}{cursor}", city)
    assert wrong.status_code == 400
    unmatched = (await get(site, "/v1/receipts/unmatched?limit=4", city)).json()
    rest = (await get(site, f"/v1/receipts/unmatched?limit=4&cursor={unmatched['next']}", city)).json()
    assert [len(unmatched["items"]), len(rest["items"]), rest["next"]] == [4, 2, None]
    assert {row["reason"] for row in unmatched["items"]} == {"no_company"}
    assert len((await get(site, "/v1/receipts/level-differences", city)).json()["items"]) == 4
    own = (await get(site, "/v1/receipts/level-differences", host)).json()["items"]
    assert [row["treasury"] for row in own] == [HOST]


async def test_lists_page_by_cursor_and_narrow_by_filter(issued_site):
    city = await issued_site.person(Role.city_finance)
    everything = await statements(issued_site, city)
    page, found, cursor = None, [], ""
    while page is None or page["next"]:
        page = (await get(issued_site, f"/v1/statements?limit=7{cursor}", city)).json()
        found += page["items"]
        cursor = f"&cursor={page['next']}"
    assert [one["id"] for one in found] == [one["id"] for one in everything]
    assert {one["kind"] for one in await statements(issued_site, city, "&kind=month")} == {"month"}
    assert {one["period"] for one in await statements(issued_site, city, "&period=2025-12")} == {"2025-12"}
    assert await statements(issued_site, city, "&state=disputed") == []


async def test_a_statement_is_not_sent_twice_to_who_has_it(issued_site):
    person = await issued_site.person(Role.auditor)
    one = (await statements(issued_site, person, "&kind=year"))[0]
    first = await get(issued_site, f"/v1/statements/{one['id']}", person)
    assert {line["project_name"] for line in first.json()["body"]["lines"]} == {""}
    assert first.json()["actions"] == []
    again = await get(
        issued_site, f"/v1/statements/{one['id']}", person, **{"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_objections_over_http(issued_site):
    site = issued_site
    city = await site.person(Role.city_finance)
    one = (await statements(site, city, f"&kind=year&county={HOST}"))[0]
    finance, address = await site.person(Role.county_leader, HOST), f"/v1/statements/{one['id']}"
    version = one["revision"]

    async def take(step, person, key, **body):
        nonlocal version
        answer = await post(site, f"{address}/{step}", person, body, key=key, version=version)
        version = answer.json()["revision"]
        return answer

    objected = await take("objections", finance, "object-1", reason="数额不符", line=1, expected_fen=5)
    assert objected.json()["state"] == "disputed"
    assert (await take("uphold", city, "uphold-1", reason="无误")).json()["state"] == "issued"
    assert (await take("objections", finance, "object-2", reason="仍不符")).status_code == 201
    anew = await take("reissue", city, "reissue-1", reason="更正")
    assert (anew.status_code, anew.json()["version"]) == (201, 2)
    assert anew.headers["location"] == f"/v1/statements/{anew.json()['id']}"
    assert (await get(site, f"/v1/statements/{one['id']}", city)).json()["state"] == "superseded"
    english = await get(site, "/v1/years/2025/close", city, **{"Accept-Language": "en"})
    texts = [check["text"] for check in english.json()["checks"]]
    assert texts[0] == gettext("{year} 年已结束", "en", year=2025)
