"""A hostile officer at the pages of estimates and of advice: refused in words, or escaped."""

import re

import pytest

from auth.principal import Role
from services.kit.database import Database
from tests.services.projects import factories as make
from tests.services.projects.person import Enter
from tests.services.projects.road import lead
from tests.services.projects.test_estimate_pages import FIGURES


async def test_the_pages_take_no_form_without_its_token_and_one_value_of_a_field(
    small_city: None, enter: Enter
) -> None:
    officer = await enter(Role.county_officer, make.DANFENG)
    forged = await officer.client.post(
        "/projects/new", data=FIGURES | {"step": "estimate"}, headers={"Accept": "text/html"}
    )
    assert forged.status_code == 403
    assert "今年考核" not in forged.text
    twice = await officer.send("/projects/new", step="estimate", **(FIGURES | {"tax_fen": ["1000", "2000"]}))
    assert twice.status_code == 200
    for day in ("0001-01-01", "9999-12-31"):
        shown = await officer.send(
            "/projects/new", step="estimate", **FIGURES, land_deadline=day, first_talk_on=day
        )
        assert shown.status_code == 200
    other = await officer.send("/projects/new", step="estimate", **(FIGURES | {"origin": make.LUONAN}))
    assert other.status_code == 422
    assert "今年考核" not in other.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("party=a&claim=1&" * 9 + "estate=1", 422),
        ("party=" + "x" * 65 + "&claim=1&estate=1", 422),
        ("form=nothing", 422),
        ("form=values&parties=5", 422),
        ("form=values&parties=4&compared=true", 422),
        ("form=values&parties=2&compared=true&party-1=a&party-2=a&worth-1=1&worth-2=1&worth-12=3", 422),
        ("form=costs&parties=2&compared=true&party-1=a&party-2=b&worth-1=1&worth-2=1&worth-12=NaN", 422),
        ("form=values&parties=2&compared=true&party-1=%3Cb%3E&party-2=b&worth-1=1&worth-2=1&worth-12=3", 200),
        (f"form=values&parties=2&compared=true&party-1=a&party-2=b&worth-1={'1' * 9000}", 422),
        ("estate=%00", 422),
        ("estate=1&party=%E2%80%AE&claim=1", 422),
    ],
)
async def test_the_page_of_advice_refuses_or_escapes(
    small_city: None, enter: Enter, query: str, status: int
) -> None:
    officer = await enter(Role.county_officer, make.DANFENG)
    shown = await officer.client.get(f"/advice?{query}", headers={"Accept": "text/html"})
    assert shown.status_code == status
    assert "<b>" not in shown.text.partition("<main")[2]


async def test_a_lead_whose_figures_no_estimate_can_add_up_is_still_passed_on(
    enter: Enter, database: Database
) -> None:
    async with database.session() as session:
        made = await lead(session)
        made.tax_fen = 2**53 // 5
    officer = await enter(Role.county_officer, make.DANFENG)
    page = await officer.open(f"/projects/{made.public_id}/transfer?floor_ratio_bp=30&floor_years=5")
    assert officer.page.status_code == 200
    assert 'id="estimate"' not in page
    assert re.search(r'name="floor_ratio_bp"[^>]*value="30"', page)
