from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.interchange.sheets import MAX_BYTES
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.services.accounts.factories import bearer
from tests.services.interchange.files import Rows, as_csv, as_xlsx, example

Headers = dict[str, str]


@pytest.fixture
async def app(loaded_url: str) -> AsyncIterator[FastAPI]:
    settings = Settings(database_url=loaded_url, secret=SECRET, city="611000", pool_size=4)
    async with applications.running(settings) as made:
        yield made


@pytest.fixture
async def office(app: FastAPI) -> Headers:
    return (await bearer(app, Role.city_office))[1]


async def upload(
    client: httpx.AsyncClient,
    who: Headers,
    rows: Rows | bytes,
    kind: str = "plots",
    name: str = "地块.csv",
    query: str = "",
    key: str | None = None,
) -> httpx.Response:
    data = rows if isinstance(rows, bytes) else as_csv(rows)
    return await client.post(
        f"/v1/imports?kind={kind}{query}",
        headers=who | {"Idempotency-Key": key or str(uuid4())},
        files={"file": (name, data, "text/csv")},
    )


async def commit(client: httpx.AsyncClient, who: Headers, plan: str, **body: bool) -> httpx.Response:
    key = {"Idempotency-Key": str(uuid4())}
    return await client.post(f"/v1/imports/{plan}/commits", headers=who | key, json=body)


def bad_and_good() -> Rows:
    rows = example("plots")
    rows[1][3] = "-20"
    rows[2][3] = "36"
    return rows


async def test_the_way_of_a_file(client: httpx.AsyncClient, office: Headers):
    planned = await upload(client, office, bad_and_good())
    assert planned.status_code == 201
    plan = planned.json()
    assert planned.headers["Location"] == f"/v1/imports/{plan['id']}"
    assert plan["counts"] == {"new": 0, "changed": 1, "same": 44, "bad": 1}
    assert plan["faults"] == [
        {"row": 2, "column": "面积(亩)", "value": "-20", "code": "negative", "detail": "不能为负数"}
    ]
    address = f"/v1/imports/{plan['id']}"
    assert (await client.get(address, headers=office)).json() == plan
    english = await client.get(address, headers=office | {"Accept-Language": "en"})
    assert english.json()["faults"][0]["detail"] == "May not be negative"

    refused = await commit(client, office, plan["id"])
    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/import-has-bad-rows"
    assert refused.json()["bad"] == 1

    workbook = await client.get(f"{address}/errors.xlsx", headers=office)
    assert workbook.content.startswith(b"PK")
    assert workbook.headers["Content-Disposition"].endswith("-%E9%94%99%E8%AF%AF%E8%A1%8C.xlsx")

    done = await commit(client, office, plan["id"], good_rows_only=True)
    assert done.json()["state"] == "committed"
    assert done.json()["written"] == 1
    assert (await commit(client, office, plan["id"], good_rows_only=True)).status_code == 409
    listed = (await client.get("/v1/imports?limit=1", headers=office)).json()
    assert [item["id"] for item in listed["items"]] == [plan["id"]]


async def test_rows_of_a_plan_are_paged(client: httpx.AsyncClient, office: Headers):
    plan = (await upload(client, office, bad_and_good())).json()
    address = f"/v1/imports/{plan['id']}/rows"
    changed = (await client.get(f"{address}?action=changed", headers=office)).json()
    assert changed["next"] is None
    assert changed["items"][0]["changes"] == [{"column": "面积(亩)", "before": "35", "after": "36"}]
    seen: list[int] = []
    cursor = ""
    while True:
        query = f"?limit=20{cursor}"
        page = (await client.get(address + query, headers=office)).json()
        seen += [item["row"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == list(range(3, 48))
    assert (await client.get(f"{address}?cursor=xyz", headers=office)).status_code == 400


async def test_a_list_of_plans_is_paged(client: httpx.AsyncClient, office: Headers):
    for _ in range(3):
        await upload(client, office, example("plots", 1))
    first = (await client.get("/v1/imports?limit=2", headers=office)).json()
    second = (await client.get(f"/v1/imports?limit=2&cursor={first['next']}", headers=office)).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)


async def test_without_dry_run_a_good_file_is_written_at_once(client: httpx.AsyncClient, office: Headers):
    rows = example("plots", 2)
    rows[1][3] = "36"
    done = await upload(client, office, rows, query="&dry_run=false")
    assert (done.json()["state"], done.json()["written"]) == ("committed", 1)
    bad = await upload(client, office, bad_and_good(), query="&dry_run=false")
    assert bad.status_code == 422
    assert len((await client.get("/v1/imports", headers=office)).json()["items"]) == 1


async def test_a_repeated_request_has_one_effect(client: httpx.AsyncClient, office: Headers):
    boundary = office | {"Content-Type": "multipart/form-data; boundary=x"}
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        + as_csv(example("plots", 1))
        + b"\r\n--x--\r\n"
    )
    key = {"Idempotency-Key": "the-same-key"}
    answers = [
        await client.post("/v1/imports?kind=plots", headers=boundary | key, content=body) for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotency-Replayed"] == "true"


async def test_an_unusable_file_is_a_problem(client: httpx.AsyncClient, office: Headers):
    for data, code in (
        (b"", "empty-file"),
        (as_xlsx(example("plots", 1)), "unknown-format"),
        (as_csv([["甲", "乙"], ["1", "2"]]), "unknown-header"),
        ("地块,园区\n".encode("utf-16"), "unknown-encoding"),
    ):
        answer = await upload(client, office, data, name="a.csv")
        assert answer.status_code == 422
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "/problems/unusable-file"
        assert answer.json()["errors"][0]["code"] == code


async def test_a_wrong_unit_tells_the_right_ones(client: httpx.AsyncClient, office: Headers):
    rows = example("plots", 1)
    rows[0][3] = "面积(平米)"
    problem = (await upload(client, office, rows)).json()
    assert problem["errors"][0]["pointer"] == "/header/面积(平米)"
    assert problem["expected"] == {"/header/面积(平米)": "亩、公顷、平方米、平方公里"}


async def test_too_large_an_upload(client: httpx.AsyncClient, office: Headers):
    assert (await upload(client, office, b"a" * MAX_BYTES)).status_code == 413


async def test_bodies_are_strict(client: httpx.AsyncClient, office: Headers):
    plan = (await upload(client, office, example("plots", 1))).json()
    key = {"Idempotency-Key": str(uuid4())}
    for body in ({"good_rows_only": "yes"}, {"other": 1}):
        answer = await client.post(f"/v1/imports/{plan['id']}/commits", headers=office | key, json=body)
        assert answer.status_code == 422
    keyless = await client.post(f"/v1/imports/{plan['id']}/commits", headers=office, json={})
    assert keyless.status_code == 400


async def test_who_may_import(app: FastAPI, client: httpx.AsyncClient):
    expected = {Role.city_office: (201, 403), Role.city_finance: (403, 201)}
    for role in Role:
        who = (await bearer(app, role))[1]
        plots = (await upload(client, who, example("plots", 1))).status_code
        receipts = (await upload(client, who, example("receipts", 1), "receipts", "a.csv")).status_code
        assert (plots, receipts) == expected.get(role, (403, 403)), role


async def test_another_offices_import_is_not_there(app: FastAPI, client: httpx.AsyncClient, office: Headers):
    plan = (await upload(client, office, example("plots", 1))).json()
    finance = (await bearer(app, Role.city_finance))[1]
    for address in (f"/v1/imports/{plan['id']}", f"/v1/imports/{uuid4()}"):
        assert (await client.get(address, headers=finance)).status_code == 404
    assert (await client.get("/v1/imports", headers=finance)).json()["items"] == []
    assert (await client.get("/v1/imports")).status_code == 401


async def test_files_to_save(client: httpx.AsyncClient, office: Headers):
    for address, status in {
        "/v1/templates/plots.xlsx": 200,
        "/v1/templates/plots.csv": 200,
        "/v1/templates/receipts.csv": 404,
        "/v1/templates/nothing.csv": 404,
        "/v1/templates/plots.pdf": 422,
        "/v1/exports/plots.csv": 200,
        "/v1/exports/projects.xlsx": 200,
        "/v1/exports/receipts.csv": 404,
        "/v1/exports/Plots.csv": 422,
    }.items():
        answer = await client.get(address, headers=office)
        assert answer.status_code == status, address
        if status == 200:
            assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%")
            assert answer.headers["Cache-Control"] == "no-store"


async def test_tables_of_an_office(app: FastAPI, client: httpx.AsyncClient, office: Headers):
    tables = {item["kind"]: item for item in (await client.get("/v1/tables", headers=office)).json()["items"]}
    assert len(tables) == 13
    assert tables["parks"]["headers"] == example("parks")[0]
    assert (tables["level_shares"]["may_import"], tables["level_shares"]["may_export"]) == (False, True)
    nobody = (await bearer(app, Role.administrator))[1]
    assert (await client.get("/v1/tables", headers=nobody)).json() == {"items": []}
