"""After the statements: an objection answered, a year netted and paid, and what an auditor makes of it."""

import json

from fastapi import FastAPI

from allocation.evidence.verifying import verify_bundle
from services.evidence.jobs import seal_city
from tests.story.people import People

SETTLEMENTS = "/v1/settlements"


async def argue(people: People, at: str, county: str) -> None:
    """A county objects to a line; the city upholds it; the statement is the county's to confirm again."""
    clerk, other = await people(f"{county}-finance"), await people("finance-2")
    said = {"reason": "与本县国库数不符", "line": 1, "expected_fen": 1}
    assert (await clerk.post(f"{at}/objections", said, seen=at))["state"] == "disputed"
    await clerk.post(f"{at}/objections", said, seen=at, status=409)
    desk = await other.get(f"{at}/objections")
    answer = {"outcome": "upheld", "reason": "与国库明细逐笔一致"}
    path = f"{at}/objections/{desk['objections'][-1]['id']}/answer"
    await clerk.post(path, answer, seen=at, status=403)
    assert (await other.post(path, answer, seen=at))["state"] == "issued"


async def net_and_pay(people: People, year: int) -> None:
    """City finance nets the year, every county confirms its part, one order is paid."""
    one, two = await people("finance-1"), await people("finance-2")
    made = await one.post(SETTLEMENTS, {"year": year})
    at = f"{SETTLEMENTS}/{made['id']}"
    await one.post(f"{at}/check", seen=at, status=403)
    await two.post(f"{at}/check", seen=at)
    whole = await one.get(at)
    assert sum(part["net_fen"] for part in whole["parts"]) == 0
    for part in whole["parts"]:
        clerk = await people(f"{part['county']}-finance")
        own = await clerk.get(at)
        assert [shown["county"] for shown in own["parts"]] == [part["county"]]
        await clerk.post(f"{at}/confirm", {"sha256": part["sha256"]})
    posted = await one.get(at)
    assert posted["state"] == "posted"
    order = posted["orders"][0]
    paid = {"paid_on": "2027-01-15", "voucher_no": "故事凭证1", "fen": order["fen"]}
    path = f"{SETTLEMENTS}/orders/{order['id']}/payments"
    payment = await one.post(path, paid)
    await one.post(path, paid | {"voucher_no": "故事凭证2"}, status=409)
    checking = f"{SETTLEMENTS}/payments/{payment['id']}/check"
    await one.post(checking, match=payment["revision"], status=403)
    assert (await two.post(checking, match=payment["revision"]))["state"] == "posted"
    assert (await one.get(f"{SETTLEMENTS}/orders/{order['id']}"))["open_fen"] == 0


async def audit(people: People, app: FastAPI, city: str, year: int) -> None:
    """The auditor recomputes the year, asks the checklist, and takes away proof that needs none of us."""
    auditor = await people("auditor")
    again = await auditor.get(f"/v1/periods/{year}/recomputation")
    assert again["passed"]
    assert again["lines"] > 0
    checks = await auditor.get("/v1/audit/checks")
    assert len(checks["items"]) == 8
    secret = app.state.settings.secret.get_secret_value()
    assert await seal_city(app.state.database, city, secret, app.state.clock) > 0
    bundle = await auditor.get(f"/v1/evidence/bundles?year={year}")
    content = json.dumps(bundle).encode() if isinstance(bundle, dict) else bundle
    assert verify_bundle(content).verified
    assert not verify_bundle(content.replace(rb"\"facts\":{", rb"\"Facts\":{", 1)).verified
    county = await people("611021-finance")
    await county.get(f"/v1/evidence/bundles?year={year}&county=611022", status=404)
    await county.get("/v1/audit/checks", status=403)
