"""产业地图: counties by one figure, what flows between them, and the same figures as a table."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.principal import Principal, Role
from auth.scopes import Scope
from services.console.filters import NOTHING, mu, number
from services.console.frame import render
from services.console.session import NeedsScope
from services.kit.charts import Frame, Link, flows
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import Locale, gettext, lazy, locale_of
from services.maps.drawing import Arrow, Unit, draw
from services.maps.indicators import indicators
from services.maps.schemas import CountyFigures, Indicator, MapIndicators
from services.maps.service import map_in_force

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.regions_read))]
INDICATORS: Final[Mapping[Indicator, str]] = {
    Indicator.outflow: lazy("流出（个）"),
    Indicator.inflow: lazy("承接（个）"),
    Indicator.signed: lazy("落地（个）"),
    Indicator.land: lazy("可用土地（亩）"),
}


@router.get("/map")
async def show_map(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    by: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the map by one figure; what is no figure is as if not given."""
    chosen = Indicator(by) if by in set(Indicator) else _first(principal)
    locale = locale_of(request)
    found = await indicators(session, principal, await clock.today(session, principal.city))
    values = [value for row in found.counties if (value := row.of(chosen)) is not None]
    title = gettext(INDICATORS[chosen], locale)
    return render(
        request,
        principal,
        "maps/show.html",
        found=found,
        chosen=chosen,
        choices=[(one.value, gettext(text, locale)) for one, text in INDICATORS.items()],
        columns=INDICATORS,
        title=title,
        links={row.region: _link(principal, chosen, row.region) for row in found.counties},
        picture=draw(
            Frame(name="map", title=title, locale=locale),
            await map_in_force(session, principal.city),
            [_unit(principal, chosen, row) for row in found.counties],
            [Arrow(origin=row.origin, host=row.host, count=row.count) for row in found.flows],
            _written(chosen, max(values, default=0)),
        ),
        ribbons=_ribbons(found, locale),
    )


def _first(principal: Principal) -> Indicator:
    """What is shown first: land to those who see no flows."""
    seen = principal.role in {Role.city_office, Role.county_officer, Role.county_leader, Role.park_officer}
    return Indicator.outflow if seen else Indicator.land


def _written(indicator: Indicator, value: int | None) -> str:
    if value is None:
        return NOTHING
    return mu(value) if indicator is Indicator.land else number(value)


def _unit(principal: Principal, indicator: Indicator, row: CountyFigures) -> Unit:
    value = row.of(indicator)
    return Unit(
        code=row.region,
        name=row.name,
        value=value,
        text=_written(indicator, value),
        href=_link(principal, indicator, row.region),
    )


def _link(principal: Principal, indicator: Indicator, county: str) -> str:
    """Where a county leads: its leads in the pool for who may ask for them, else its parks."""
    if indicator is Indicator.outflow and principal.role is Role.city_office:
        return f"/pool?origin={county}"
    return f"/parks?county={county}"


def _ribbons(found: MapIndicators, locale: Locale) -> object:
    names = {row.region: row.name for row in found.counties}
    return flows(
        Frame(name="flows", title=gettext(lazy("县区之间的流转"), locale), locale=locale),
        [Link(names[row.origin], names[row.host], row.count, f"{row.count:,}") for row in found.flows],
        heads=(
            gettext(lazy("首谈地"), locale),
            gettext(lazy("承接地"), locale),
            gettext(lazy("项目（个）"), locale),
        ),
        ends=(gettext(lazy("流出"), locale), gettext(lazy("承接"), locale)),
    )
