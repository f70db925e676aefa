"""Negotiating, comparing, and declaring parties outside the city, over HTTP and by pages."""

import pytest
from sqlalchemy import text

from auth.principal import Role
from services.agreements import listing, service, views
from services.agreements.errors import UndeclaredParty
from services.agreements.parties import OutsidePartyIn, check_party, declare_party
from services.documents.papers import agreement_sheet, version_of
from services.documents.render import render_pdf
from services.projects.errors import NoSuchProject
from tests.services.agreements import factories as make
from tests.services.agreements.test_http import project_id, sign_in  # noqa: F401 - fixtures
from tests.services.agreements.test_pages import enter  # noqa: F401 - a fixture

PARTY = {
    "code": "320500",
    "name": "某某市",
    "place": "某省",
    "kind": "government",
    "route": "两地财政直接划转",
}


def body(**changes: object) -> dict[str, object]:
    return make.edit(**changes).model_dump(mode="json")


async def test_a_negotiation_over_http(sign_in, project_id: str):  # noqa: F811
    host, origin = (
        await sign_in(Role.county_officer, make.HOST),
        await sign_in(Role.county_officer, make.ORIGIN),
    )
    made = (await host.post("/v1/agreements", body() | {"project": project_id})).json()
    base = f"/v1/agreements/{made['id']}"
    low = await origin.post(f"{base}/proposals", body(ratios_bp=[1000]), seen=made["revision"])
    assert (low.status_code, low.json()["type"]) == (422, "/problems/below-floor")
    proposed = await origin.post(
        f"{base}/proposals", body(ratios_bp=[5000]) | {"note": "再争取"}, seen=made["revision"]
    )
    assert proposed.status_code == 201
    seen = proposed.json()["revision"]
    shown = (await host.get(f"{base}/proposals")).json()
    assert [(one["seq"], one["side"], one["note"]) for one in shown["items"]] == [
        (1, "host", ""),
        (2, "origin", "再争取"),
    ]
    early = await origin.post(f"{base}/send", seen=seen)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/terms-not-agreed")
    compared = (await host.get(f"{base}/proposals/1/compare/2")).json()
    assert compared["changed"] == 5
    assert (await host.get(f"{base}/versions/1/compare/2")).status_code == 404
    accepted = await host.post(f"{base}/proposals/2/accept", {"note": "同意"}, seen=seen)
    assert accepted.status_code == 200
    sent = await origin.post(f"{base}/send", seen=accepted.json()["revision"])
    assert sent.json()["state"] == "signing"
    asked = (await host.get(f"{base}/terms?on=2027-06-01")).json()
    assert asked["version"] is None
    stranger = await sign_in(Role.county_officer, make.OTHER)
    for path in ("proposals", "proposals/1/compare/2", "terms?on=2027-06-01"):
        assert (await stranger.get(f"{base}/{path}")).status_code == 404


async def test_declaring_over_http(sign_in):  # noqa: F811
    office, finance = await sign_in(Role.city_office, make.CITY), await sign_in(Role.city_finance, make.CITY)
    county = await sign_in(Role.county_officer, make.HOST)
    assert (await county.post("/v1/outside-parties", PARTY)).status_code == 403
    assert (await office.post("/v1/outside-parties", PARTY | {"code": "32"})).status_code == 422
    assert (await office.post("/v1/outside-parties", PARTY)).status_code == 201
    checked = await finance.post(f"/v1/outside-parties/{PARTY['code']}/check")
    assert checked.json()["items"][0]["checked"]
    again = await office.post("/v1/outside-parties", PARTY)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/party-kept")
    assert (await county.get("/v1/outside-parties")).json()["items"] == []


async def test_an_agreement_with_a_party_outside_is_drafted_signed_and_shown(sign_in, database):  # noqa: F811
    """The own county brings both sides' scans; an undeclared party is refused."""
    async with database.session() as session:
        # The county keeps a lead of its own, which it then shares with the other city.
        await session.execute(text("UPDATE hold SET released_at = now(), release_reason = 'x'"))
        await session.execute(
            text("UPDATE project SET state = 'accepted', host_county = NULL, host_park = NULL")
        )
        project = await make.held(session)
        asked = make.proposal(project).model_copy(update={"outside": "320500", "outside_as": "host"})
        with pytest.raises(UndeclaredParty) as refused:
            await service.draft_agreement(session, make.ORIGIN_OFFICER, asked, make.TODAY)
        assert refused.value.errors[0].pointer == "/host"
        await declare_party(session, make.OFFICE, OutsidePartyIn.model_validate(PARTY))
        await check_party(session, make.FINANCE, "320500", make.NOW)
        with pytest.raises(NoSuchProject):
            await service.draft_agreement(session, make.HOST_OFFICER, asked, make.TODAY)
        made = await service.draft_agreement(session, make.ORIGIN_OFFICER, asked, make.TODAY)
        assert (made.origin, made.host, made.outside) == (make.ORIGIN, "320500", "host")
        await service.send_agreement(session, make.ORIGIN_OFFICER, made.id, made.revision)
        for party, maker, checker in (
            ("origin", make.ORIGIN_OFFICER, make.ORIGIN_LEADER),
            ("host", make.ORIGIN_OFFICER, make.ORIGIN_LEADER),
            ("witness", make.OFFICE, make.FINANCE),
        ):
            scan = await make.upload(session, made, make.Party(party), by=maker)
            await make.check(session, made, scan, by=checker)
        await session.refresh(made)
        assert made.state == "in_force"
        shown = await views.show_agreement(session, make.ORIGIN_OFFICER, made.id)
        assert (shown.host.name, shown.outside) == ("某某市", "host")
        (row, *_) = await listing.list_agreements(session, make.FINANCE)
        assert row.host.name == "某某市"


async def test_the_pages_of_a_negotiation_and_of_parties(enter, database):  # noqa: F811
    async with database.session() as session:
        _, agreement = await make.drafted(session)

        changed = make.edit(ratios_bp=[5000], remark="按季对账。")
        await service.edit_agreement(session, make.ORIGIN_OFFICER, agreement.id, agreement.revision, changed)
        number, seen = agreement.id, agreement.revision
    host = await enter(Role.county_officer, make.HOST)
    english = await enter(Role.auditor, make.CITY, "en")
    for browser in (host, english):
        assert "compare?of=proposals" in await browser.page(f"/agreements/{number}/negotiation")
        await browser.page(f"/agreements/{number}/compare?of=proposals&before=1&after=2")
        await browser.page("/outside-parties")
    base = f"/agreements/{number}/negotiation"
    answer = await host.send(base, {"seen": str(seen), "seq": "2", "note": "同意"})
    assert answer.status_code == 303
    assert "可以送签" in await host.page(base)
    office, finance = await enter(Role.city_office, make.CITY), await enter(Role.city_finance, make.CITY)
    assert (await office.send("/outside-parties", PARTY | {"code": "1"})).status_code == 422
    assert (await office.send("/outside-parties", PARTY)).status_code == 303
    check = f"/outside-parties/{PARTY['code']}/check"
    assert (await finance.send(check, {}, at="/outside-parties")).status_code == 303
    assert (await office.send("/outside-parties", PARTY)).status_code == 422
    assert "两地财政直接划转" in await office.page("/outside-parties")


async def test_the_print_of_an_amendment_ends_with_its_differences(session):
    _, agreement = await make.in_force(session)
    changed = make.edit(ratios_bp=[5000], remark="按季对账。")
    await service.amend_agreement(session, make.ORIGIN_OFFICER, agreement.id, agreement.revision, changed)
    shown = await views.show_agreement(session, make.FINANCE, agreement.id)
    sheets = {
        number: agreement_sheet(
            shown, version_of(shown, number), city=make.CITY, city_name="商洛市", public_url="https://x.test"
        )
        for number in (1, 2)
    }
    assert sheets[1].differences == ()
    assert sheets[2].differences == (
        *((f"第 {year} 年首谈地分享", "40%", "50%") for year in range(1, 6)),
        ("其他约定", "—", "按季对账。"),
    )
    assert render_pdf(sheets[2]).startswith(b"%PDF")
