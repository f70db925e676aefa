"""What each paper says, as plain frozen records: no query, no clock, no layout.

A sheet is complete: it always renders to the same bytes. Amounts are fen, ratios are basis points.
"""

from dataclasses import dataclass
from datetime import date

from allocation.sharing.statement import Direction
from allocation.units import BasisPoints, Fen
from services.documents.compared import Compared
from services.ledger.states import StatementKind


class SheetError(ValueError):
    """A sheet contradicts itself; it is never printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectTotal:
    """A budget subject of the settlement (预算科目) and the tax it comes from, gross.

    上解 and 补助 are never netted here.
    """

    direction: Direction
    tax_subject: str
    tax: str
    amount: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """What one tax under one agreement brings to or takes from the county in the period.

    Attributes:
        year: the calendar year in which the tax was paid in; differs from the sheet's for an adjustment.
        term_year: 1 for the first year of the term, 0 before the clock has started or after it has ended.
        base: cumulative shareable base of that year: retained, less incentives, floored at 0.
        ratio: the origin's share in that year.
        cumulative: the origin's cumulative share of that year as it stands now.
        before: what was settled of it before this sheet.
        amount: `cumulative - before`, what this sheet settles.
        cap: the agreement's cap on the origin's share over the whole term; None when it has none.
        cap_used: of it used by all taxes and years, with this sheet; None without a cap.
        formula: how `cumulative` comes about, in words and figures.
        cause: why an earlier year changes (receipt, term version, level table, incentive), else empty.
    """

    agreement: str
    version: int
    project: str
    project_name: str
    counterparty: str
    direction: Direction
    tax_subject: str
    tax: str
    year: int
    term_year: int
    base: Fen
    ratio: BasisPoints
    cumulative: Fen
    before: Fen
    amount: Fen
    cap: Fen | None = None
    cap_used: Fen | None = None
    formula: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """Tax paid in under one agreement and one tax, and how the levels share it.

    Attributes:
        tax_subject: budget subject of the tax, for example 10101.
        paid_in: net amount paid in; `refunds` (留抵退税 and 免抵调) are contained in it.
        retained: what of it enters the base: the sharing level's column without the kinds left out.
    """

    agreement: str
    year: int
    tax_subject: str
    tax: str
    receipts: int
    paid_in: Fen
    refunds: Fen
    central: Fen
    province: Fen
    city: Fen
    county: Fen
    retained: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductionLine:
    """An incentive paid to the firm (政策兑现) that is taken off the base, by its document."""

    agreement: str
    year: int
    document: str
    paid_on: date
    amount: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSheet:
    """A county's 测算单 of a month, 对账单 of a quarter or 年终结算单 of a year.

    Of what happens after it was issued only the county's reservations (存疑) go on it: being confirmed,
    closed or replaced by a new version leaves its bytes as they are.

    Attributes:
        state: 草稿, 已签发 or, for what nobody signs, 测算.
        draft: printed across the page when it has no force yet.
        period: "2025年", "2026年第一季度" or "2026年3月".
        made_on: business date of the computation, and the document's date.
        as_of_known: number of the last fact taken into account.
        check_code: digits that name this very content; empty for a draft.
        verify: address that the QR code holds.
        batches: import batches the receipts came in.
        outside: what is settled with parties outside the city by their own routes, a sentence a line.
        hands_on: the days of 编制, 复核, 审核 and 批准; None where the step has not been taken.
        doubtful: the numbers of the lines that the county reserved, all of them where it reserved the whole.
        compared: of a reopened year, what the paper is set beside.
    """

    kind: StatementKind
    number: str
    version: int
    city_name: str
    region: str
    region_name: str
    period: str
    state: str
    draft: bool
    made_on: date
    as_of_known: int
    engine: str
    check_code: str
    verify: str
    subjects: tuple[SubjectTotal, ...]
    lines: tuple[StatementLine, ...]
    taxes: tuple[TaxLine, ...] = ()
    deductions: tuple[DeductionLine, ...] = ()
    outside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()
    reservations: tuple[str, ...] = ()
    made_by: str = ""
    checked_by: str = ""
    reviewed_by: str = ""
    approved_by: str = ""
    hands_on: tuple[date | None, ...] = (None, None, None, None)
    doubtful: tuple[int, ...] = ()
    compared: Compared | None = None

    def __post_init__(self) -> None:
        for line in self.lines:
            if line.amount != line.cumulative - line.before:
                raise SheetError(f"{line.agreement} {line.year}: amount is not cumulative less before")
        for direction in Direction:
            by_subject = sum(subject.amount for subject in self.subjects if subject.direction == direction)
            if by_subject != self.total(direction):
                raise SheetError(
                    f"{self.number}: {direction} by subject is {by_subject}, by line {self.total(direction)}"
                )

    def total(self, direction: Direction) -> Fen:
        """Sum the lines of one direction."""
        return Fen(sum(line.amount for line in self.lines if line.direction is direction))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered article of an agreement: heading and paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A party's place for its seal, and what is known of its signing."""

    party: str
    capacity: str
    signed_on: date | None = None
    signer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioYear:
    """The parties' shares in one year of the term; they add up to the whole."""

    year: int
    origin: BasisPoints
    host: BasisPoints


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSheet:
    """利益共享协议 between two governments; a firm is named as the source of tax and is no party."""

    number: str
    version: int
    state: str
    draft: bool
    city_name: str
    origin_name: str
    host_name: str
    project: str
    project_name: str
    company_name: str
    credit_code: str
    method: str
    term_years: int
    ratios: tuple[RatioYear, ...]
    cap: Fen | None
    tax_clock: str
    credit_clock: str
    credit_rule: str
    effective_on: date
    minutes: str
    clauses: tuple[Clause, ...]
    signatures: tuple[Signature, ...]
    check_code: str
    verify: str
    made_on: date
    supersedes: str = ""
    differences: tuple[tuple[str, str, str], ...] = ()
    """What an amended version changed: the term, as it was, as it is; empty for a first version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationSheet:
    """三方流转确认书 of investor, origin and host. It names no money and no ratio."""

    number: str
    state: str
    draft: bool
    city_name: str
    origin_name: str
    host_name: str
    investor_name: str
    investor_credit_code: str
    project: str
    project_name: str
    clauses: tuple[Clause, ...]
    signatures: tuple[Signature, ...]
    check_code: str
    verify: str
    made_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A labelled value of a card; `wide` takes the whole row."""

    label: str
    value: str
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSection:
    """A titled group of facts."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvent:
    """One move in the project's history."""

    on: date
    action: str
    by: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCardSheet:
    """项目卡: a project on a page or two, as far as its reader may see it.

    Attributes:
        masked: only code name and bands are shown.
    """

    number: str
    title: str
    city_name: str
    state: str
    masked: bool
    sections: tuple[CardSection, ...]
    events: tuple[CardEvent, ...]
    verify: str
    made_on: date
