"""A report as the data stand: which rows there are, and what they state."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.canonical import sha256_of
from allocation.statistics.corrections import Key, corrections, steps_by_period
from allocation.statistics.periods import Period, PeriodKind, Window
from allocation.statistics.rates import Rate
from allocation.statistics.rowsets import Row, Rows, cohorts, stages
from allocation.statistics.scores import points
from services.regions.repo import load_regions
from services.regions.settings import CitySettings, settings_on
from services.regions.tables import RegionKind
from services.reports import queries, repo, sources
from services.reports.specs import SCORED, SPECS
from services.reports.stating import Corrected, Stated, corrected, states
from services.reports.words import ReportState
from services.reports.writing import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a report says, with every row that says it."""

    content: Content
    rows: Mapping[str, Rows]

    @property
    def sha256(self) -> str:
        """The hash that names figures and rows together."""
        return sha_of(
            self.content.period.code,
            self.content.as_of,
            self.content.figures,
            self.content.corrections,
            self.rows,
        )


def sha_of(
    period: str,
    as_of: date,
    figures: tuple[Stated, ...],
    corrections: tuple[Corrected, ...],
    rows: Mapping[str, Rows],
) -> str:
    """Hash a report's content."""
    return sha256_of(
        "report",
        {
            "period": period,
            "as_of": as_of.isoformat(),
            "figures": [one.kept() for one in figures],
            "corrections": [one.kept() for one in corrections],
            "rows": {
                name: [[row.ref, row.region, row.amount] for row in mine] for name, mine in rows.items()
            },
        },
    )


async def counted(session: AsyncSession, city: str, period: Period, today: date) -> Counted:
    """Count a period as the data stand today; a period that is not over as far as it has come."""
    as_of = min(period.last, today)
    courses = await queries.courses(session, city, period.since)
    known: Mapping[Key, Counter[Row]] = await repo.known(
        session, city, period.kind, period.since, period.first
    )
    spans = period.spans(as_of)
    rows = stages(courses, spans) | cohorts(courses, period, as_of)
    paid_rows, paid = await sources.funds(session, city, period, as_of, courses)
    rows |= paid_rows
    rows |= await sources.targets(session, city, period, as_of, paid)
    rows |= await sources.dated(session, city, spans)
    rows |= await sources.credit(session, city, period, as_of)
    rows |= await sources.chased(session, city, spans[Window.ytd])
    rows |= await sources.alarms(session, city, period, as_of)
    rows |= await sources.fairness(session, city, as_of)
    if known:
        rows |= corrections(known, steps_by_period(courses, period.kind))
    regions = await load_regions(session, city)
    codes = [row.code for row in regions]
    settings = await settings_on(session, city, as_of)
    elapsed = period.elapsed_bp(as_of)
    figures = list(states(rows, codes, settings, elapsed))
    if period.kind is PeriodKind.year:
        counties = [row.code for row in regions if row.kind is RegionKind.county]
        rows["score"] = scores(figures, counties, settings, as_of)
        figures += states({"score": rows["score"]}, counties, settings, elapsed)
    content = Content(
        period=period,
        as_of=as_of,
        state=ReportState.open,
        figures=tuple(figures),
        corrections=tuple(corrected(known, rows, codes)),
    )
    return Counted(content=content, rows=rows)


def scores(figures: Sequence[Stated], counties: Sequence[str], settings: CitySettings, as_of: date) -> Rows:
    """Return what each part adds to each county's score, in hundredths of a point."""
    known = {(one.code, one.region): one for one in figures if one.code in SCORED}
    found = []
    for county in counties:
        parts = {}
        for code, weight in SCORED.items():
            one = known.get((code, county))
            if one is not None and one.below is not None:
                rate = Rate(max(one.value, 0), one.below, SPECS[code].kind, as_of)
                parts[code] = (rate, int(getattr(settings, weight)))
        found += [Row(code, county, amount) for code, amount in points(parts).items()]
    return tuple(found)
