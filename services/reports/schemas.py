"""The shape of a report. Amounts are fen, rates keep their parts, every figure opens to its rows."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, computed_field

from allocation.statistics.periods import PeriodKind, Window
from allocation.statistics.rates import Kind, Rate
from services.reports.words import AwardState, ReportState


class Unit(StrEnum):
    """What a figure's value counts. Rates are shown in per cent and means in days; both keep their parts."""

    items = "items"  # 个
    fen = "fen"
    rate = "rate"
    mean_days = "mean_days"
    days = "days"
    mu = "mu"  # hundredths of a mu
    points = "points"  # score, in hundredths


class RateView(BaseModel):
    """The parts of a rate, of one kind, as of a day; `basis_points` is null where it divides by 0."""

    numerator: int
    denominator: int
    kind: Kind
    as_of: date

    @computed_field  # type: ignore[prop-decorator]
    @property
    def basis_points(self) -> int | None:
        """The rate in 1/10,000, halves rounded up."""
        return Rate(max(self.numerator, 0), self.denominator, self.kind, self.as_of).basis_points


class Figure(BaseModel):
    """One figure: a value, or a rate. `region` is the county it is of, null for the whole city.

    `code` names it among the report's figures: `signed.now.count`, `contract_rate.amount`.
    """

    code: str
    region: str | None
    name: str
    unit: Unit
    kind: Kind
    window: Window | None
    value: int | None
    rate: RateView | None
    as_of: date
    preliminary: bool
    floor_bp: int | None = None
    below_floor: bool = False
    rows: str


class Section(BaseModel):
    """Figures that belong together, in reading order, with what is to be said of how they are counted."""

    code: str
    title: str
    note: str
    figures: list[Figure]


class LeagueLine(BaseModel):
    """A county's place by one figure. Equal figures share a place, and the next place is left out."""

    rank: int | None
    region: str
    region_name: str
    figure: Figure


class League(BaseModel):
    """Counties by one figure, the first first."""

    code: str
    title: str
    lines: list[LeagueLine]


class Correction(BaseModel):
    """更正: what a frozen earlier period would show today, beside what it and later corrections said."""

    period: str
    figure: Figure
    stated: int
    corrected: int


class Report(BaseModel):
    """A month's, quarter's or year's report as one person may read it.

    `region` is the county whose own figures these are, null for the whole city's. `preliminary` says that it
    is not frozen. `sha256` names the frozen content.
    """

    city: str
    city_name: str
    period: str
    kind: PeriodKind
    region: str | None
    as_of: date
    state: ReportState
    preliminary: bool
    sha256: str | None
    frozen_at: datetime | None
    sections: list[Section]
    leagues: list[League]
    sentences: list[str]
    corrections: list[Correction]

    def figure(self, code: str, region: str | None = None) -> Figure:
        """Return one figure, the report's own region's where none is named.

        Raises:
            KeyError: the report has none of that name.
        """
        wanted = region or self.region
        shown = [figure for section in self.sections for figure in section.figures]
        shown += [line.figure for league in self.leagues for line in league.lines]
        for figure in shown:
            if figure.code == code and figure.region == wanted:
                return figure
        raise KeyError(code)


class RowView(BaseModel):
    """One row of a figure: `part` says whether it stands above or below a rate's line.

    `link` is where the thing itself is shown; null where this person may not open it.
    """

    part: str
    ref: str
    name: str
    region: str
    region_name: str
    amount: int
    note: str
    link: str | None


class FigureRows(BaseModel):
    """A figure with its rows; `withheld` tells how many rows this person may not see.

    `adds` tells of each part whether its rows are counted or their amounts added up; `unit` is of amounts.
    """

    figure: Figure
    unit: Unit
    adds: dict[str, Kind]
    rows: list[RowView]
    withheld: int


class FreezeOffer(BaseModel):
    """Where the freeze of a report stands, and which step this person may take.

    `sha256` names the content that was asked to be frozen; null where nobody asked. Periods are frozen in
    order: `skips` are the earlier ones that this freeze would leave out for good, `first` says that none of
    the kind was frozen before, `too_late` that a later one was and this cannot be any more.
    """

    may_ask: bool
    may_freeze: bool
    asked_by: str | None
    asked_on: date | None
    sha256: str | None
    skips: list[str]
    first: bool
    too_late: bool


class AwardLineView(BaseModel):
    """One county's award: its place, and its land quota in hundredths of a mu."""

    place: int
    region: str
    region_name: str
    mu: int


class AwardView(BaseModel):
    """用地指标奖励 of a year, as this person may read it."""

    year: int
    state: AwardState
    revision: int
    made_by: str
    made_on: date
    confirmed_by: str | None
    confirmed_on: date | None
    lines: list[AwardLineView]
    may_confirm: bool
    may_withdraw: bool
