"""A case and a protection by their addresses: the road, versions, keys, problem documents, the paper."""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.kit.database import Database
from tests.services.accounts.factories import bearer
from tests.services.first_talk.cast import heard, leads, opened, refs, ruling
from tests.services.projects import factories as make

Ask = Callable[..., Awaitable[httpx.Response]]
OFFICER, LEADER = (Role.county_officer, make.DANFENG), (Role.county_leader, make.DANFENG)
RIVAL_LEADER = (Role.county_leader, make.SHANGZHOU)
STRANGER = (Role.county_leader, make.LUONAN)
OFFICE, OTHER = (Role.city_office, make.CITY), (Role.city_office, make.CITY, 2)
CASES = "/v1/first-talk/cases"


@pytest.fixture
def ask(app: FastAPI, client: httpx.AsyncClient) -> Ask:
    """Speak to the application as somebody; a third part of `who` tells people of one office apart."""
    headers: dict[tuple[Any, ...], dict[str, str]] = {}
    keys = count(1)

    async def send(
        method: str, path: str, who: tuple[Any, ...], body: Any = None, version: int | None = None
    ) -> httpx.Response:
        if who not in headers:
            _, headers[who] = await bearer(app, who[0], who[1])
        sent = dict(headers[who])
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        if method == "POST":
            sent["Idempotency-Key"] = f"key-{next(keys)}"
        return await client.request(method, path, headers=sent, json=body)

    return send


async def test_a_conflict_is_ruled_over_http(ask: Ask, database: Database):
    async with database.session() as session:
        own = refs((await leads(session))[0])
    claim = {"projects": own, "claim": "两县均称首谈"}
    made = await ask("POST", CASES, OFFICER, claim)
    assert (made.status_code, made.json()["state"], made.headers["etag"]) == (201, "filed", '"2"')
    at = made.headers["location"]
    assert (await ask("POST", CASES, OFFICER, claim)).json()["type"] == "/problems/first-talk-case-open"
    assert (await ask("GET", at, RIVAL_LEADER)).status_code == 404
    assert (await ask("POST", f"{at}/admission", OFFICE)).status_code == 428
    admitted = await ask("POST", f"{at}/admission", OFFICE, version=2)
    assert (admitted.status_code, admitted.json()["actions"]) == (200, ["hear", "propose"])
    assert (await ask("POST", f"{at}/hearing", OFFICE, {}, version=1)).status_code == 422
    stale = await ask("POST", f"{at}/hearing", OFFICE, {"on": "2027-01-15", "place": "市里"}, version=1)
    assert stale.status_code == 412
    told = {"words": "首谈", "evidence_kind": "photo_of_myself", "evidence": "x", "happened_on": "2027-01-04"}
    assert (await ask("POST", f"{at}/statements", OFFICER, told, version=3)).status_code == 422
    told["evidence_kind"] = "visit_record"
    stated = await ask("POST", f"{at}/statements", OFFICER, told, version=3)
    assert stated.json()["parties"][1]["county"] is None
    early = await ask("POST", f"{at}/ruling", OFFICE, ruling().model_dump(mode="json"), version=4)
    assert early.json()["type"] == "/problems/first-talk-not-heard"
    hearing = {"on": "2027-01-15", "place": "市招商服务中心"}
    assert (await ask("POST", f"{at}/hearing", OFFICE, hearing, version=4)).status_code == 200
    bare = ruling().model_dump(mode="json") | {"reasons": ""}
    refused = await ask("POST", f"{at}/ruling", OFFICE, bare, version=5)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/ruling-without-reasons")
    written = await ask("POST", f"{at}/ruling", OFFICE, ruling().model_dump(mode="json"), version=5)
    assert written.json()["ruling"]["outcome"] is None
    said = {"outcome": "confirmed"}
    again = await ask("POST", f"{at}/ruling/check", OFFICE, said, version=6)
    assert again.json()["type"] == "/problems/same-person"
    assert (await ask("GET", f"{at}/ruling.pdf", OFFICER)).status_code == 404
    done = await ask("POST", f"{at}/ruling/check", OTHER, said, version=6)
    assert (done.json()["state"], done.json()["holder"]) == ("ruled", 1)
    paper = await ask("GET", f"{at}/ruling.pdf", OFFICER)
    assert paper.content.startswith(b"%PDF")
    found = (await ask("GET", "/v1/first-talk/precedents?ground=earlier_acceptance&q=受理", STRANGER)).json()
    assert [row["number"] for row in found["items"]] == ["CD-6110-2027-001"]
    assert (await ask("GET", "/v1/first-talk/precedents?ground=nothing", STRANGER)).status_code == 422
    span = "since=2027-01-01&until=2027-12-31"
    assert (await ask("GET", f"/v1/first-talk/figures?{span}", OFFICE)).json()["ruled"] == 1
    assert (await ask("GET", CASES, STRANGER)).json() == {"items": []}
    assert [row["own"] for row in (await ask("GET", CASES, RIVAL_LEADER)).json()["items"]] == [2]


async def test_a_case_is_refused_withdrawn_and_settled_over_http(ask: Ask, database: Database):
    async with database.session() as session:
        mine, theirs = await leads(session)
        own, both = refs(mine), refs(mine, theirs)
    at = (await ask("POST", CASES, OFFICER, {"projects": own, "claim": "首谈"})).headers["location"]
    refused = await ask("POST", f"{at}/refusal", OFFICE, {"reason": "无争议"}, version=2)
    assert refused.json()["state"] == "refused"
    made = await ask("POST", CASES, OFFICE, {"projects": both, "claim": "首谈"})
    at = made.headers["location"]
    back = await ask("POST", f"{at}/withdrawal", OFFICE, {"reason": "误立"}, version=made.json()["revision"])
    assert [row["outcome"] for row in back.json()["parties"]] == ["resumed", "resumed"]
    made = await ask("POST", CASES, OFFICE, {"projects": both, "claim": "首谈"})
    at, seen = made.headers["location"], made.json()["revision"]
    terms = {"holder": 2, "effect": "closed", "terms": "由对方继续"}
    assert (await ask("POST", f"{at}/settlement", LEADER, terms, version=seen)).status_code == 200
    offered = (await ask("GET", at, RIVAL_LEADER)).json()["offer"]["seq"]
    table = {"offer": offered}
    agreed = await ask("POST", f"{at}/settlement/agreement", RIVAL_LEADER, table, version=seen + 1)
    assert agreed.json()["offer"]["complete"]
    settled = await ask("POST", f"{at}/settlement/confirmation", OFFICE, table, version=seen + 2)
    assert (settled.json()["state"], settled.json()["holder"]) == ("settled", 2)


async def test_a_county_reads_a_ruling_of_its_own_without_the_other_sides_name(ask: Ask, database: Database):
    async with database.session() as session:
        case = (await heard(session)).id
    body = ruling(findings="首谈在先", reasons="受理在先者优先").model_dump(mode="json")
    at = f"{CASES}/{case}"
    seen = (await ask("GET", at, OFFICE)).json()["revision"]
    await ask("POST", f"{at}/ruling", OFFICE, body, version=seen)
    await ask("POST", f"{at}/ruling/check", OTHER, {"outcome": "confirmed"}, version=seen + 1)
    shown = await ask("GET", at, OFFICER)
    assert "商州" not in shown.text
    assert shown.json()["ruling"]["number"] == "CD-6110-2027-001"


async def test_the_end_of_a_protection_over_http(ask: Ask, database: Database):
    async with database.session() as session:
        mine, theirs = await leads(session)
        mine.protected_until = make.TODAY
        theirs.protected_until = date(2027, 1, 14)
        await session.flush()
        ours, gone = mine.public_id, theirs.public_id
    at = f"/v1/projects/{ours}/protection"
    listed = (await ask("GET", "/v1/first-talk/protections", OFFICE)).json()["items"]
    assert [(row["stage"], row["days"]) for row in listed] == [("over", -1), ("unanswered", 0)]
    words = {"kind": "progress", "reason": "仍在洽谈"}
    bare = await ask("POST", f"{at}/answers", OFFICER, words, version=1)
    assert (bare.status_code, bare.json()["type"]) == (422, "/problems/progress-needs-evidence")
    shown = {"kind": "extension", "evidence_kind": "minutes", "evidence": "洽谈纪要", "reason": "比选中"}
    shown["happened_on"] = "2027-01-10"
    assert (await ask("POST", f"{at}/answers", OFFICER, shown)).status_code == 428
    assert (await ask("POST", f"{at}/answers", OFFICER, shown, version=1)).status_code == 200
    early = await ask("POST", f"{at}/confirm-release", OFFICE, {"reason": "期满"}, version=2)
    assert early.json()["reasons"] == ["protection_running", "extension_open"]
    granted = await ask(
        "POST", f"{at}/extension", OFFICE, {"outcome": "granted", "reason": "有进展"}, version=2
    )
    assert granted.json()["project"]["protected_until"] == "2027-04-15"
    late = await ask(
        "POST",
        f"/v1/projects/{gone}/protection/answers",
        (Role.county_officer, make.SHANGZHOU),
        shown,
        version=1,
    )
    assert (late.status_code, late.json()["type"]) == (409, "/problems/extension-after-expiry")
    freed = await ask("POST", "/v1/first-talk/releases", OFFICE, {"refs": [gone], "reason": "期满无进展"})
    assert freed.json() == {"items": [gone]}
    assert [
        row["project"] for row in (await ask("GET", "/v1/first-talk/protections", OFFICER)).json()["items"]
    ] == []


async def test_what_one_may_not_know_of_is_answered_as_what_is_not_there(ask: Ask, database: Database):
    async with database.session() as session:
        case = (await opened(session)).id
    nothing = "00000000-0000-7000-8000-000000000000"
    for who in (STRANGER, (Role.auditor, make.CITY), (Role.county_finance, make.DANFENG)):
        there, missing = [await ask("GET", f"{CASES}/{key}", who) for key in (case, nothing)]
        assert there.status_code == missing.status_code == 404
        bodies = [answer.json() | {"instance": ""} for answer in (there, missing)]
        assert bodies[0] == bodies[1]
