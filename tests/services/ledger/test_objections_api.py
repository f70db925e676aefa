"""Objections and sealed scans over HTTP: the two sides' road, and what each may not."""

from auth.principal import Role
from tests.services.ledger.disputes import HOST, PDF
from tests.services.ledger.factories import CITY
from tests.services.ledger.test_ledger_api import get, post, statements

OTHER = "611026"


async def upload(site, path, person, files, *, key, version=None, **fields):
    headers = person | {"Idempotency-Key": key}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    return await site.client.post(path, headers=headers, data=fields, files=files)


async def the_host(site):
    finance = await site.person(Role.county_finance, HOST)
    (one,) = [one for one in await statements(site, finance) if one["kind"] == "year"]
    return finance, f"/v1/statements/{one['id']}", one["revision"]


async def test_a_dispute_over_http(issued_site):
    site = issued_site
    finance, address, version = await the_host(site)
    city = await site.person(Role.city_finance)
    body = {"reason": "数额不符", "line": 1, "expected_fen": 5}
    raised = await post(site, f"{address}/objections", finance, body, key="o1", version=version)
    assert raised.status_code == 201
    (objection,) = raised.json()["objections"]
    one = f"{address}/objections/{objection['id']}"
    version = raised.json()["revision"]
    twice = await post(site, f"{address}/objections", finance, body, key="o2", version=version)
    assert (twice.status_code, twice.json()["type"].rpartition("/")[2]) == (409, "objection-open")
    said = await upload(
        site,
        f"{one}/messages",
        finance,
        {"file": ("对账.pdf", PDF, "application/pdf")},
        key="m1",
        text="见附件",
    )
    assert said.status_code == 201
    (message,) = said.json()["objections"][0]["messages"]
    file = await get(site, f"{one}/messages/{message['id']}/file", city)
    assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
    desk = (await get(site, f"{address}/objections", city)).json()
    before = await get(site, f"{address}/objections", city)
    assert (desk["wait"]["side"], desk["objections"][0]["actions"]) == ("city", ["answer", "say"])
    hidden = await upload(site, f"{one}/messages", finance, None, key="m2", text="内部意见", private="true")
    assert "内部意见" in hidden.text
    assert (await get(site, f"{address}/objections", city)).content == before.content
    answer = {"outcome": "upheld", "reason": "核对无误"}
    none = await post(site, f"{one}/answer", city, answer, key="a0")
    assert none.status_code == 428
    own = await post(site, f"{one}/answer", finance, answer, key="a1", version=version)
    assert own.status_code == 403
    bad = await post(site, f"{one}/answer", city, answer | {"agreed_fen": 3}, key="a2", version=version)
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/agreed_fen")
    done = await post(site, f"{one}/answer", city, answer, key="a3", version=version)
    assert (done.status_code, done.json()["state"]) == (200, "issued")
    again = await post(site, f"{one}/answer", city, answer, key="a3", version=version)
    assert again.headers["idempotency-replayed"] == "true"
    late = await post(site, f"{one}/withdrawal", finance, key="w1", version=done.json()["revision"])
    assert (late.status_code, late.json()["type"].rpartition("/")[2]) == (409, "objection-ended")
    body |= {"reserved": True}
    kept = await post(site, f"{address}/objections", finance, body, key="o3", version=done.json()["revision"])
    assert kept.json()["state"] == "issued"
    last = kept.json()["objections"][-1]
    assert (last["reserved"], last["holds"], last["line"]) == (True, True, 1)
    one = f"{address}/objections/{last['id']}"
    gone = await post(site, f"{one}/withdrawal", finance, key="w2", version=kept.json()["revision"])
    assert gone.json()["objections"][-1]["outcome"] == "withdrawn"


async def test_the_issuers_error_over_http(issued_site):
    site = issued_site
    finance, address, version = await the_host(site)
    city = await site.person(Role.city_finance)
    early = await post(site, f"{address}/rejection", finance, key="r0", version=version)
    assert early.json()["type"].rpartition("/")[2] == "rejection-not-asked"
    asked = await post(
        site, f"{address}/rejection-request", city, {"reason": "漏计"}, key="r1", version=version
    )
    assert asked.status_code == 200
    version = asked.json()["revision"]
    rejected = await post(site, f"{address}/rejection", finance, key="r2", version=version)
    assert (rejected.status_code, rejected.json()["state"]) == (200, "disputed")
    made = await post(
        site, f"{address}/reissue", city, {"reason": "更正"}, key="r3", version=rejected.json()["revision"]
    )
    assert (made.status_code, made.json()["version"]) == (201, 2)
    rule = await post(
        site, f"{address}/confirmation-by-rule", city, key="c1", version=made.json()["revision"]
    )
    assert rule.status_code == 412


async def test_consent_by_rule_over_http_needs_the_rule(issued_site):
    _, address, version = await the_host(issued_site)
    city = await issued_site.person(Role.city_finance)
    answer = await post(issued_site, f"{address}/confirmation-by-rule", city, key="c1", version=version)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "no-consent-by-rule")


async def test_sealed_scans_over_http(issued_site):
    site = issued_site
    finance, address, version = await the_host(site)
    leader = await site.person(Role.county_leader, HOST)
    sent = {"scan": ("盖章.pdf", PDF, "application/pdf")}
    made = await upload(site, f"{address}/scans", finance, sent, key="s1", version=version)
    assert made.status_code == 201, made.text
    (scan,) = made.json()["scans"]
    version = int(made.headers["etag"].strip('"'))
    accept = {"accept": True}
    check = f"{address}/scans/{scan['id']}/check"
    same = await post(site, check, finance, accept, key="s2", version=version)
    assert (same.status_code, same.json()["type"].rpartition("/")[2]) == (403, "same-person")
    checked = await post(
        site, f"{address}/scans/{scan['id']}/check", leader, accept, key="s3", version=version
    )
    assert checked.json()["own"]["state"] == "checked"
    assert {side["state"] for side in checked.json()["counterparties"]} == {None}
    city = await site.person(Role.city_finance, CITY)
    assert (await get(site, f"{address}/scans/{scan['id']}/file", city)).content == PDF
    stranger = await site.person(Role.county_finance, OTHER)
    for path in ("objections", "scans", f"scans/{scan['id']}/file"):
        assert (await get(site, f"{address}/{path}", stranger)).status_code == 404
