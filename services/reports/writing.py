"""A report written for one reader: names in the reader's language, and no county but one's own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from allocation.statistics.periods import Period, Window
from allocation.statistics.ranks import places
from allocation.statistics.rates import Rate
from services.funds.words import ACTORS
from services.kit.i18n import Locale, gettext, lazy
from services.reports.schemas import (
    Correction,
    Figure,
    League,
    LeagueLine,
    RateView,
    Report,
    Section,
    Unit,
)
from services.reports.sentences import sentences
from services.reports.spec import Spec
from services.reports.specs import SPECS
from services.reports.stating import Corrected, Stated
from services.reports.words import NOTES, SECTIONS, ReportState, SectionCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a report says, of all regions: computed now, or read as it was frozen."""

    period: Period
    as_of: date
    state: ReportState
    figures: tuple[Stated, ...]
    corrections: tuple[Corrected, ...] = ()
    sha256: str | None = None
    frozen_at: datetime | None = None

    def asked(self) -> Self:
        """Return it as one that is asked to be frozen."""
        return replace(self, state=ReportState.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: the one region that is shown, or null for all; whether other counties' places are too."""

    region: str | None
    leagues: bool
    locale: Locale


def written(content: Content, reader: Reader, city: str, names: Mapping[str, str]) -> Report:
    """Write a report for a reader."""
    mine = [one for one in content.figures if one.region == reader.region]
    return Report(
        city=city,
        city_name=names[city],
        period=content.period.code,
        kind=content.period.kind,
        region=reader.region,
        as_of=content.as_of,
        state=content.state,
        preliminary=content.state is not ReportState.frozen,
        sha256=content.sha256,
        frozen_at=content.frozen_at,
        sections=list(_sections(content, mine, reader)),
        leagues=list(_leagues(content, reader, names)) if reader.leagues else [],
        sentences=list(sentences(content.figures, content.as_of, reader.region, names, reader.locale)),
        corrections=[
            correction(content, one, reader) for one in content.corrections if one.region == reader.region
        ],
    )


def figure(content: Content, stated: Stated, locale: Locale) -> Figure:
    """Write one figure."""
    spec = SPECS[stated.code]
    kind, rate = spec.shown_kind or spec.kind, None
    if stated.below is not None:
        rate = RateView(numerator=stated.value, denominator=stated.below, kind=kind, as_of=content.as_of)
    return Figure(
        code=spec.code,
        region=stated.region,
        name=_name(spec, locale),
        unit=spec.unit,
        kind=kind,
        window=spec.window,
        value=stated.value if rate is None else None,
        rate=rate,
        as_of=content.as_of,
        preliminary=content.state is not ReportState.frozen,
        floor_bp=stated.floor_bp,
        below_floor=_below(content, spec, stated),
        rows=_address(content, spec.code, stated.region),
    )


def _name(spec: Spec, locale: Locale) -> str:
    said = gettext(spec.name, locale)
    if spec.actor is None:
        return said
    return gettext(lazy("{actor}：{name}"), locale, actor=gettext(ACTORS[spec.actor], locale), name=said)


def correction(content: Content, one: Corrected, reader: Reader) -> Correction:
    """Write a correction: its figure is the difference, which opens to the rows that came and went."""
    spec = SPECS[f"{one.step}.{Window.now}.{one.kind.value}"]
    shown = Figure(
        code=one.code,
        region=one.region,
        name=gettext(spec.name, reader.locale),
        unit=spec.unit,
        kind=one.kind,
        window=None,
        value=one.corrected - one.stated,
        rate=None,
        as_of=content.as_of,
        preliminary=content.state is not ReportState.frozen,
        rows=_address(content, one.code, one.region),
    )
    return Correction(period=one.period, figure=shown, stated=one.stated, corrected=one.corrected)


def _address(content: Content, code: str, region: str | None) -> str:
    asked = f"?region={region}" if region else ""
    return f"/v1/reports/{content.period.code}/figures/{code}/rows{asked}"


def _below(content: Content, spec: Spec, stated: Stated) -> bool:
    if stated.below is None or stated.floor_bp is None:
        return False
    return Rate(max(stated.value, 0), stated.below, spec.kind, content.as_of).below(stated.floor_bp)


def _sections(content: Content, mine: Sequence[Stated], reader: Reader) -> Iterable[Section]:
    for code in SectionCode:
        figures = [figure(content, one, reader.locale) for one in mine if SPECS[one.code].section is code]
        if figures:
            yield Section(
                code=code.value,
                title=gettext(SECTIONS[code], reader.locale),
                note=gettext(NOTES[code], reader.locale),
                figures=figures,
            )


def _leagues(content: Content, reader: Reader, names: Mapping[str, str]) -> Iterable[League]:
    for spec in SPECS.values():
        if not spec.public:
            continue
        lines = [one for one in content.figures if one.code == spec.code and one.region is not None]
        if not lines:
            continue
        figures = {str(one.region): figure(content, one, reader.locale) for one in lines}
        ranks = places({str(one.region): _worth(spec, one) for one in lines})
        yield League(
            code=spec.code,
            title=gettext(spec.name, reader.locale),
            lines=[
                LeagueLine(rank=rank, region=code, region_name=names[code], figure=figures[code])
                for code, rank in sorted(ranks.items(), key=lambda item: (item[1] or len(ranks) + 1, item[0]))
            ],
        )


def _worth(spec: Spec, stated: Stated) -> tuple[int, int] | None:
    """Return what a place goes by, as a fraction; None where there is nothing to divide by."""
    if spec.unit is not Unit.rate:
        return stated.value, 1
    return (stated.value, stated.below) if stated.below else None
