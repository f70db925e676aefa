"""Summary, register and forecast as the API answers them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from allocation.sharing.statement import Direction
from services.settlement.forecasts import YearForecast
from services.settlement.schemas import (
    AgeView,
    CountyForecastView,
    CountyLineView,
    ForecastLine,
    ForecastView,
    OpenView,
    RegisterView,
    SubjectView,
    SummaryView,
)
from services.settlement.summary import Summary
from services.settlement.unsettled import OpenItem, ageing


def summary_view(found: Summary) -> SummaryView:
    """A year's summary."""
    return SummaryView(
        year=found.year,
        complete=found.complete,
        up_fen=found.up_fen,
        down_fen=found.down_fen,
        city_net_fen=found.city_net_fen,
        sha256=found.sha256,
        counties=[
            CountyLineView(
                county=line.county,
                county_name=line.county_name,
                number=line.number,
                version=line.version,
                state=line.state,
                counted=line.counted,
                up_fen=line.up_fen,
                down_fen=line.down_fen,
                net_fen=line.net_fen,
            )
            for line in found.counties
        ],
        subjects=[SubjectView(**asdict(line)) for line in found.subjects],
    )


def register_view(items: Sequence[OpenItem], on: date) -> RegisterView:
    """What is open on a day, and how old it is."""
    names = {one.county: one.county_name for one in items}
    return RegisterView(
        on=on,
        interest_on=any(one.interest_fen for one in items),
        items=[OpenView(**asdict(one), open_fen=one.open_fen) for one in items],
        ageing=[
            AgeView(
                county=county,
                county_name=names[county],
                direction=direction,
                fen=classes,
                total_fen=sum(classes.values()),
            )
            for direction in Direction
            for county, classes in ageing(items, direction, on).items()
        ],
    )


def forecast_view(found: YearForecast) -> ForecastView:
    """A year's estimate."""
    return ForecastView(
        year=found.year,
        first_month=found.first_month,
        last_month=found.last_month,
        agreements=[
            ForecastLine(
                agreement=one.agreement,
                agreement_id=one.agreement_id,
                project=one.project,
                host=one.host,
                host_name=one.host_name,
                origin=one.origin,
                origin_name=one.origin_name,
                retained_fen=one.figures.retained_fen,
                low_fen=one.figures.low_fen,
                middle_fen=one.figures.middle_fen,
                high_fen=one.figures.high_fen,
            )
            for one in found.agreements
        ],
        counties=[
            CountyForecastView(
                county=one.county,
                county_name=one.county_name,
                up_fen=list(one.up_fen),
                down_fen=list(one.down_fen),
            )
            for one in found.counties
        ],
    )
