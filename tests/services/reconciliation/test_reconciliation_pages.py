"""The pages and addresses of reconciling, as each side uses them."""

import pytest

from auth.principal import Role
from tests.services.reconciliation import world

COUNTY = Role.county_finance
READERS = ((Role.city_finance, world.CITY), (Role.auditor, world.CITY), (COUNTY, world.HOST))
HEADER = "协议编号,月份,税种,入库数(元)"
MINE, THEIRS = "6110-XY-001,2026-01,增值税,", "6110-XY-002,2026-01,增值税,"
PATHS = (
    "/reconciliation?period=2026Q1",
    "/reconciliation/differences",
    "/reconciliation/sheets",
    "/reconciliation/levels?period=2026Q1",
    "/reconciliation/incentives?period=2026",
)


def amount(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def csv_of(rows) -> bytes:
    taxes = {value: name for name, value in world.TAXES.items()}
    lines = ["协议编号,月份,税种,入库数(元),退库数(元)"]
    lines += [
        f"{row.agreement},{row.month},{taxes[row.tax]},{amount(row.paid_fen)},{amount(row.refund_fen)}"
        for row in rows
    ]
    return "\n".join(lines).encode()


async def test_a_quarter_by_pages(quarter_site):
    """The host by file, the origin by form with a yuan too much; explained, resolved, acknowledged."""
    site = quarter_site
    finance = await site.browser(Role.city_finance)
    second = await site.browser(Role.city_finance)
    host = await site.browser(COUNTY, world.HOST)
    origin = await site.browser(COUNTY, world.ORIGIN)
    headers = await site.person(COUNTY, world.HOST)
    sent = await site.client.post(
        "/v1/reconciliation/figures/files",
        headers=headers | {"idempotency-key": "host-file"},
        files={"file": ("入库.csv", csv_of(world.stated()), "text/csv")},
    )
    assert sent.status_code == 201, sent.text
    assert sent.json()["differences_moved"] == 0
    again = await site.client.post(
        "/v1/reconciliation/figures/files",
        headers=headers | {"idempotency-key": "host-file-2"},
        files={"file": ("入库.csv", csv_of(world.stated()), "text/csv")},
    )
    assert (again.status_code, again.json()["type"]) == (409, "/problems/figures-loaded-before")
    january = {row.tax: row for row in world.stated(months=("2026-01",))}
    fields = {f"paid_{tax}": amount(row.paid_fen) for tax, row in january.items()}
    fields |= {f"refund_{tax}": amount(row.refund_fen) for tax, row in january.items()}
    fields["paid_vat"] = amount(january["vat"].paid_fen + 100)
    wrong = await origin.send(
        "/reconciliation/figures", agreement=world.AGREEMENT, month="2026-01", **fields | {"paid_vat": "-1"}
    )
    assert wrong.status_code == 422
    done = await origin.send("/reconciliation/figures", agreement=world.AGREEMENT, month="2026-01", **fields)
    assert done.status_code == 303, done.text
    listed = (await site.client.get("/v1/reconciliation/differences", headers=headers)).json()["items"]
    (one,) = listed
    place = f"/reconciliation/differences/{one['id']}"
    assert place in await host.page("/reconciliation/differences")
    empty = await origin.send(place, f"{place}/explain", reason="", words="")
    assert empty.status_code == 422
    explained = await origin.send(place, f"{place}/explain", reason="entry_error", words="多填一元")
    assert explained.status_code == 303
    assert (await second.send(place, f"{place}/resolve", words="已核")).status_code == 303
    await host.page(place)
    compared = await finance.send("/reconciliation", "/reconciliation/compare", period="2026Q1")
    assert compared.status_code == 303
    bad = await finance.send("/reconciliation/sheets", period="2026-01")
    assert bad.status_code == 422
    made = await finance.send("/reconciliation/sheets", period="2026Q1")
    assert made.status_code == 303, made.text
    papers = (await site.client.get("/v1/reconciliation/sheets", headers=headers)).json()["items"]
    paper = next(row for row in papers if set(row["counties"]) == {world.HOST, world.ORIGIN})
    page = f"/reconciliation/sheets/{paper['id']}"
    noted = await host.send(page, f"{page}/note", words="已看")
    assert noted.status_code == 303
    assert (await host.send(page, f"{page}/note", words=" ")).status_code == 422
    for side in (host, origin):
        assert (await side.send(page, f"{page}/acknowledge")).status_code == 303
    assert "双方已核对" in await finance.page(page)
    for form in ("pdf", "xlsx"):
        assert (await host.get(f"{page}.{form}")).status_code == 200
        assert (await host.get(f"/reconciliation/levels.{form}?period=2026Q1")).status_code == 200
        assert (await origin.get(f"/reconciliation/incentives.{form}?period=2026")).status_code == 200
    for form in ("csv", "xlsx"):
        assert (await host.get(f"/reconciliation/figures-template.{form}")).status_code == 200


async def test_every_page_in_both_languages(quarter_site):
    for language in ("zh", "en"):
        for role, office in READERS:
            browser = await quarter_site.browser(role, office, language)
            for path in PATHS:
                await browser.page(path)
            if role is not Role.auditor:
                await browser.page("/reconciliation/figures")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (f"{HEADER}\n{MINE}-5\n".encode(), "figures-file-has-faults"),
        (f"{HEADER}\n{MINE}5\n{MINE}6\n".encode(), "figures-file-has-faults"),
        (f"{HEADER}\n{MINE}5\n".encode("utf-16"), "unusable-file"),
        (f"{HEADER}\n{THEIRS}5\n".encode(), "bad-figures"),
    ],
    ids=["negative", "twice", "encoding", "another's agreement"],
)
async def test_bad_files_are_refused_whole(quarter_site, content, kind):
    headers = await quarter_site.person(COUNTY, world.ORIGIN)
    answer = await quarter_site.client.post(
        "/v1/reconciliation/figures/files",
        headers=headers | {"idempotency-key": "bad-file"},
        files={"file": ("a.csv", content, "text/csv")},
    )
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{kind}")
    browser = await quarter_site.browser(COUNTY, world.ORIGIN)
    listed = await quarter_site.client.get("/v1/reconciliation?period=2026-01", headers=headers)
    assert all(row["figures"]["origin_fen"] is None for row in listed.json()["items"])
    assert (await browser.get("/reconciliation/figures")).status_code == 200
