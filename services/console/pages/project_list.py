"""项目共享池 and 我的项目: lists whose filters stand in the address, and the pool as a workbook."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from allocation.lifecycle import POOL_STATES, State
from auth.principal import Principal, Role
from auth.scopes import Scope
from services.console import project_words as words
from services.console.frame import render
from services.console.pool_card import rules_of
from services.console.session import NeedsScope
from services.interchange.writing import SheetOut, write_workbook
from services.kit.database import SessionDep
from services.kit.i18n import Locale, gettext, lazy, locale_of
from services.projects import service
from services.projects.bands import DIVISIONS, INVESTMENT_BANDS, LAND_BANDS
from services.projects.schemas import Filters
from services.projects.views import AnyView
from services.projects.words import STATE_LABELS
from services.regions.repo import load_counties, unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Short = Annotated[str, Query(max_length=50)]
PAGE_ROWS = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ListScope = Literal["pool", "origin", "host", "offered", "all"]

TABS: dict[str, str] = {
    "origin": lazy("我登记的"),
    "host": lazy("我承接的"),
    "offered": lazy("收到的推荐和申领"),
    "all": lazy("全部项目"),
}


class Asked:
    """The filters of the address; what is not known is as if not given."""

    def __init__(
        self,
        q: Short = "",
        state: Short = "",
        division: Short = "",
        investment: Short = "",
        land: Short = "",
        origin: Short = "",
    ) -> None:
        self.q = q.strip()
        self.state = state if state in STATE_LABELS else ""
        self.division = division if division in DIVISIONS else ""
        self.investment = investment if investment in {band.code for band in INVESTMENT_BANDS} else ""
        self.land = land if land in {band.code for band in LAND_BANDS} else ""
        self.origin = origin if len(origin) == 6 and origin.isascii() and origin.isdigit() else ""  # noqa: PLR2004 - a region code

    def filters(self, scope: ListScope, *, with_origin: bool) -> Filters:
        """Return the list's filters."""
        return Filters(
            scope=scope,
            q=self.q,
            state=self.state,
            division=self.division,
            investment=self.investment,
            land=self.land,
            origin=self.origin if with_origin else "",
        )


async def _show(
    request: Request,
    principal: Principal,
    session: SessionDep,
    template: str,
    filters: Filters,
    cursor: str | None,
    **more: Any,
) -> Response:
    page = await service.list_page(
        session,
        principal,
        filters,
        secret=request.app.state.settings.secret.get_secret_value(),
        cursor=cursor or None,
        limit=PAGE_ROWS,
    )
    locale = locale_of(request)
    pool_only = filters.scope in {"pool", "offered"}
    states = [state for state in State if not pool_only or state in POOL_STATES]
    return render(
        request,
        principal,
        template,
        page=page,
        rows=[_row(view, locale) for view in page.items],
        names=await unit_names(session, principal.city),
        counties=[(row.code, row.name) for row in await load_counties(session, principal.city)],
        states=[(state.value, gettext(STATE_LABELS[state], locale)) for state in states],
        divisions=[(code, f"{code} {gettext(label, locale)}") for code, label in DIVISIONS.items()],
        investments=[(band.code, gettext(band.label, locale)) for band in INVESTMENT_BANDS],
        lands=[(band.code, gettext(band.label, locale)) for band in LAND_BANDS],
        asked=filters,
        is_office=principal.role is Role.city_office,
        fragment="list",
        **more,
    )


def _row(view: AnyView, locale: Locale) -> dict[str, Any]:
    return {
        "id": getattr(view, "id", None),
        "title": words.title_of(view),
        "code": getattr(view, "code", getattr(view, "code_name", "")),
        "investor": getattr(view, "investor_name", ""),
        "industry": words.industry_text(view, locale),
        "state": words.state_tag(view.state, locale) if hasattr(view, "state") else "",
        "step": words.step_of(view.state) if hasattr(view, "state") else -1,
        "origin": getattr(view, "origin", None),
        "host": getattr(view, "host_county", None),
        "investment": words.investment_text(view, locale),
        "land": words.land_text(view, locale),
        "deadline": getattr(view, "land_deadline", None),
        "until": getattr(view, "protected_until", None)
        if getattr(view, "state", None) is State.accepted
        else None,
        "masked": view.view in {"sealed", "proposed", "auditor"},
        "own": view.view == "owner",
    }


@router.get("/pool")
async def pool(
    request: Request,
    principal: Reader,
    session: SessionDep,
    asked: Annotated[Asked, Depends()],
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """List the pool, masked for outsiders."""
    filters = asked.filters("pool", with_origin=principal.role is Role.city_office)
    rules = await rules_of(session, principal, locale_of(request))
    return await _show(request, principal, session, "projects/pool.html", filters, cursor, rules=rules)


@router.get("/pool.xlsx")
async def pool_workbook(
    request: Request, principal: Reader, session: SessionDep, asked: Annotated[Asked, Depends()]
) -> Response:
    """Give the displayed columns of all rows of the current filter as a workbook."""
    locale = locale_of(request)
    filters = asked.filters("pool", with_origin=principal.role is Role.city_office)
    names = await unit_names(session, principal.city)
    header = [
        gettext(text, locale)
        for text in (
            lazy("编号或代号"),
            lazy("项目"),
            lazy("产业"),
            lazy("状态"),
            lazy("登记县区"),
            lazy("投资（万元）"),
            lazy("用地（亩）"),
            lazy("最迟供地日期"),
        )
    ]
    views = await service.list_rows(session, principal, filters)
    sheet = SheetOut(
        gettext(lazy("项目共享池"), locale), [header, *(_cells(view, names, locale) for view in views)]
    )
    data = await asyncio.to_thread(write_workbook, sheet)
    return Response(
        data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="pool.xlsx"'}
    )


def _cells(view: AnyView, names: dict[str, str], locale: Locale) -> Sequence[str]:
    row = _row(view, locale)
    state = gettext(STATE_LABELS[cast("State", getattr(view, "state", State.pooled))], locale)
    return [
        str(row["code"]),
        str(row["title"]),
        str(row["industry"]),
        state,
        names.get(str(row["origin"]), ""),
        str(row["investment"]),
        str(row["land"]),
        str(row["deadline"] or ""),
    ]


@router.get("/projects")
async def projects(
    request: Request,
    principal: Reader,
    session: SessionDep,
    asked: Annotated[Asked, Depends()],
    scope: Annotated[str, Query(max_length=10)] = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """List one's own projects, by what one is to them."""
    open_tabs = tabs_of(principal)
    chosen = cast("ListScope", scope if scope in open_tabs else open_tabs[0])
    filters = asked.filters(chosen, with_origin=principal.role is Role.city_office)
    locale = locale_of(request)
    tabs = [(f"/projects?scope={key}", gettext(TABS[key], locale), key == chosen) for key in open_tabs]
    road = [gettext(text, locale) for text, _ in words.ROAD]
    template = "projects/names.html" if principal.role in FINANCE else "projects/mine.html"
    return await _show(
        request, principal, session, template, filters, cursor, tabs=tabs, scope=chosen, road=road
    )


FINANCE = frozenset({Role.county_finance, Role.city_finance})


def tabs_of(principal: Principal) -> list[str]:
    """Return the lists that somebody has."""
    if principal.role in {Role.county_officer, Role.county_leader, Role.park_officer}:
        return ["origin", "host", "offered"]
    if principal.role is Role.city_office:
        return ["all", "origin", "host", "offered"]
    return ["all"]
