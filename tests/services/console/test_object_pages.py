"""Pages of one thing: for every role in both languages they render, or say that there is none."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pytest

from auth.principal import Role
from tests.services.console.city import COUNTY, PARK, YEAR
from tests.services.console.conftest import Site
from tests.services.console.markup import faults

COUNTIES: Final = frozenset({Role.county_officer, Role.county_leader})
ALL: Final = frozenset(Role)
NO_MONEY: Final = frozenset({Role.park_officer, Role.administrator})

OPENS: Final[Mapping[str, frozenset[Role]]] = MappingProxyType(
    {
        "/parks/{park}": ALL,
        "/statements/close/{year}": frozenset({Role.city_finance}),
        "/statements/{statement}": ALL - NO_MONEY,
        "/statements/{statement}/lines/1": ALL - NO_MONEY,
        "/agreements/{agreement}": ALL - NO_MONEY,
        "/imports/{plan}": frozenset({Role.city_office}),
        "/matches/runs/{run}": COUNTIES | {Role.park_officer, Role.city_office, Role.auditor},
        "/matches/{placed}": COUNTIES | {Role.park_officer, Role.city_office, Role.auditor},
        "/projects/{pooled}/files": ALL - {Role.county_finance, Role.city_finance, Role.administrator},
        "/projects/{pooled}": COUNTIES | {Role.park_officer, Role.city_office, Role.auditor},
    }
)
"""Who must be able to open each page; for others it is forbidden, or looks as if there were none."""


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("pattern", sorted(OPENS))
async def test_a_page_of_one_thing(site: Site, pattern: str, role: Role) -> None:
    samples = site.samples
    path = pattern.format(
        park=PARK,
        year=YEAR - 1,
        statement=samples.statement,
        agreement=samples.agreement,
        plan=samples.plan,
        run=samples.run,
        placed=samples.placed,
        pooled=samples.pooled,
    )
    for language in ("zh", "en"):
        answer = await site.get(path, role, language=language)
        if role in OPENS[pattern]:
            assert answer.status_code == 200, answer.text
        assert answer.status_code in {200, 403, 404}, answer.text
        found = faults(answer.text, site.app, path)
        assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "path",
    [
        "/projects/nothing",
        "/parks/6110P99",
        "/statements/00000000-0000-7000-8000-000000000000",
        "/agreements/00000000-0000-7000-8000-000000000000",
        "/imports/00000000-0000-7000-8000-000000000000",
        "/matches/runs/00000000-0000-7000-8000-000000000000",
        "/accounts/00000000-0000-7000-8000-000000000000",
    ],
)
async def test_what_is_not_there_is_a_page_that_says_so(site: Site, path: str) -> None:
    role = Role.administrator if path.startswith("/accounts") else Role.city_office
    answer = await site.get(path, role)
    assert answer.status_code == 404
    assert "没有这一页，或者您不能查看它" in answer.text
    assert faults(answer.text, site.app, path) == []


@pytest.mark.parametrize("suffix", [".pdf", ".xlsx"])
async def test_papers_come_as_files(site: Site, suffix: str) -> None:
    answer = await site.get(f"/statements/{site.samples.statement}{suffix}", Role.county_finance)
    assert answer.status_code == 200
    assert answer.content.startswith({".pdf": b"%PDF", ".xlsx": b"PK"}[suffix])


async def test_the_pages_name_the_county_they_speak_of(site: Site) -> None:
    own = await site.get(f"/statements?county={COUNTY}&kind=year", Role.county_finance)
    assert "商州区" in own.text
