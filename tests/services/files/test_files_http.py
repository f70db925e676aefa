"""Files and merges over HTTP: upload, keys, headers, walls, evidence of the wrong kind, the pointer."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.kit.database import Database
from tests.services.accounts.factories import bearer
from tests.services.files import samples
from tests.services.projects import factories as make
from tests.services.regions import factories as regions

LEADER = (Role.county_leader, make.DANFENG)
OFFICER = (Role.county_officer, make.DANFENG)
RIVAL = (Role.county_officer, make.LUONAN)
OFFICE = (Role.city_office, make.CITY)
AUDITOR = (Role.auditor, make.CITY)
ADMIN = (Role.administrator, make.CITY)


class Counter:
    """People who speak to the application, with forms and files."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        self._app, self._client = app, client
        self._headers: dict[Any, dict[str, str]] = {}
        self._key = 0

    async def headers(self, who: tuple[Role, str], number: int = 1) -> dict[str, str]:
        if (who, number) not in self._headers:
            _, self._headers[who, number] = await bearer(self._app, *who)
        return dict(self._headers[who, number])

    async def get(self, path: str, who: tuple[Role, str]) -> httpx.Response:
        return await self._client.get(path, headers=await self.headers(who))

    async def post(
        self,
        path: str,
        who: tuple[Role, str],
        body: Any = None,
        *,
        version: int | None = None,
        number: int = 1,
    ) -> httpx.Response:
        self._key += 1
        headers = await self.headers(who, number) | {"Idempotency-Key": f"key-{self._key:05d}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return await self._client.post(path, headers=headers, json=body)

    async def upload(
        self,
        who: tuple[Role, str],
        content: bytes,
        purpose: str = "visit_record",
        *,
        name: str = "走访记录.pdf",
        key: str | None = None,
    ) -> httpx.Response:
        self._key += 1
        request = self._client.build_request(
            "POST",
            "/v1/files",
            headers=await self.headers(who) | {"Idempotency-Key": key or f"key-{self._key:05d}"},
            data={"purpose": purpose, "note": "第二次走访"},
            files={"file": (name, content, "application/octet-stream")},
        )
        self.sent = await request.aread(), request.headers["content-type"]
        return await self._client.send(request)

    async def upload_again(self, who: tuple[Role, str], key: str) -> httpx.Response:
        body, kind = self.sent
        headers = await self.headers(who) | {"Idempotency-Key": key, "Content-Type": kind}
        return await self._client.post("/v1/files", headers=headers, content=body)


@pytest.fixture
async def counter(app: FastAPI, client: httpx.AsyncClient, database: Database) -> Counter:
    async with database.session() as session:
        await regions.make_city(session)
    return Counter(app, client)


async def accepted(counter: Counter) -> str:
    made = await counter.post("/v1/projects", OFFICER, make.form().model_dump(mode="json"))
    base = f"/v1/projects/{made.json()['project']['id']}"
    await counter.post(f"{base}/moves", LEADER, {"action": "review"}, version=1)
    answer = await counter.post(f"{base}/moves", OFFICE, {"action": "accept"}, version=2)
    assert answer.status_code == 200, answer.text
    return base


async def test_a_file_goes_in_once_and_comes_out_as_it_was(counter: Counter) -> None:
    first = await counter.upload(OFFICER, samples.pdf(), key="the-same-key")
    assert first.status_code == 201, first.text
    view = first.json()
    assert first.headers["location"] == f"/v1/files/{view['id']}"
    assert (view["name"], view["kind"], view["available"], view["bindings"]) == (
        "走访记录.pdf",
        "pdf",
        True,
        [],
    )
    again = await counter.upload_again(OFFICER, "the-same-key")
    assert again.json() == view
    assert again.headers["idempotency-replayed"] == "true"
    assert [row["id"] for row in (await counter.get("/v1/files", OFFICER)).json()["items"]] == [view["id"]]
    got = await counter.get(f"/v1/files/{view['id']}/content", OFFICER)
    assert got.content == samples.pdf()
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"] == (
        "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E8%B5%B0%E8%AE%BF%E8%AE%B0%E5%BD%95.pdf"
    )
    for who, status in ((RIVAL, 404), (OFFICE, 404), (AUDITOR, 404), (ADMIN, 403)):
        for path in (f"/v1/files/{view['id']}", f"/v1/files/{view['id']}/content"):
            answer = await counter.get(path, who)
            assert answer.status_code == status
    nothing = await counter.get("/v1/files/00000000-0000-7000-8000-000000000000", RIVAL)
    hidden = await counter.get(f"/v1/files/{view['id']}", RIVAL)
    assert {**nothing.json(), "instance": ""} == {**hidden.json(), "instance": ""}


async def test_bad_uploads_say_why(counter: Counter) -> None:
    macros = samples.xlsx(**{"xl/vbaProject.bin": "x"})
    for content, code in ((b"MZ" + b"\x00" * 90, "unknown-type"), (macros, "has-macros")):
        answer = await counter.upload(OFFICER, content)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-file")
        assert [place["code"] for place in answer.json()["errors"]] == [code]
    large = await counter.upload(OFFICER, samples.pdf("x" * 10_000_001))
    assert (large.status_code, large.json()["type"]) == (413, "/problems/evidence-too-large")
    flood = await counter.upload(OFFICER, samples.pdf("x" * (11 << 20)))
    assert (flood.status_code, flood.json()["type"]) == (413, "/problems/too-large")
    wrong = await counter.upload(OFFICER, samples.pdf(), "gossip")
    assert wrong.status_code == 422
    assert (await counter.upload(AUDITOR, samples.pdf())).status_code == 403


async def test_evidence_of_the_wrong_kind_is_refused_and_the_right_one_is_bound(counter: Counter) -> None:
    base = await accepted(counter)
    licence = (await counter.upload(OFFICER, samples.pdf("1"), "licence")).json()["id"]
    sheet = (await counter.upload(OFFICER, samples.pdf("2"), "capacity_sheet")).json()["id"]
    ask = make.transfer_form().model_dump(mode="json")
    wrong = await counter.post(f"{base}/transfers", OFFICER, ask | {"files": [licence]}, version=3)
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/wrong-evidence")
    assert [place["pointer"] for place in wrong.json()["errors"]] == ["/files/0"]
    right = await counter.post(f"{base}/transfers", OFFICER, ask | {"files": [sheet]}, version=3)
    assert right.status_code == 200, right.text
    moves = (await counter.get(f"{base}/moves", LEADER)).json()["items"]
    assert moves[-1]["facts"]["files"][0]["id"] == sheet
    assert [row["id"] for row in (await counter.get(f"{base}/files", LEADER)).json()["items"]] == [sheet]
    pooled = await counter.post(f"{base}/moves", OFFICE, {"action": "pool"}, version=4)
    assert pooled.status_code == 200, pooled.text
    sealed = await counter.get(f"{base}/files", RIVAL)
    assert sealed.json() == {"items": [], "locked": False}
    assert (await counter.get(f"/v1/files/{sheet}", RIVAL)).status_code == 404


async def test_the_office_says_why_and_a_binding_is_taken_back(counter: Counter) -> None:
    base = await accepted(counter)
    file = (await counter.upload(OFFICER, samples.pdf())).json()["id"]
    bound = await counter.post(f"{base}/files", OFFICER, {"file": file, "proves": "visit_record"})
    assert bound.status_code == 201, bound.text
    locked = await counter.get(f"{base}/files", OFFICE)
    assert locked.json() == {"items": [], "locked": True}
    assert (await counter.post(f"{base}/files/unlock", OFFICE, {"reason": " "})).status_code == 422
    assert (await counter.post(f"{base}/files/unlock", LEADER, {"reason": "看"})).status_code == 403
    opened = await counter.post(f"{base}/files/unlock", OFFICE, {"reason": "核对走访记录"})
    assert [row["id"] for row in opened.json()["items"]] == [file]
    assert (await counter.get(f"/v1/files/{file}/content", OFFICE)).content == samples.pdf()
    [binding] = opened.json()["items"][0]["bindings"]
    end = f"/v1/files/{file}/bindings/{binding['id']}/end"
    ended = await counter.post(end, OFFICER, {"reason": "传错文件"})
    assert ended.json()["bindings"] == []
    assert (await counter.post(end, OFFICER, {"reason": "传错文件"})).status_code == 409
    assert (await counter.get(f"{base}/files", LEADER)).json()["items"] == []


async def test_a_merged_lead_answers_with_the_pointer(counter: Counter) -> None:
    base = await accepted(counter)
    form = make.form(origin=make.LUONAN).model_dump(mode="json")
    gone = (await counter.post("/v1/projects", RIVAL, form)).json()["project"]["id"]
    ask = {"into": base.rpartition("/")[2], "reason": "同一项目", "told": "函告"}
    path = f"/v1/projects/{gone}/merge"
    assert (await counter.post(path, OFFICE, ask)).status_code == 428
    assert (await counter.post(path, OFFICE, ask, version=9)).status_code == 412
    assert (await counter.post(path, OFFICER, ask, version=1)).status_code == 403
    done = await counter.post(path, OFFICE, ask, version=1)
    assert done.status_code == 200, done.text
    assert (done.json()["merged"], done.json()["into"]["id"]) == (True, ask["into"])
    again = await counter.post(path, OFFICE, ask, version=2)
    assert [place["code"] for place in again.json()["errors"]] == ["merged_before"]
    office = await counter.get(f"/v1/projects/{gone}", OFFICE)
    assert office.json()["merged_into"] == ask["into"]
    rival = await counter.get(f"/v1/projects/{gone}", RIVAL)
    assert (rival.json()["merged_into"], rival.json()["project"]["state"]) == (None, "withdrawn")
    assert ask["into"] not in (await counter.get(path, RIVAL)).text
    decided = await counter.post(f"{path}/decision", OFFICE, {"accept": True}, version=2)
    assert (decided.status_code, decided.json()["type"]) == (409, "/problems/no-merge-asked")


async def test_a_second_person_confirms_over_http(counter: Counter) -> None:
    base = await accepted(counter)
    form = make.form(origin=make.LUONAN).model_dump(mode="json")
    gone = (await counter.post("/v1/projects", RIVAL, form)).json()["project"]["id"]
    twin = f"/v1/projects/{gone}"
    await counter.post(f"{twin}/moves", (Role.county_leader, make.LUONAN), {"action": "review"}, version=1)
    await counter.post(f"{twin}/moves", OFFICE, {"action": "accept", "reason": "另行合并"}, version=2)
    ask = {"into": base.rpartition("/")[2], "reason": "同一项目", "told": "函告"}
    asked = await counter.post(f"{twin}/merge", OFFICE, ask, version=3)
    assert (asked.json()["merged"], asked.json()["merges"][0]["state"]) == (False, "requested")
    own = await counter.post(f"{twin}/merge/decision", OFFICE, {"accept": True}, version=3)
    assert (own.status_code, own.json()["type"]) == (403, "/problems/same-person")
    done = await counter.post(f"{twin}/merge/decision", OFFICE, {"accept": True}, version=3, number=2)
    assert done.json()["merged"], done.text
