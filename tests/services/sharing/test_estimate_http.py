"""The calculator over HTTP: its figures and assumptions, a lead of the pool, what it refuses."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.kit.database import Database
from services.projects import service
from services.regions.settings import set_setting
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make
from tests.services.regions import factories as regions

WAN = 1_000_000
ASKED: dict[str, Any] = {
    "origin": make.DANFENG,
    "tax_fen": 2_000 * WAN,
    "investment_fen": 50_000 * WAN,
    "fixed_investment_fen": 40_000 * WAN,
    "output_fen": 20_000 * WAN,
}
Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def ask(app: FastAPI, client: httpx.AsyncClient, database: Database) -> Ask:
    """Ask the calculator as an officer of Danfeng."""
    async with database.session() as session:
        await regions.make_city(session)
    _, headers = await bearer(app, Role.county_officer, make.DANFENG)

    async def post(language: str = "zh", **changes: object) -> httpx.Response:
        body = {name: value for name, value in (ASKED | changes).items() if value is not None}
        sent = headers | {"Accept-Language": language}
        return await client.post("/v1/sharing/estimate", json=body, headers=sent)

    return post


async def test_credit_of_this_year_stands_first_and_money_follows(ask: Ask) -> None:
    told = (await ask()).json()
    assert told["calendar_years"] == [2027, 2028, 2029, 2030, 2031]
    assert [way["way"] for way in told["ways"]] == ["pass_on", "keep", "lose"]
    passed, kept, lost = told["ways"]
    assert list(passed).index("credit") < list(passed).index("money_low")
    assert [row["indicator"] for row in passed["credit"]] == ["fixed_investment", "paid_in", "output"]
    assert passed["credit"][0]["this_year_fen"] == 20_000 * WAN
    assert passed["credit"][1] == {
        "indicator": "paid_in",
        "this_year_fen": 25_000 * WAN,
        "by_year_fen": [25_000 * WAN, 25_000 * WAN, 0, 0, 0],
        "total_fen": 50_000 * WAN,
    }
    # 60 % VAT at 20 %, 30 % CIT at 10 %, 5 % PIT at 10 %, 5 % at 100 %: 20.5 % stays; half of it is shared.
    assert passed["money_low"] == {
        "host": make.SHANGZHOU,
        "by_year_fen": [0, 0, 102_500_000, 153_750_000, 205_000_000],
        "retained_fen": [0, 0, 205_000_000, 307_500_000, 410_000_000],
        "total_fen": 461_250_000,
    }
    assert kept["possible"] is None
    assert kept["money_low"]["total_fen"] == 922_500_000
    assert lost["money_high"] == {
        "host": None,
        "by_year_fen": [0] * 5,
        "retained_fen": [0] * 5,
        "total_fen": 0,
    }
    assert told["promises"] is False
    assert (told["low_fen"], told["high_fen"]) == (461_250_000, 461_250_000)
    assert (told["years"], told["ratio_bp"], told["yearly_tax_fen"]) == (5, 5_000, 2_000 * WAN)
    assert (told["county_share_low_bp"], told["county_share_high_bp"]) == (2_050, 2_050)


async def test_every_assumption_is_said_in_the_readers_language(ask: Ask) -> None:
    told = (await ask()).json()["assumptions"]
    assert [item["code"] for item in told] == [
        "no_promise",
        "mix",
        "ramp",
        "deal",
        "host",
        "credit",
        "keep",
        "left_out",
    ]
    assert "不构成承诺" in told[0]["text"]
    assert "增值税 60%、企业所得税 30%、个人所得税 5%、城市维护建设税 5%" in told[1]["text"]
    english = (await ask("en")).json()["assumptions"]
    assert "not a promise" in english[0]["text"]
    assert not any("\u4e00" <= sign <= "\u9fff" for item in english for sign in item["text"])


async def test_all_terms_can_be_given(ask: Ask) -> None:
    told = (
        await ask(
            tax_fen=None,
            taxes={"vat": 1_000 * WAN, "property": 10 * WAN},
            host=make.LUONAN,
            ratio_bp=4_000,
            years=3,
            grace_years=1,
            cap_fen=100 * WAN,
            credit_rule="split",
            ramp={"start_year": 2, "build_years": 1, "first_tax_year": 2, "first_tax_bp": 10_000},
            can_host=False,
        )
    ).json()
    passed, kept, _ = told["ways"]
    # 200 wan of VAT stay a year, none of property tax, which the table lacks; 80 a year after the grace.
    assert passed["money_low"]["by_year_fen"] == [0, 0, 80 * WAN, 20 * WAN, 0]
    assert passed["money_low"] == passed["money_high"]
    assert [row["by_year_fen"][1] for row in passed["credit"]] == [20_000 * WAN, 25_000 * WAN, 10_000 * WAN]
    assert (kept["possible"], kept["credit"], kept["money_low"]) == (False, [], None)
    texts = {item["code"]: item["text"] for item in told["assumptions"]}
    assert texts.keys() == {
        "no_promise", "taxes", "ramp", "deal", "grace", "cap", "host", "unlisted", "credit", "left_out",
    }  # fmt: skip
    assert "100 万元" in texts["cap"]
    assert "房产税" in texts["unlisted"]
    assert "40%" in texts["deal"]
    assert "各计50%" in texts["credit"]


async def test_without_years_there_is_nothing_to_share(ask: Ask) -> None:
    told = (await ask(years=0)).json()
    assert told["high_fen"] == 0
    texts = {item["code"]: item["text"] for item in told["assumptions"]}
    assert "年限为零" in texts["deal"]
    assert "credit" not in texts


async def test_the_citys_settings_stand_for_what_is_left_out(ask: Ask, database: Database) -> None:
    async with database.session() as session:
        for key, value in (("estimate_ratio_bp", 3_000), ("estimate_mix_cit", 0), ("estimate_mix_pit", 0)):
            await set_setting(session, make.OFFICE, key, value, date(2027, 1, 1))
    told = (await ask()).json()
    assert told["ratio_bp"] == 3_000
    texts = {item["code"]: item["text"] for item in told["assumptions"]}
    assert "增值税 92.31%、城市维护建设税 7.69%" in texts["mix"]


async def test_a_city_without_level_shares_gives_credit_and_no_money(
    app: FastAPI, client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regions, "level_inputs", list)
    async with database.session() as session:
        await regions.make_city(session)
    _, headers = await bearer(app, Role.city_office, make.CITY)
    told = (await client.post("/v1/sharing/estimate", json=ASKED, headers=headers)).json()
    assert told["ways"][0]["money_low"] is None
    assert told["ways"][0]["credit"][0]["this_year_fen"] == 20_000 * WAN
    assert (told["low_fen"], told["county_share_low_bp"]) == (0, 0)
    assert any("算不出金额" in item["text"] for item in told["assumptions"])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"host": make.DANFENG}, "/host"),
        ({"host": "999999"}, "/host"),
        ({"origin": "110101"}, "/origin"),
        ({"tax_fen": 2**53 // 5}, "/tax_fen"),
        ({"output_fen": 2**53 // 5}, "/output_fen"),
        ({"taxes": {"vat": 1}}, "/tax_fen"),
        ({"tax_fen": None}, "/tax_fen"),
        ({"tax_fen": None, "taxes": {"vat": 2**53 - 1, "cit": 1}}, "/tax_fen"),
        ({"ramp": {"start_year": 5}}, "/ramp/first_tax_year"),
        ({"grace_years": 50, "years": 10}, "/grace_years"),
        ({"tax_fen": 1.5}, "/tax_fen"),
        ({"ratio_bp": 10_001}, "/ratio_bp"),
        ({"taxes": {"window": 1}}, "/taxes/window/?"),
        ({"surprise": 1}, "/surprise"),
    ],
)
async def test_what_cannot_be_worked_out_is_refused_at_its_field(
    ask: Ask, changes: dict[str, object], pointer: str
) -> None:
    refused = await ask(**changes)
    assert refused.status_code == 422
    assert pointer in [item["pointer"] for item in refused.json()["errors"]]


async def test_a_mix_of_nothing_is_refused(ask: Ask, database: Database) -> None:
    async with database.session() as session:
        for tax in ("vat", "cit", "pit", "urban_construction"):
            await set_setting(session, make.OFFICE, f"estimate_mix_{tax}", 0, date(2027, 1, 1))
    refused = await ask()
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/bad-estimate")


async def test_a_lead_of_the_pool_is_asked_of_its_origins_own_parks(
    app: FastAPI, client: httpx.AsyncClient, ask: Ask, database: Database
) -> None:
    async with database.session() as session:
        small = make.form(
            origin=make.SHANGZHOU,
            industry="3922",
            land_mu=5_000,
            cod_kg=1,
            water_td=1,
            energy_tce=1,
            fixed_investment_fen=40_000 * WAN,
            tax_fen=2_615 * WAN,
        )
        fits = await service.register(session, make.OFFICE, small)
        barred = await service.register(
            session,
            make.OFFICE,
            small.model_copy(
                update={"industry": "2710", "land_mu": 10**6, "fixed_investment_fen": 6_000 * WAN}
            ),
        )
        stranger = await service.register(session, make.OFFICE, make.form())
    _, headers = await bearer(app, Role.county_officer, make.SHANGZHOU)

    async def of(ref: str) -> httpx.Response:
        address = f"/v1/projects/{ref}/estimate?ratio_bp=3000&years=10"
        return await client.get(address, headers=headers)

    told = (await of(fits.public_id)).json()
    assert (told["ways"][1]["possible"], told["why_not"]) == (True, [])
    assert (told["years"], told["ratio_bp"], told["yearly_tax_fen"]) == (5, 3_000, 2_615 * WAN)
    assert told["low_fen"] == told["high_fen"] == 361_850_625
    told = (await of(barred.public_id)).json()
    assert told["ways"][1]["possible"] is False
    assert [park["park"] for park in told["why_not"]] == [make.PARK]
    rules = {item["rule"]: item for item in told["why_not"][0]["obstacles"]}
    assert {"forbidden", "intensity", "land"} <= rules.keys()
    assert "origin" not in rules
    assert (rules["land"]["measured"], rules["land"]["unit"]) == (10**6, "mu")
    assert (await of(stranger.public_id)).status_code == 404
