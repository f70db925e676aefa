"""What goes out around the pool: limits, meetings, visits, what an investor sees, the province, losses."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.pooling.words import Door, InvestorAction, ReferralReason, ReferralState, Ruling
from services.projects.pool_words import Position


class Answer(BaseModel):
    """The base of what goes out."""

    model_config = ConfigDict(frozen=True)


class OpenHoldAnswer(Answer):
    """A hold that is not signed yet."""

    project: str
    code_name: str
    held_on: date
    last_evidence: date | None
    evidence_due: date
    late: bool


class RulesAnswer(Answer):
    """The rules box: what a county may do in the pool today, before anybody clicks."""

    county: str
    on: date
    open_holds: int
    hold_cap: int
    cool_down_days: int
    cooling_until: date | None
    applied_today: int
    application_cap: int
    quarantine_days: int
    evidence_days: int
    against_application: list[str]
    against_hold: list[str]
    holds: list[OpenHoldAnswer]


class NameAnswer(Answer):
    """The name, for those who may read it."""

    name: str
    investor_name: str


class ReportAnswer(Answer):
    """A report and what was found of it."""

    id: UUID
    county: str
    what: str
    evidence: str
    reported_on: date
    ruling: Ruling | None
    reason: str
    ruled_on: date | None
    revision: int


class VisitAnswer(Answer):
    """A joint visit."""

    county: str
    park: str
    visited_on: date
    origin_present: bool
    origin_people: str
    host_people: str
    investor_people: str
    record: str
    files: list[str]


class OpinionAnswer(Answer):
    """A written opinion."""

    body: str
    position: Position
    opinion: str
    document: str
    given_on: date
    by_name: str


class ItemAnswer(Answer):
    """An item with its opinions, and the park that the minutes assign it to."""

    id: UUID
    project: str
    name: str
    investment_fen: int
    question: str
    candidates: list[str]
    opinions: list[OpinionAnswer]
    opinions_needed: int
    park: str | None
    reason: str


class MeetingAnswer(Answer):
    """A joint meeting."""

    id: UUID
    title: str
    held_on: date
    agenda: str
    minutes_no: str | None
    minutes_on: date | None
    items: list[ItemAnswer]
    revision: int


class MeetingsAnswer(Answer):
    """All joint meetings, latest first."""

    items: list[MeetingAnswer]


class LinkAnswer(Answer):
    """A code that was issued; the code itself is told once."""

    id: UUID
    contact: str
    issued_on: date
    expires_on: date
    revoked_on: date | None
    code: str | None = None


class ActAnswer(Answer):
    """What was done with an investor's code."""

    door: Door
    action: InvestorAction
    counties: list[str]
    park: str | None
    at: datetime


class PlaceOption(Answer):
    """What one place offers, as the investor sees it: never a score, a rank or a share."""

    park: str
    park_name: str
    county_name: str
    land_mu: int
    hall_m2: int
    energy_tce: int
    water_td: int
    ready_on: date
    promises: str
    chosen: bool


class CountyOption(Answer):
    """A county that would like to speak with the investor."""

    county: str
    name: str
    agreed: bool


class InvestorView(Answer):
    """All that the investor sees: its own project, the places that offer, one contact, where it stands."""

    project: str
    state: str
    contact: str
    pool_agreed: bool
    counties: list[CountyOption]
    options: list[PlaceOption]


class ReferralView(Answer):
    """A lead in the province's pool."""

    id: UUID
    project: str
    code_name: str
    province: str
    reason: ReferralReason
    document: str
    state: ReferralState
    sent_on: date
    answer: str
    answered_on: date | None
    revision: int


class ReferralsAnswer(Answer):
    """All leads handed to the province, latest first."""

    items: list[ReferralView]


class LossLine(Answer):
    """Leads lost for one reason in a year."""

    reason: str
    count: int
    investment_fen: int


class LossesAnswer(Answer):
    """Leads lost out of the city in a year, by reason: the figure that justifies the pool."""

    year: int
    lines: list[LossLine]
    count: int
    investment_fen: int


class PoolingAnswer(Answer):
    """What stands beside a project in the pool, as far as this person may read it."""

    visits: list[VisitAnswer]
    visit_missing: list[str]
    """Counties that gave a commitment letter without a joint visit on record."""
    reports: list[ReportAnswer]
    agreed: list[str]
    """Counties to which the origin agrees that the name be told."""
    links: list[LinkAnswer]
    acts: list[ActAnswer]
    referral: ReferralView | None
