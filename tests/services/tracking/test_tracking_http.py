"""The stories of tracking over HTTP; a stage skipped or wrongly proved is refused; others see nothing."""

from typing import Any

import httpx
from fastapi import FastAPI

from allocation.evidence_kinds import EvidenceKind
from auth.principal import Role
from services.files.service import upload
from services.kit.database import Database
from tests.services.accounts.factories import bearer
from tests.services.files import samples
from tests.services.projects import factories as make
from tests.services.tracking.conftest import TODAY, Cast, ago, promise_of


class Desk:
    """Somebody's client: each post has a key of its own."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str], name: str) -> None:
        self.client, self.headers, self.name, self.sent = client, headers, name, 0

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path, headers=self.headers)

    async def post(self, path: str, body: dict[str, Any], version: int | None = None) -> httpx.Response:
        self.sent += 1
        headers = {"Idempotency-Key": f"{self.name}-{self.sent}"}
        headers |= {} if version is None else {"If-Match": f'"{version}"'}
        return await self.client.post(path, json=body, headers=self.headers | headers)


def problem(answer: httpx.Response) -> tuple[int, str]:
    """The status and the kind of a refusal."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def blank(answer: httpx.Response) -> dict[str, Any]:
    """What an answer says, but for the number of the request."""
    return {**answer.json(), "instance": ""}


async def test_a_stage_is_neither_skipped_nor_proved_by_what_does_not_fit(
    app: FastAPI, client: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    person, headers = await bearer(app, Role.county_officer, make.SHANGZHOU)
    host = Desk(client, headers, "host")
    async with database.session() as session:
        files = {}
        for kind in (EvidenceKind.contract, EvidenceKind.photo):
            content = samples.pdf(kind.value)
            kept = await upload(session, person, f"{kind}.pdf", content, purpose=kind, today=TODAY)
            files[kind] = str(kept.id)
    base = f"/v1/projects/{cast.signed}"
    version = int((await host.get(base)).headers["etag"].strip('"'))
    told = {"on_date": str(ago(3)), "evidence": "合同文本"}
    skipped = await host.post(f"{base}/moves", {"action": "start", **told}, version)
    assert problem(skipped) == (409, "move-refused")
    unfit = {"action": "contract", **told, "files": [files[EvidenceKind.photo]]}
    wrong = await host.post(f"{base}/moves", unfit, version)
    assert problem(wrong) == (422, "wrong-evidence")
    bare = await host.post(f"{base}/moves", {"action": "contract", "on_date": str(ago(3))}, version)
    assert bare.status_code in {409, 422}
    before = (await host.get(f"/v1/tracking/projects/{cast.signed}")).json()
    fit = {"action": "contract", **told, "files": [files[EvidenceKind.contract]]}
    assert (await host.post(f"{base}/moves", fit, version)).status_code == 200
    after = (await host.get(f"/v1/tracking/projects/{cast.signed}")).json()
    assert (before["state"], after["state"]) == ("signed", "contracted")
    assert [row["on"] for row in after["stages"]][:3] == [str(ago(40)), str(ago(3)), None]
    assert after["department_days"] == {"commerce": 40}


async def test_the_story_of_a_project_and_its_walls(
    app: FastAPI, client: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    people = {
        "host": (Role.county_officer, make.SHANGZHOU),
        "office": (Role.city_office, make.CITY),
        "other": (Role.county_officer, make.LUONAN),
        "finance": (Role.county_finance, make.SHANGZHOU),
        "city": (Role.city_finance, make.CITY),
        "origin": (Role.county_officer, make.DANFENG),
    }
    desks = {
        name: Desk(client, (await bearer(app, role, office))[1], name)
        for name, (role, office) in people.items()
    }
    host, office, finance = desks["host"], desks["office"], desks["finance"]
    base = f"/v1/tracking/projects/{cast.producing}"
    looks = (
        *(base, f"{base}/items", "/v1/tracking", "/v1/tracking/sponsors", "/v1/tracking/blocks"),
        *("/v1/tracking/items", "/v1/tracking/look-backs", "/v1/promises", "/v1/outings"),
    )
    unseen = [blank(await desks["other"].get(path)) for path in looks]

    sponsor = {"role": "leader", "unit": make.SHANGZHOU, "post": "区长", "from_on": str(ago(3))}
    keyless = await client.post(f"{base}/sponsors", json=sponsor, headers=host.headers)
    assert keyless.status_code == 400
    made = await host.post(f"{base}/sponsors", sponsor)
    assert problem(await office.post(f"{base}/sponsors", sponsor)) == (409, "sponsor-stands")
    assert problem(await desks["origin"].post(f"{base}/sponsors", sponsor)) == (403, "not-your-tracking")
    assert problem(await desks["other"].post(f"{base}/sponsors", sponsor)) == (404, "no-such-project")
    key = made.json()["sponsors"][0]["id"]
    visit = {"kind": "visit", "held_on": str(ago(1)), "what": "现场查看", "sponsorship": key}
    assert (await host.post(f"{base}/coordination", visit)).status_code == 201
    block = {"kind": "energy", "what": "能耗指标未落实", "department": "reform", "unit": make.CITY}
    raised = await host.post(f"{base}/blocks", block | {"opened_on": str(ago(8))})
    stuck = f"/v1/tracking/blocks/{raised.json()['blocks'][0]['id']}/clear"
    cleared = {"resolved_on": str(TODAY), "evidence": "批复"}
    assert problem(await desks["other"].post(stuck, cleared)) == (404, "no-such-tracking-entry")
    assert (await office.post(stuck, cleared)).json()["blocked_days"] == 8
    assert problem(await host.post(stuck, cleared)) == (409, "tracking-entry-ended")
    end = {"to_on": str(TODAY), "reason": "调整分工"}
    assert (await host.post(f"/v1/tracking/sponsors/{key}/end", end)).status_code == 200
    grown = {"stage": "cultivated", "since": str(ago(1)), "evidence": "入库通知"}
    assert (await host.post(f"{base}/cultivation", grown)).json()["cultivation"][0]["since"] == str(ago(1))
    review = {"occasion": "signing", "held_on": str(ago(1)), "finding": "idle", "words": "停工"}
    assert problem(await office.post(f"{base}/look-backs", review)) == (422, "bad-tracking-entry")
    rule = {"stage": "ready", "department": "park", "effective_from": str(TODAY)}
    assert (await office.post("/v1/tracking/departments", rule)).status_code == 201
    assert (await host.get("/v1/tracking/departments")).json()["may_set"] is False

    async with database.session() as session:
        sheet = await promise_of(session, cast.signed, make.SHANGZHOU, [(2027, 400)])
    paid = {"paid_on": str(ago(1)), "amount_fen": 100, "evidence": "凭证 7 号"}
    assert (await finance.post(f"/v1/promises/{sheet}/1/payments", paid)).status_code == 201
    own = {"county": make.SHANGZHOU, "year": 2027, "amount_fen": 10_000, "source": "预算报告"}
    purse = (await finance.post("/v1/promises/strengths", own)).json()
    seen = {"outcome": "watch", "words": "控制新增"}
    answer = await desks["city"].post(f"/v1/promises/strengths/{purse['strength']}/reviews", seen)
    assert answer.json()["review"]["outcome"] == "watch"
    trip = {"unit": make.SHANGZHOU, "role": "bureau", "post": "局长", "place": "苏州", "visits": 2}
    gone = await host.post("/v1/outings", trip | {"from_on": str(ago(2)), "to_on": str(ago(1)), "firms": []})
    undone = await host.post(f"/v1/outings/{gone.json()['id']}/withdraw", {"reason": "填错"})
    assert undone.json()["withdrawn"] == "填错"
    board = (await desks["other"].get("/v1/outings/board")).json()
    assert {row["month_days"] for row in board["items"]} == {0}

    # All of this has changed nothing that another county reads.
    assert [blank(await desks["other"].get(path)) for path in looks] == unseen
    for path in looks:
        assert (await office.get(path)).status_code == 200
