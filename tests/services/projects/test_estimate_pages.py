"""估算收益 on the pages: while registering, on the check page, and where passing on is asked for."""

import re
from dataclasses import replace
from html import unescape

import pytest

from auth.principal import Role
from services.kit.database import Database
from tests.services.projects import factories as make
from tests.services.projects.person import Enter
from tests.services.projects.road import lead
from tests.services.projects.test_registration_pages import FILLED
from tests.services.regions import factories as regions

FIGURES = {
    "origin": make.DANFENG,
    "investment_fen": "20000",
    "fixed_investment_fen": "16000",
    "output_fen": "11000",
    "tax_fen": "1000",
}


def text_of(page: str) -> str:
    """The words of the panel, without marks."""
    panel = page.partition('id="estimate"')[2].partition("</section>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", panel)).split())


async def test_four_figures_are_enough_and_what_was_typed_stays(small_city: None, enter: Enter) -> None:
    officer = await enter(Role.county_officer, make.DANFENG)
    shown = await officer.send("/projects/new", step="estimate", name="试<b>", **FIGURES)
    assert shown.status_code == 200
    assert 'value="试&lt;b&gt;"' in shown.text
    told = text_of(shown.text)
    assert "流转后今年考核可计入固定资产投资 8,000 万元、到位资金 10,000 万元" in told
    assert told.index("2027 年（今年）考核计入") < told.index("五年累计考核计入") < told.index("县级分得税收")
    assert "万元 流转 自留 流失市外" in told
    # 205 wan stay a full year; 2.25 such years, half of it passed on.
    assert "五年合计 230.63 461.25 0" in told
    assert "未核对能否自行承载" in told
    assert shown.text.count('<svg class="bars"') == 2


async def test_another_deal_is_tried_out_in_the_panel(small_city: None, enter: Enter) -> None:
    officer = await enter(Role.county_officer, make.DANFENG)
    first = await officer.send("/projects/new", step="estimate", **FIGURES)
    assert re.search(r'name="ratio_bp"[^>]*value="50"', first.text)
    deal = {"ratio_bp": "20", "years": "1", "credit_rule": "split"}
    told = await officer.resend("/projects/new", step="estimate", **FIGURES, **deal)
    assert re.search(r'name="ratio_bp"[^>]*value="20"', told.text)
    assert "固定资产投资 4,000 万元" in text_of(told.text)
    assert "五年合计 20.50 461.25 0" in text_of(told.text)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"tax_fen": ""}, "tax_fen"),
        ({"investment_fen": "很多"}, "investment_fen"),
        ({"ratio_bp": "101"}, "ratio_bp"),
        ({"years": "一"}, "years"),
        ({"years": "51"}, "years"),
        ({"tax_fen": "9999999999.9"}, "tax_fen"),
    ],
)
async def test_a_missing_or_wrong_figure_is_named_at_its_field(
    small_city: None, enter: Enter, changes: dict[str, str], place: str
) -> None:
    officer = await enter(Role.county_officer, make.DANFENG)
    shown = await officer.send("/projects/new", step="estimate", **(FIGURES | changes))
    assert shown.status_code == 422
    assert f'href="#f-{place}"' in shown.text
    assert f'id="f-{place}"' in shown.text
    assert "今年考核可计入" not in shown.text


async def test_the_check_page_says_whether_the_origin_could_host(small_city: None, enter: Enter) -> None:
    officer = await enter(Role.county_officer, make.DANFENG)
    shown = await officer.send("/projects/new", step="check", **FILLED)
    told = text_of(shown.text)
    assert "首谈地现在不能自行承载这个项目。 首谈地没有园区。" in told
    assert "不能承载" in told
    again = await officer.resend("/projects/new", step="check", ratio_bp="10", years="5")
    assert re.search(r'name="ratio_bp"[^>]*value="10"', again.text)
    saved = await officer.resend("/projects/new", step="save")
    assert saved.status_code == 303


async def test_why_not_is_told_of_each_own_park(small_city: None, enter: Enter) -> None:
    office = await enter(Role.city_office, make.CITY)
    filled = FILLED | {"origin": make.LUONAN, "land_mu": "500"}
    told = text_of((await office.send("/projects/new", step="estimate", **filled)).text)
    assert "园区6110P04：" in told
    assert "到期可供用地不足" in told
    assert "500 亩" in told
    fits = FILLED | {"origin": make.LUONAN, "land_mu": "80", "energy_tce": "1", "water_td": "1"}
    told = text_of((await office.send("/projects/new", step="estimate", **fits)).text)
    assert "不能" not in told


async def test_an_unknown_host_gives_a_range(
    enter: Enter, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = [
        replace(row, city_bp=0, county_bp=3_000) if (row.treasury, row.tax) == (make.LUONAN, "vat") else row
        for row in regions.level_inputs()
    ]
    monkeypatch.setattr(regions, "level_inputs", lambda: levels)
    async with database.session() as session:
        await regions.make_city(session)
    officer = await enter(Role.county_officer, make.DANFENG)
    told = text_of((await officer.send("/projects/new", step="estimate", **FIGURES)).text)
    # 60 wan more of VAT stay with Luonan in a full year: 67.5 more shared in all.
    assert "五年合计 230.63—298.13 461.25 0" in told
    assert "流转（最低） 230.63 流转（最高） 298.13" in told


async def test_the_panel_stands_where_passing_on_is_asked_for(enter: Enter, database: Database) -> None:
    async with database.session() as session:
        made = await lead(session)
    officer = await enter(Role.county_officer, make.DANFENG)
    path = f"/projects/{made.public_id}/transfer"
    assert "估算收益" in await officer.open(path)
    assert 'id="estimate"' not in officer.page.text
    unread = await officer.resend(path, step="estimate", floor_ratio_bp="x")
    assert 'id="estimate"' not in unread.text
    shown = await officer.resend(path, step="estimate", floor_ratio_bp="30", floor_years="5")
    told = text_of(shown.text)
    assert "五年约可分得税收 361.85 万元" in told
    assert "按此重新估算" not in told
    officer.client.cookies.set("lang", "en")
    shown = await officer.resend(path, step="estimate", floor_ratio_bp="30", floor_years="5")
    assert "Passed on, this year's assessment may credit" in text_of(shown.text)


async def test_a_link_fills_floor_terms_in_and_shows_the_estimate(enter: Enter, database: Database) -> None:
    async with database.session() as session:
        made = await lead(session)
    officer = await enter(Role.county_officer, make.DANFENG)
    shown = await officer.open(f"/projects/{made.public_id}/transfer?floor_ratio_bp=30&floor_years=5&x=1")
    assert "五年约可分得税收 361.85 万元" in text_of(shown)
    assert re.search(r'name="floor_ratio_bp"[^>]*value="30"', shown)
    unread = await officer.open(f"/projects/{made.public_id}/transfer?floor_ratio_bp=a")
    assert 'id="estimate"' not in unread
