"""Funds and targets as the API and the pages show them, and what they take.

Money in fen of yuan; `amount` in hundredths of its currency: fen, or US cents. Months are YYYY-MM.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from allocation.statistics.goals import Actor
from allocation.statistics.rates import Kind, Rate
from services.funds.words import Currency, EntryState
from services.projects.words import FundKind

_MOST = 2**53 - 1
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Words = Annotated[str, Field(min_length=1, max_length=500)]
Year = Annotated[int, Field(ge=2000, le=2100)]


class Strict(BaseModel):
    """A form: nothing unknown, no blanks around texts."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class FundForm(Strict):
    """What was paid in for a project in a month.

    A correction names the month that it corrects and is a difference, which may be negative. A revision
    names the confirmed entry that it replaces. Both say why.
    """

    project: Annotated[str, Field(min_length=1, max_length=40)]
    month: Month
    fund_kind: FundKind
    currency: Currency = Currency.yuan
    amount: Annotated[int, Field(ge=-_MOST, le=_MOST)]
    evidence: Words
    files: Annotated[list[UUID], Field(max_length=20)] = []
    corrects_month: Month | None = None
    replaces: UUID | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class Because(Strict):
    """Why an entry is refused or withdrawn."""

    reason: Words


class RateForm(Strict):
    """Yuan per US dollar of a month in 1/10,000 (7.0850 is 70850), and where it is printed."""

    month: Month
    rate_e4: Annotated[int, Field(ge=1, le=9_999_999)]
    source: Words


class CloseForm(Strict):
    """The month to close, with all before it."""

    month: Month


class GoalForm(Strict):
    """A unit's target of a year, from a day on, by a document."""

    year: Year
    actor: Actor
    unit: Annotated[str, Field(max_length=100)] = ""
    indicator: Annotated[str, Field(max_length=100)]
    value: Annotated[int, Field(ge=1, le=_MOST)]
    value_unit: Annotated[str, Field(max_length=20)] = ""
    effective_from: date
    document_no: Annotated[str, Field(max_length=100)]
    reason: Words


class Source(StrEnum):
    """Where a row comes from: a file that the office loaded, or a county's entry."""

    file = "file"
    entry = "entry"


class FundFilter(BaseModel):
    """Which rows are asked for; `county` is the host's."""

    year: int | None = None
    month: str | None = None
    fund_kind: FundKind | None = None
    county: str | None = None
    park: str | None = None
    project: str | None = None
    state: EntryState | None = None


class FundRow(BaseModel):
    """One row of funds; `fen` is None for dollars whose month has no rate: they are not counted.

    `name` is the project's name, for an auditor its code name.
    """

    source: Source
    entry: UUID | None
    project: str
    name: str
    host: str
    host_name: str
    park: str | None
    month: str
    fund_kind: FundKind
    currency: Currency
    amount: int
    rate_e4: int | None
    fen: int | None
    evidence: str
    corrects_month: str | None
    state: EntryState


class FundPage(BaseModel):
    """One page of rows, with the count and the sum of all rows that count under the same filter."""

    items: list[FundRow]
    next: str | None
    total: int
    counted_fen: int
    unconverted: int


class EntryView(FundRow):
    """One entry with its course, its files, and what this person may do with it."""

    id: UUID
    revision: int
    reason: str
    replaces: UUID | None
    replaced_by: UUID | None
    made_name: str
    made_on: date
    checked_name: str
    checked_on: date | None
    ended_on: date | None
    end_reason: str
    files: list["EntryFile"]
    may_check: bool
    may_withdraw: bool
    may_revise: bool


class EntryFile(BaseModel):
    """A file that proves an entry."""

    id: UUID
    name: str
    proves: str


class RateView(BaseModel):
    """A rate: what it divides by what, whether projects or fen, and as of which day."""

    numerator: int
    denominator: int
    kind: Kind
    as_of: date
    basis_points: int | None

    @classmethod
    def of(cls, rate: Rate) -> "RateView":
        """Show a rate."""
        return cls(
            numerator=rate.numerator,
            denominator=rate.denominator,
            kind=rate.kind,
            as_of=rate.as_of,
            basis_points=rate.basis_points,
        )


class MonthLine(BaseModel):
    """A month: what was paid in, up to it in the year, in the same month of the year before, up to that."""

    month: str
    fen: int
    cumulative_fen: int
    year_ago_fen: int
    year_ago_cumulative_fen: int
    closed: bool


class ShareLine(BaseModel):
    """What one county, park, kind or project paid in within the span, and by the same month a year ago."""

    key: str
    name: str
    fen: int
    year_ago_fen: int


class Summary(BaseModel):
    """A year's funds up to a month, as far as one sees them.

    `target` is what was paid in over the yearly target of 到位资金, None without one. `rate` is 资金到位率.
    `unconverted` counts rows in dollars whose month has no rate.
    """

    year: int
    through: str
    county: str | None
    as_of: date
    closed_through: str | None
    total_fen: int
    year_ago_fen: int
    months: list[MonthLine]
    kinds: list[ShareLine]
    counties: list[ShareLine]
    parks: list[ShareLine]
    target: RateView | None
    rate: RateView
    unconverted: int


class ExchangeRateView(BaseModel):
    """A month's rate: yuan per US dollar in 1/10,000; the highest version counts."""

    month: str
    version: int
    rate_e4: int
    source: str
    made_name: str
    made_on: date


class ExchangeRates(BaseModel):
    """All rates, latest month first."""

    items: list[ExchangeRateView]


class CloseView(BaseModel):
    """A closed month."""

    month: str
    made_name: str
    made_on: date


class Closes(BaseModel):
    """The closed months, latest first, and the month that takes corrections of them."""

    items: list[CloseView]
    open: str | None


class GoalView(BaseModel):
    """A target with its progress; `version` is 0 for one that a file brought.

    `progress` is None where this program keeps no record to count from, or does not know the indicator.
    `behind`: less is done than the part of the year that has passed.
    """

    actor: Actor
    unit: str
    unit_name: str
    year: int
    indicator: str
    value: int
    value_unit: str
    version: int
    effective_from: date | None
    document_no: str
    progress: RateView | None
    behind: bool


class Goals(BaseModel):
    """A year's targets with their progress, and the share of new customers where one sees the whole city."""

    year: int
    as_of: date
    items: list[GoalView]
    new_customers: RateView | None
