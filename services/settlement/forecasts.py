"""Next year's shares for the budget, by agreement and county: an estimate from the last twelve months."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.forecast import Forecast, forecast, last_months
from auth.principal import Principal
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.known import last_known
from services.ledger import repo
from services.ledger.calculation import read_knowledge, retained_of
from services.ledger.visibility import county_of
from services.settlement.errors import BadYear

YEARS_AHEAD = 10
"""Further off, last year's receipts say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementForecast:
    """What an agreement may bring in a year: from host to origin."""

    agreement: str
    agreement_id: str
    project: str
    host: str
    host_name: str
    origin: str
    origin_name: str
    figures: Forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyForecast:
    """What a county may give up and receive in a year, low, middle and high."""

    county: str
    county_name: str
    up_fen: tuple[int, int, int]
    down_fen: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearForecast:
    """A year's estimate: from which months, by agreement, by county."""

    year: int
    first_month: str
    last_month: str
    agreements: tuple[AgreementForecast, ...]
    counties: tuple[CountyForecast, ...]


async def read_forecast(session: AsyncSession, principal: Principal, year: int, today: date) -> YearForecast:
    """Estimate a year as a person may see it: its own county's agreements, or all.

    Raises:
        BadYear: the year is over, or too far off.
    """
    months = last_months(today)
    if not today.year <= year <= today.year + YEARS_AHEAD:
        raise BadYear(errors=[FieldError("/year", "range", lazy("只能预测本年至今后十年"))])
    own = county_of(principal)
    city = principal.city
    knowledge = await read_knowledge(session, city, await last_known(session, city))
    names = await repo.region_names(session, city)
    found = []
    for agreed in knowledge.agreements:
        if not agreed.paid_in_money or own not in (None, agreed.host, agreed.origin):
            continue
        firm = agreed.credit_code or ""
        receipts = [
            retained_of(row, knowledge.levels, city)
            for row in knowledge.receipts.get(firm, ())
            if row["treasury"] == agreed.host
            and (agreed.ended_on is None or row["paid_on"] <= agreed.ended_on)
        ]
        given = [
            repo.incentive_of(row)
            for row in knowledge.incentives.get(firm, ())
            if row["county"] == agreed.host
        ]
        figures = forecast(agreed.versions, receipts, given, today=today, year=year, ended_on=agreed.ended_on)
        found.append(
            AgreementForecast(
                agreement=agreed.code,
                agreement_id=str(agreed.id),
                project=agreed.project_code,
                host=agreed.host,
                host_name=names.get(agreed.host, agreed.host),
                origin=agreed.origin,
                origin_name=names.get(agreed.origin, agreed.origin),
                figures=figures,
            )
        )
    return YearForecast(
        year=year,
        first_month=months[0],
        last_month=months[-1],
        agreements=tuple(found),
        counties=_counties(found, own, names),
    )


def _counties(
    found: list[AgreementForecast], own: str | None, names: dict[str, str]
) -> tuple[CountyForecast, ...]:
    """Add the agreements up for each county, both ways."""
    codes = sorted({code for one in found for code in (one.host, one.origin) if own in (None, code)})
    return tuple(
        CountyForecast(
            county=code,
            county_name=names.get(code, code),
            up_fen=_sum([one.figures for one in found if one.host == code]),
            down_fen=_sum([one.figures for one in found if one.origin == code]),
        )
        for code in codes
    )


def _sum(figures: list[Forecast]) -> tuple[int, int, int]:
    return (
        sum(one.low_fen for one in figures),
        sum(one.middle_fen for one in figures),
        sum(one.high_fen for one in figures),
    )
