"""Around the pool over HTTP: rules, name, evidence, meetings, an investor's code, the province, losses."""

from typing import Any

from auth.principal import Role
from tests.services.projects import factories as make
from tests.services.projects.road import offer
from tests.services.projects.test_http import HOST, HOST_LEADER, LEADER, OFFICE, OFFICER, Desk, desk

__all__ = ["desk"]
REPORT = {"county": make.LUONAN, "what": "单独约谈", "evidence": "记录"}
MEETING = {"title": "联席会议", "held_on": "2027-01-15", "agenda": "审议重大项目"}


async def _pooled(desk: Desk, **changes: object) -> str:
    body = make.form(**changes).model_dump(mode="json")
    ref = (await desk.ask("POST", "/v1/projects", OFFICER, body)).json()["project"]["id"]
    await act(desk, ref, "moves", LEADER, {"action": "review"})
    await act(desk, ref, "moves", OFFICE, {"action": "accept"})
    await act(desk, ref, "transfers", OFFICER, make.transfer_form().model_dump(mode="json"))
    await act(desk, ref, "moves", OFFICE, {"action": "pool"})
    return str(ref)


async def act(
    desk: Desk, ref: str, path: str, who: tuple[Role, str], body: Any, status: int = 200
) -> dict[str, Any]:
    shown = (await desk.ask("GET", f"/v1/projects/{ref}", who)).json()["project"]
    answer = await desk.ask("POST", f"/v1/projects/{ref}/{path}", who, body, version=shown["version"])
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_names_codes_reports_and_the_province(desk: Desk):
    ref = await _pooled(desk)
    early = await desk.ask("GET", f"/v1/projects/{ref}/name", HOST)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/name-before-terms")
    rules = (await desk.ask("GET", "/v1/pool/rules", HOST)).json()
    assert (rules["open_holds"], rules["hold_cap"], rules["against_application"]) == (0, 5, [])
    await act(desk, ref, "applications", HOST, offer().model_dump(mode="json"))
    await act(desk, ref, "terms-acceptances", HOST_LEADER, {"park": make.PARK})
    link = await act(desk, ref, "investor-links", OFFICER, {"contact": "丹凤县招商局"}, 201)
    code = link["code"]
    seen = (await desk.ask("GET", f"/v1/investor/{code}", OFFICER)).json()
    assert [row["agreed"] for row in seen["counties"]] == [False]
    agree = {"subject": "counties", "agree": True, "counties": [make.SHANGZHOU]}
    told = await desk.ask("POST", f"/v1/investor/{code}/answers", OFFICER, agree)
    assert [row["agreed"] for row in told.json()["counties"]] == [True]
    waiting = await desk.ask("GET", f"/v1/projects/{ref}/name", HOST)
    assert waiting.json()["type"] == "/problems/name-not-agreed"
    await act(desk, ref, "name-agreements", OFFICER, {"counties": [make.SHANGZHOU]})
    assert "investor_name" in (await desk.ask("GET", f"/v1/projects/{ref}/name", HOST)).json()
    visit = {"park": make.PARK, "visited_on": "2027-01-15", "host_people": "甲", "investor_people": "乙"}
    await act(desk, ref, "visits", HOST, visit | {"record": "看地", "origin_people": "丙"})
    await act(desk, ref, "reports", OFFICER, REPORT)
    around = (await desk.ask("GET", f"/v1/projects/{ref}/pooling", OFFICER)).json()
    assert [row["action"] for row in around["acts"]] == ["viewed", "agreed_counties"]
    assert len(around["visits"]) == 1
    (report,) = around["reports"]
    ruling = {"ruling": "dismissed", "reason": "系招商局统一安排"}
    path = f"/v1/origin-reports/{report['id']}/ruling"
    ruled = await desk.ask("POST", path, OFFICE, ruling, version=report["revision"])
    assert ruled.json()["ruling"] == "dismissed"
    await act(desk, ref, "referrals", OFFICE, {"reason": "no_chain", "document": "函1号"})
    (sent,) = (await desk.ask("GET", "/v1/referrals", OFFICE)).json()["items"]
    answer = {"state": "taken", "answer": "已入省池", "answered_on": "2027-01-15"}
    path = f"/v1/referrals/{sent['id']}/answer"
    assert (await desk.ask("POST", path, OFFICE, answer, version=1)).json()["state"] == "taken"
    await act(desk, ref, "moves", OFFICER, {"action": "lose", "reason": "cost"})
    lost = (await desk.ask("GET", "/v1/losses?year=2027", OFFICE)).json()
    assert [(row["reason"], row["count"]) for row in lost["lines"]] == [("cost", 1)]
    revoked = await desk.ask("POST", f"/v1/projects/{ref}/investor-links/{link['id']}/revoke", OFFICER)
    assert revoked.json()["revoked_on"] == "2027-01-15"
    assert (await desk.ask("GET", f"/v1/investor/{code}", OFFICER)).json()["type"] == "/problems/no-such-code"


async def test_a_joint_meeting_from_call_to_minutes(desk: Desk):
    ref = await _pooled(desk, investment_fen=10**11)
    await act(desk, ref, "proposals", OFFICE, {"parks": [make.PARK]})
    made = await desk.ask("POST", "/v1/meetings", OFFICE, MEETING)
    path = made.headers["Location"]
    item = {"project": ref, "question": "落位园区"}
    shown = (await desk.ask("POST", f"{path}/items", OFFICE, item)).json()
    (item_id,) = [row["id"] for row in shown["items"]]
    own = {"position": "support", "opinion": "具备条件", "document": "商州函1号"}
    await act(desk, ref, "opinions", HOST_LEADER, own)
    for body in ("reform", "finance"):
        shown = (
            await desk.ask("POST", f"{path}/items/{item_id}/opinions", OFFICE, own | {"body": body})
        ).json()
    assigned = [{"item": item_id, "park": make.PARK, "reason": "要素最全"}]
    minutes = {"minutes_no": "纪要1号", "minutes_on": "2027-01-15", "assignments": assigned}
    stale = await desk.ask("POST", f"{path}/minutes", OFFICE, minutes, version=1)
    assert stale.status_code == 412
    done = await desk.ask("POST", f"{path}/minutes", OFFICE, minutes, version=shown["revision"])
    assert done.json()["items"][0]["park"] == make.PARK
    assert (await desk.ask("GET", path, OFFICE)).headers["ETag"] == done.headers["ETag"]
    assert [row["title"] for row in (await desk.ask("GET", "/v1/meetings", OFFICE)).json()["items"]] == [
        "联席会议"
    ]
