"""Approvals over HTTP: inbox, acts with versions and keys, batch, delegation, handover, posts, suspension."""

from datetime import date, timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Principal, Role
from services.accounts.sign_in import SignedIn, open_session
from services.accounts.tables import SessionKind
from services.kit.database import Database
from services.projects import service as projects
from tests.services.accounts.factories import make_account
from tests.services.projects import factories as make
from tests.services.regions import factories as regions

_keys = count(1)
PEOPLE = {
    "maker": (Role.county_officer, make.DANFENG),
    "second": (Role.county_officer, make.DANFENG),
    "leader": (Role.county_leader, make.DANFENG),
    "deputy": (Role.county_leader, make.DANFENG),
    "outsider": (Role.county_leader, make.LUONAN),
    "office": (Role.city_office, make.CITY),
    "admin": (Role.administrator, make.CITY),
}


class Desks:
    """Officers who speak to the application."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        self.app, self.client = app, client
        self.people: dict[str, Principal] = {}
        self.tokens: dict[str, str] = {}

    async def sign_in(self) -> None:
        database: Database = self.app.state.database
        for name, (role, office) in PEOPLE.items():
            async with database.session() as session:
                account = await make_account(session, role, office)
                now = self.app.state.clock.now()
                opened: SignedIn = await open_session(session, account, SessionKind.api, now)
            self.people[name] = opened.principal
            self.tokens[name], _ = await self.app.state.principals.issue(opened)

    async def get(self, who: str, path: str) -> httpx.Response:
        return await self.client.get(path, headers={"Authorization": f"Bearer {self.tokens[who]}"})

    async def post(
        self, who: str, path: str, body: Any = None, *, seen: int | str | None = None
    ) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self.tokens[who]}",
            "Idempotency-Key": f"approvals-{next(_keys)}",
        }
        if seen is not None:
            headers["If-Match"] = seen if isinstance(seen, str) else f'"{seen}"'
        return await self.client.post(path, headers=headers, json=body)


@pytest.fixture
async def desks(app: FastAPI, client: httpx.AsyncClient, database: Database) -> Desks:
    async with database.session() as session:
        await regions.make_city(session)
    made = Desks(app, client)
    await made.sign_in()
    return made


async def register(desks: Desks, database: Database, who: str = "maker", **changes: object) -> str:
    async with database.session() as session:
        return f"review-{(await projects.register(session, desks.people[who], make.form(**changes))).id}"


async def test_a_sheet_is_signed_with_its_version(desks: Desks, database: Database) -> None:
    ref = await register(desks, database)
    [line] = (await desks.get("leader", "/v1/approvals")).json()["items"]
    assert (line["ref"], line["step"], len(line["why"])) == (ref, "县区领导", 2)
    assert (await desks.get("outsider", "/v1/approvals")).json() == {"items": []}
    hidden = await desks.get("outsider", f"/v1/approvals/{ref}")
    missing = await desks.get("outsider", f"/v1/approvals/review-{'0' * 8}-0000-7000-8000-{'0' * 12}")
    assert (hidden.status_code, hidden.json()["type"]) == (404, "/problems/no-such-approval")
    assert hidden.json() | {"instance": ""} == missing.json() | {"instance": ""}
    read = await desks.get("leader", f"/v1/approvals/{ref}")
    assert read.headers["etag"] == f'"{line["revision"]}"'
    path, agree = f"/v1/approvals/{ref}/acts", {"verb": "agree"}
    assert (await desks.post("leader", path, agree)).status_code == 428
    assert (await desks.post("leader", path, agree, seen=1)).status_code == 412
    own = await desks.post("maker", path, agree, seen=line["revision"])
    assert (own.status_code, own.json()["reasons"]) == (409, ["not_signer", "same_person"])
    bare = await desks.post("leader", path, {"verb": "return"}, seen=line["revision"])
    assert (bare.status_code, bare.json()["reasons"]) == (409, ["no_reason"])
    done = await desks.post("leader", path, agree, seen=read.headers["etag"])
    assert (done.status_code, done.json()["state"], done.json()["verbs"]) == (200, "agreed", ["copy"])
    assert [one["ref"] for one in (await desks.get("leader", "/v1/approvals?box=mine")).json()["items"]] == [
        ref
    ]


async def test_a_batch_answers_item_by_item(desks: Desks, database: Database) -> None:
    one = await register(desks, database)
    own = await register(
        desks, database, "leader", investor_name="另一家公司", investor_credit_code=make.OTHER_CREDIT_CODE
    )
    answer = await desks.post("leader", "/v1/approvals/batch", {"items": [own, one]})
    assert answer.status_code == 200
    assert [(item["ref"], item["done"], item["problem"]) for item in answer.json()["items"]] == [
        (own, False, "same-person"),
        (one, True, None),
    ]
    assert answer.json()["done"] == 1


async def test_a_delegate_takes_the_seat_and_does_no_more_than_sign(desks: Desks, database: Database) -> None:
    ref = await register(desks, database)
    body = {
        "delegate": str(desks.people["second"].account),
        "kinds": ["review"],
        "from_on": str(make.TODAY),
        "until_on": str(make.TODAY + timedelta(days=3)),
        "reason": "外出招商",
    }
    made = await desks.post("leader", "/v1/delegations", body)
    assert (made.status_code, made.json()["standing"]) == (201, True)
    assert (await desks.post("leader", "/v1/delegations", body)).json()["type"] == "/problems/seat-lent"
    seats = (await desks.get("second", "/v1/me/posts")).json()["items"]
    assert [(seat["role"], seat["acting"]) for seat in seats] == [
        ("county_officer", True),
        ("county_leader", False),
    ]
    taken = await desks.post("second", "/v1/me/post", {"delegation": made.json()["id"]})
    assert (taken.status_code, taken.json()["acting"]) == (200, True)
    assert (await desks.get("second", "/v1/me")).json()["role"] == "county_leader"
    filing = await desks.post("second", "/v1/projects", make.form().model_dump(mode="json"))
    assert (filing.status_code, filing.json()["type"]) == (403, "/problems/outside-delegation")
    on = await desks.post("second", "/v1/delegations", body)
    assert (on.status_code, on.json()["type"]) == (403, "/problems/delegation-not-chained")
    seen = (await desks.get("second", f"/v1/approvals/{ref}")).headers["etag"]
    done = await desks.post("second", f"/v1/approvals/{ref}/acts", {"verb": "agree"}, seen=seen)
    [act] = done.json()["acts"]
    assert (act["name"], act["delegated"], act["office"]) == ("张三代张三", True, make.DANFENG)
    listed = (await desks.get("leader", "/v1/delegations")).json()["items"]
    assert [one["id"] for one in listed] == [made.json()["id"]]
    ended = await desks.post("leader", f"/v1/delegations/{made.json()['id']}/end")
    assert (ended.status_code, ended.json()["standing"]) == (200, False)
    assert (await desks.get("second", "/v1/me")).json()["role"] == "county_officer"


async def test_a_handover_over_http(desks: Desks, database: Database) -> None:
    ref = await register(desks, database)
    made = await desks.post(
        "leader", "/v1/handovers", {"taker": str(desks.people["deputy"].account), "kind": "post"}
    )
    assert made.status_code == 201
    kinds = [item["kind"] for item in made.json()["items"]]
    assert "review" in kinds
    path = made.headers["location"]
    assert (await desks.get("outsider", path)).status_code == 404
    assert (await desks.post("deputy", f"{path}/confirm")).status_code == 428
    for who in ("deputy", "leader"):
        seen = (await desks.get(who, path)).headers["etag"]
        done = await desks.post(who, f"{path}/confirm", seen=seen)
    assert done.json()["done_on"] == str(make.TODAY)
    assert [one["done_on"] for one in (await desks.get("deputy", "/v1/handovers")).json()["items"]] == [
        str(make.TODAY)
    ]
    assert (await desks.get("deputy", f"/v1/approvals/{ref}")).status_code == 200


async def test_chains_over_http(desks: Desks) -> None:
    body = {
        "kind": "review",
        "office": make.DANFENG,
        "effective_from": str(make.TODAY),
        "steps": [{"role": "county_leader", "title": "局长"}, {"role": "county_leader", "title": "县领导"}],
    }
    assert (await desks.post("outsider", "/v1/approval-chains", body)).status_code == 403
    made = await desks.post("leader", "/v1/approval-chains", body)
    assert made.status_code == 201
    assert (await desks.get("office", "/v1/approval-chains")).json() == {"items": [made.json()]}


async def test_posts_and_suspensions_over_http(desks: Desks, database: Database) -> None:
    maker = desks.people["maker"].account
    base = f"/v1/accounts/{maker}"
    post = {"role": "county_leader", "office": make.DANFENG, "county": make.DANFENG}
    assert (await desks.post("leader", f"{base}/posts", post)).status_code == 403
    made = await desks.post("admin", f"{base}/posts", post)
    assert made.status_code == 201
    taken = await desks.post("maker", "/v1/me/post", {"post": made.json()["id"]})
    assert taken.json()["role"] == "county_leader"
    ref = await register(desks, database)
    seen = (await desks.get("maker", f"/v1/approvals/{ref}")).headers["etag"]
    own = await desks.post("maker", f"/v1/approvals/{ref}/acts", {"verb": "agree"}, seen=seen)
    assert (own.status_code, own.json()["type"]) == (403, "/problems/same-person")
    ended = await desks.post("admin", f"{base}/posts/{made.json()['id']}/end")
    assert ended.json()["posts"] == []
    days = {"from_on": str(date(2027, 1, 1)), "until_on": None, "reason": "岗位调查"}
    suspended = await desks.post("admin", f"{base}/suspensions", days)
    assert suspended.status_code == 201
    filing = await desks.post("maker", "/v1/projects", make.form().model_dump(mode="json"))
    assert (filing.status_code, filing.json()["type"]) == (403, "/problems/officer-suspended")
    assert (await desks.get("maker", "/v1/pool")).status_code == 200
    assert (await desks.post("maker", "/v1/me/post", {})).status_code == 200
    standing = (await desks.get("admin", f"{base}/standing")).json()
    assert [one["reason"] for one in standing["suspensions"]] == ["岗位调查"]
    lifted = await desks.post("admin", f"{base}/suspensions/{suspended.json()['id']}/lift")
    assert lifted.json()["lifted_on"] == str(make.TODAY)
    filing = await desks.post("maker", "/v1/projects", {})
    assert filing.status_code == 422
