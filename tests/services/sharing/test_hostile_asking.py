"""A hostile officer at advice, estimates and rules: a plain 4xx for everything, and only bounded work."""

from collections.abc import Awaitable, Callable
from fractions import Fraction
from itertools import combinations
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.kit.database import Database
from services.sharing import advice
from services.sharing.advice import MOST_COUNTED, answer
from services.sharing.advice_errors import BadAdvice
from services.sharing.advice_schemas import AdviceForm
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make
from tests.services.regions import factories as regions

GAMES: dict[str, dict[str, int]] = {
    "nine parties": {
        ",".join(names): 1 for size in range(1, 10) for names in combinations("abcdefghi", size)
    },
    "names without end": {"a," * 200_000 + "a": 1},
    "names without end, wide commas": {"a\uff0c" * 200_000 + "a": 1},
    "thirteen in one group": {",".join("abcdefghijklm"): 1},
    "keys without end": {f"p{number}": 1 for number in range(50_000)},
}
Post = Callable[[str, Any], Awaitable[httpx.Response]]


@pytest.fixture
async def post(app: FastAPI, client: httpx.AsyncClient, database: Database) -> Post:
    async with database.session() as session:
        await regions.make_city(session)
    _, headers = await bearer(app, Role.county_officer, make.DANFENG)

    async def send(path: str, body: Any) -> httpx.Response:
        return await client.post(path, json=body, headers=headers)

    return send


@pytest.mark.parametrize("form", ["values", "costs"])
@pytest.mark.parametrize("game", GAMES)
def test_a_game_too_large_is_refused_by_its_keys_before_any_name_is_read(
    monkeypatch: pytest.MonkeyPatch, game: str, form: str
) -> None:
    monkeypatch.setattr(advice, "read_question", None)
    asked = AdviceForm.model_validate({"method": "shapley", form: GAMES[game]})
    with pytest.raises(BadAdvice) as refused:
        answer(asked)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("", "too_many_players")]


@pytest.mark.parametrize("method", ["shapley", "nucleolus", "nash"])
def test_the_largest_game_that_is_counted_is_answered(method: str) -> None:
    names = "abcdefgh"[:MOST_COUNTED]
    game: dict[str, str] = {
        ",".join(group): f"{size * 2**30 + place}/{1 + place % 40}"
        for size in range(1, len(names) + 1)
        for place, group in enumerate(combinations(names, size))
    }
    game[",".join(names)] = str(2**52)
    told = answer(AdviceForm.model_validate({"method": method, "values": game}))
    assert sum(map(Fraction, told.shares.values())) == 2**52


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({f"p{number}": 1 for number in range(1_001)}, "too_many_players"),
        ({"甲": 1, " 甲": 1}, "repeated_name"),
        ({"a\u202eb": 1}, "strange_name"),
        ({"\u200b": 1}, "strange_name"),
        ({" ": 1}, "empty_name"),
        ({"x" * 65: 1}, "strange_name"),
        ({"a": 2**53}, "too_large"),
        ({"a": "9" * 41}, "not_a_number"),
        ({"a": "\uff11"}, "not_a_number"),
        ({"a": "1/0"}, "not_a_number"),
        ({"a": True}, "not_a_number"),
        ({"a": [[[1]]]}, "not_a_number"),
        ({"a": "1/9007199254740881", "b": "1/9007199254740997"}, "too_fine"),
    ],
)
async def test_strange_claims_are_refused_over_http(post: Post, claims: dict[str, Any], code: str) -> None:
    refused = await post("/v1/sharing/advice", {"method": "talmud", "estate": 0, "claims": claims})
    assert refused.status_code == 422
    assert [error["code"] for error in refused.json()["errors"]] == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"tax_fen": 2**53},
        {"tax_fen": -1},
        {"tax_fen": "1"},
        {"tax_fen": True},
        {"origin": "\uff16\uff11\uff11\uff10\uff12\uff16"},
        {"origin": f"{make.DANFENG}\n"},
        {"origin": [make.DANFENG]},
        {"taxes": [["vat", 1]]},
        {"taxes": {f"tax{number}": 1 for number in range(5_000)}, "tax_fen": None},
        {"years": 10**30},
        {"ramp": {"start_year": 1, "build_years": 0}},
        {"cap_fen": 0},
    ],
    ids=str,
)
async def test_strange_estimates_are_refused_over_http(post: Post, changes: dict[str, Any]) -> None:
    asked = {"origin": make.DANFENG, "tax_fen": 1} | changes
    refused = await post("/v1/sharing/estimate", asked)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"


async def test_the_largest_figures_add_up_below_2_to_the_53(post: Post) -> None:
    most = 2**53 // 5 - 1
    ramp = {"start_year": 1, "build_years": 1, "first_tax_year": 1, "first_tax_bp": 10_000}
    told = await post(
        "/v1/sharing/estimate",
        {
            "origin": make.DANFENG,
            "tax_fen": most,
            "output_fen": most,
            "investment_fen": 2**53 - 1,
            "fixed_investment_fen": 2**53 - 1,
            "ratio_bp": 10_000,
            "years": 50,
            "ramp": ramp,
        },
    )
    assert told.status_code == 200
    assert told.json()["ways"][1]["credit"][2]["total_fen"] == 5 * most

    def largest(value: Any) -> int:
        if isinstance(value, dict):
            return max(map(largest, value.values()), default=0)
        if isinstance(value, list):
            return max(map(largest, value), default=0)
        return value if isinstance(value, int) else 0

    assert largest(told.json()) < 2**53


@pytest.mark.parametrize("pack", ["..", "NINGDE", "ningde ", "宁德", "n" * 65, "%00", "ningde.json", "-"])
async def test_a_strange_rule_is_not_found(app: FastAPI, client: httpx.AsyncClient, pack: str) -> None:
    _, headers = await bearer(app, Role.county_officer, make.DANFENG)
    name = pack if pack.startswith("%") else quote(pack, safe="")
    refused = await client.get(f"/v1/sharing/packs/{name}", headers=headers)
    assert refused.status_code in {404, 422}
    assert refused.headers["content-type"] == "application/problem+json"
