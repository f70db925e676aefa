"""Every page for every role in both languages: it renders, and opens to exactly those who may."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pytest
from fastapi.routing import APIRoute

from auth.principal import Role
from auth.scopes import Scope, has_scope
from services.console.assets import assets
from services.console.menu import Page, pages
from services.console.routes import OPEN, page_routers
from tests.services.console.conftest import Site
from tests.services.console.markup import exists, faults

PAGE_BYTES: Final = 200_000
ACCESS: Final[Mapping[str, Scope | None]] = MappingProxyType(
    {
        "/": Scope.me,
        "/help": Scope.me,
        "/account": Scope.me,
        "/accounts": Scope.accounts_read,
        "/accounts/new": Scope.accounts_write,
        "/approvals": Scope.approvals_read,
        "/approvals/mine": Scope.approvals_read,
        "/approval-chains": Scope.approvals_read,
        "/delegations": Scope.approvals_read,
        "/handovers": Scope.approvals_read,
        "/notices": Scope.me,
        "/notices/settings": Scope.me,
        "/notice-channels": Scope.channels_write,
        "/notice-channels/new": Scope.channels_write,
        "/notice-channels/deliveries": Scope.channels_write,
        "/advice": Scope.agreements_read,
        "/alerts": Scope.audit_check,
        "/duplicates": Scope.projects_accept,
        "/duplicates/checks": Scope.audit_read,
        "/firms": Scope.projects_write,
        "/agreements": Scope.agreements_read,
        "/agreements/new": Scope.agreements_write,
        "/clocks": Scope.projects_read,
        "/confirmations": Scope.agreements_read,
        "/confirmations/new": Scope.agreements_write,
        "/audit": Scope.audit_check,
        "/audit/letters": Scope.audit_check,
        "/audit/names": Scope.audit_unlock,
        "/outside-parties": Scope.agreements_read,
        "/credits": Scope.credit_read,
        "/bulletins": Scope.reports_read,
        "/funds": Scope.funds_read,
        "/funds/months": Scope.funds_read,
        "/funds/new": Scope.funds_write,
        "/goals": Scope.funds_read,
        "/contacts": Scope.projects_write,
        "/entry-rules": Scope.regions_read,
        "/intake": Scope.projects_write,
        "/offer": None,
        "/relocations": Scope.projects_write,
        "/targets": Scope.projects_write,
        "/tracking": Scope.projects_read,
        "/tracking/items": Scope.projects_read,
        "/tracking/sponsors": Scope.projects_read,
        "/tracking/blocks": Scope.projects_read,
        "/tracking/look-backs": Scope.projects_read,
        "/tracking/departments": Scope.projects_read,
        "/outings": Scope.projects_read,
        "/promises": Scope.funds_read,
        "/promises/strengths": Scope.funds_write,
        "/evidence": Scope.statements_read,
        "/evidence/keys": Scope.statements_read,
        "/fairness": Scope.matches_read,
        "/fairness/edit": Scope.matches_decide,
        "/first-administrator": None,
        "/first-talk": Scope.projects_read,
        "/first-talk/new": Scope.projects_transfer,
        "/first-talk/precedents": Scope.projects_read,
        "/imports": Scope.imports_read,
        "/matches": Scope.matches_read,
        "/meetings": Scope.projects_pool,
        "/pool/figures": Scope.projects_pool,
        "/matches/card": Scope.me,
        "/matches/objections": Scope.matches_read,
        "/reports": Scope.reports_read,
        "/reports/overrides": Scope.matches_read,
        "/reports/overrides/officers": Scope.matches_inspect,
        "/matches/runs": Scope.matches_read,
        "/matches/runs/new": Scope.matches_run,
        "/matches/scenarios": Scope.matches_run,
        "/matches/scenarios/new": Scope.matches_run,
        "/libraries": Scope.projects_read,
        "/libraries/chains": Scope.projects_read,
        "/libraries/layouts": Scope.regions_read,
        "/map": Scope.regions_read,
        "/overdue": Scope.projects_read,
        "/packs": Scope.agreements_read,
        "/parks": Scope.regions_read,
        "/pool": Scope.projects_read,
        "/projects": Scope.projects_read,
        "/projects/new": Scope.projects_write,
        "/receipts": Scope.receipts_read,
        "/reconciliation": Scope.reconciliation_read,
        "/reconciliation/differences": Scope.reconciliation_read,
        "/reconciliation/figures": Scope.reconciliation_write,
        "/reconciliation/incentives": Scope.reconciliation_read,
        "/reconciliation/levels": Scope.receipts_read,
        "/reconciliation/sheets": Scope.reconciliation_read,
        "/set-password": None,
        "/settlements": Scope.statements_read,
        "/settlements/forecast": Scope.statements_read,
        "/settlements/summary": Scope.statements_read,
        "/settlements/unsettled": Scope.statements_read,
        "/sign-in": None,
        "/statements": Scope.statements_read,
        "/statements/adjustments": Scope.ledger_read,
        "/statements/books": Scope.ledger_read,
        "/statements/compute": Scope.statements_write,
        "/verify": None,
    }
)
"""The right that each page of a fixed address takes; None: anybody, signed in or not."""

LEDGER: Final = frozenset(
    {
        "/first-talk/protections/{ref}",
        "/first-talk/protections/{ref}/{step}",
        "/first-talk/{case:uuid}",
        "/first-talk/{case:uuid}.pdf",
        "/first-talk/{case:uuid}/{step}",
        "/approvals/{approval}",
        "/handovers/{handover:uuid}",
        "/credits/{sheet:uuid}",
        "/credits/{sheet:uuid}.pdf",
        "/credits/{sheet:uuid}.xlsx",
        "/bulletins/{period}/bulletin.pdf",
        "/bulletins/{period}/bulletin.xlsx",
        "/bulletins/{period}/leaders.pdf",
        "/funds.xlsx",
        "/funds/{entry:uuid}",
        "/evidence/bundles",
        "/evidence/bundles/{number:uuid}",
        "/evidence/keys.pdf",
        "/evidence/requests/{county}",
        "/evidence/statements/{number:uuid}",
        "/receipts/batches/{batch:uuid}",
        "/reconciliation/differences/{difference:uuid}",
        "/reconciliation/figures-template.{form}",
        "/reconciliation/incentives.{form}",
        "/reconciliation/levels.{form}",
        "/reconciliation/sheets/{sheet:uuid}",
        "/reconciliation/sheets/{sheet:uuid}.pdf",
        "/reconciliation/sheets/{sheet:uuid}.xlsx",
        "/settlements/orders/{order:uuid}",
        "/settlements/summary.{form}",
        "/settlements/unsettled.{form}",
        "/settlements/{number:uuid}",
        "/settlements/{number:uuid}/orders.csv",
        "/settlements/{number:uuid}/orders.xlsx",
        "/settlements/{number:uuid}/{step}",
        "/statements/adjustments/{number:uuid}",
        "/statements/adjustments/{number:uuid}.pdf",
        "/statements/adjustments/{number:uuid}.xlsx",
        "/statements/books/export",  # a file: its own tests say who may
        "/statements/close/{year}",
        "/statements/recompute",  # names all counties: its own tests say who may
        "/statements/reopenings/{year}",
        "/statements/{number:uuid}",
        "/statements/{number:uuid}.pdf",
        "/statements/{number:uuid}.xlsx",
        "/statements/{number:uuid}/lines/{line}",
        "/statements/{number:uuid}/object",
        "/statements/{number:uuid}/objections/{objection:uuid}",
        "/statements/{number:uuid}/objections/{objection:uuid}/messages/{message:uuid}/file",
        "/statements/{number:uuid}/scans",
        "/statements/{number:uuid}/scans/{scan:uuid}/file",
        "/statements/{number:uuid}/{step}",
    }
)
"""Pages of one statement or year: walked in the tests of the ledger's pages."""

AGREEMENTS: Final = frozenset(
    {
        "/agreements/{agreement_id:uuid}",
        "/agreements/{agreement_id:uuid}.pdf",
        "/agreements/{agreement_id:uuid}.xlsx",
        "/agreements/{agreement_id:uuid}/amend",
        "/agreements/{agreement_id:uuid}/edit",
        "/agreements/{agreement_id:uuid}/end",
        "/agreements/{agreement_id:uuid}/compare",
        "/agreements/{agreement_id:uuid}/negotiation",
        "/agreements/{agreement_id:uuid}/send",
        "/confirmations/{confirmation_id:uuid}",
        "/confirmations/{confirmation_id:uuid}.pdf",
        "/{papers}/{paper_id:uuid}/sign/{party}",
        "/{papers}/{paper_id:uuid}/signatures/{signature_id:uuid}",
        "/{papers}/{paper_id:uuid}/signatures/{signature_id:uuid}/scan",
    }
)
"""Pages of one paper: walked in the tests of the agreements' pages."""

ELSEWHERE: Final = frozenset(
    {
        *AGREEMENTS,
        *LEDGER,
        "/accounts/{account}",
        "/audit.xlsx",
        "/duplicates/{warning:uuid}",
        "/audit/checks/{code}",
        "/exports/{kind}.{form}",
        "/fairness.xlsx",
        "/quota-awards/{year}",
        "/reports/{period}",
        "/reports/{period}/figures/{figure}",
        "/reports/{period}/report.xlsx",
        "/imports/{plan}",
        "/imports/{plan}/errors.xlsx",
        "/language",
        "/notice-channels/{channel:uuid}",
        "/libraries/codes/{ref}",
        "/libraries/codes/{ref}/picture.svg",
        "/libraries/layouts/{layout_name}.json",
        "/libraries/layouts/{layout_version:int}",
        "/libraries/{library}",
        "/libraries/{library}/sheet.pdf",
        "/libraries/{library}/sheet.xlsx",
        "/matches/decisions/{decision_id}",
        "/matches/objections/new",
        "/matches/objections/{objection_id:uuid}",
        "/projects/{ref}/compliance",
        "/projects/{ref}/compliance/{record}",
        "/matches/questions/{question_id}",
        "/matches/runs/{run_id}",
        "/matches/{ref}",
        "/matches/{ref}/why-not",
        "/packs/{pack_id}",
        "/overdue.xlsx",
        "/parks/{code}",
        "/parks/{code}/capacity",
        "/pool.xlsx",
        "/projects/{ref}",
        "/projects/{ref}/edit",
        "/files/{file:uuid}/content",
        "/projects/{ref}/files",
        "/projects/{ref}/files/{file:uuid}/bindings/{bound:uuid}/end",
        "/projects/{ref}/merge",
        "/intake/{offer:uuid}",
        "/investor/{code}",
        "/offer/{code}",
        "/projects/{ref}/filing",
        "/meetings/{meeting:uuid}",
        "/projects/{ref}/investor",
        "/projects/{ref}/reports/{report:uuid}",
        "/projects/{ref}/moves/{action}",
        "/projects/{ref}/{act}",
        "/templates/{kind}.{form}",
        "/todos/counts",
        "/promises.xlsx",
        "/tracking.xlsx",
        "/tracking/registers.xlsx",
        "/tracking/items/{item:uuid}/{step}",
        "/tracking/projects/{ref}",
        "/tracking/projects/{ref}/enter/{what}",
        "/tracking/sponsors/{sponsor:uuid}/end",
        "/tracking/blocks/{block:uuid}/clear",
        "/outings/{outing:uuid}/withdraw",
        "/promises/{sheet:uuid}/{seq}/pay",
        "/promises/strengths/{strength:uuid}/review",
        "/verify/{number}",
    }
)
"""Addresses that name a thing or answer with no page: they have tests of their own."""


def gets() -> list[str]:
    return [
        route.path
        for _, router in page_routers()
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    ]


def test_every_page_stands_in_the_table() -> None:
    assert set(gets()) == set(ACCESS) | ELSEWHERE


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", sorted(ACCESS))
async def test_a_page_opens_to_those_who_may(site: Site, path: str, role: Role) -> None:
    scope = ACCESS[path]
    may = scope is None or has_scope(role, scope)
    for language, lang in (("zh", "zh-CN"), ("en", "en")):
        answer = await site.get(path, role, language=language)
        assert answer.status_code == (200 if may else 403), answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert f'<html lang="{lang}">' in answer.text
        found = faults(answer.text, site.app, path)
        assert not found, "\n".join(found)
        assert len(answer.content) <= PAGE_BYTES


@pytest.mark.parametrize("path", sorted(ACCESS))
async def test_a_visitor_is_led_to_the_sign_in(site: Site, path: str) -> None:
    answer = await site.get(path)
    if ACCESS[path] is None:
        assert answer.status_code == 200
        found = faults(answer.text, site.app, path)
        assert not found, "\n".join(found)
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("row", pages(), ids=lambda row: row.path)
async def test_the_menu_leads_to_pages_that_open(site: Site, row: Page) -> None:
    path = row.path
    assert exists(site.app, "GET", path)
    for role in Role:
        if row.shown_to(role):
            assert (await site.get(path, role)).status_code == 200, role


async def test_the_counts_of_a_page_are_those_of_the_first_page(site: Site) -> None:
    counted = re.compile(r'id="(waiting-[a-z-]*)"[^>]*>(\d+)<')
    seen = 0
    for role in Role:
        first = counted.findall((await site.get("/", role)).text)
        later = await site.get("/todos/counts", role)
        assert later.status_code == 200
        assert counted.findall(later.text) == first
        assert not counted.findall((await site.get("/help", role)).text)
        seen += len(first)
    assert seen > 5
    assert (await site.get("/todos/counts")).status_code == 303


def test_open_modules_exist() -> None:
    assert {name for name, _ in page_routers()} >= OPEN


async def test_nobody_learns_whether_a_page_exists_by_asking_without_a_cookie(site: Site) -> None:
    answer = await site.get("/nowhere")
    assert answer.status_code == 404
    assert faults(answer.text, site.app, "/nowhere") == []


async def test_the_language_is_kept_and_leads_back(site: Site) -> None:
    answer = await site.get("/language?to=en&back=/help%3Fa%3D1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/help?a=1"
    assert "lang=en" in answer.headers["set-cookie"]
    away = await site.get("/language?to=en&back=https://evil.example/")
    assert away.headers["location"] == "/"
    assert (await site.get("/language?to=xx")).status_code == 422


async def test_static_files_may_be_kept_for_ever(site: Site) -> None:
    for asset in assets().values():
        answer = await site.get(asset.href)
        assert answer.status_code == 200
        assert answer.content == asset.body
        assert "immutable" in answer.headers["cache-control"]
    old = assets()["console.css"].href.replace(assets()["console.css"].digest, "0" * 12)
    assert (await site.get(old)).status_code == 404
    assert (await site.get("/static/0/nothing.css")).status_code == 404
