"""What two counties agreed: the terms of one sharing agreement.

A `Terms` is frozen and checked when made. It is stored as the JSON of `to_json` and read back by `from_json`;
the two are inverse. `Tax` and `ReceiptKind` are offered from here too, for they are words of the terms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from allocation.sharing.taxes import DEFAULT_KINDS, ReceiptKind, Tax

__all__ = [
    "CreditClock",
    "CreditRule",
    "InvalidTermsError",
    "Method",
    "ReceiptKind",
    "Tax",
    "TaxClock",
    "Terms",
    "TermsProblem",
    "YearBasis",
]

WHOLE_BP = 10_000
"""One whole in basis points."""

REGION_CODE_LENGTH = 6

MAX_YEARS = 50
"""No published agreement runs longer; a larger figure is a slip, such as a calendar year typed as a term."""


class Method(StrEnum):
    """The published pattern the agreement follows."""

    fixed = "fixed"
    yearly = "yearly"
    ningde = "ningde"
    kunming_enclave = "kunming_enclave"

    @property
    def zh(self) -> str:
        """The name on the agreements' file."""
        return _METHOD_NAMES[self]


_METHOD_NAMES = {
    Method.fixed: "固定比例",
    Method.yearly: "逐年比例",
    Method.ningde: "宁德",
    Method.kunming_enclave: "昆明飞地",
}


class TaxClock(StrEnum):
    """What starts the years of tax sharing."""

    first_tax = "first_tax"

    @property
    def zh(self) -> str:
        """The name on the agreements' file."""
        return "首次纳税"


class CreditClock(StrEnum):
    """What starts the years of indicator sharing."""

    start_of_construction = "start_of_construction"

    @property
    def zh(self) -> str:
        """The name on the agreements' file."""
        return "开工"


class CreditRule(StrEnum):
    """Who counts an indicator inside the pool's assessment (考核口径)."""

    origin_full = "origin_full"
    both_full = "both_full"
    split_evenly = "split"

    @property
    def zh(self) -> str:
        """The name on the agreements' file."""
        return _CREDIT_NAMES[self]


_CREDIT_NAMES = {
    CreditRule.origin_full: "首谈地全额",
    CreditRule.both_full: "双方全额",
    CreditRule.split_evenly: "各计50%",
}


class YearBasis(StrEnum):
    """How agreement years are cut: calendar years, or years from the clock's own day."""

    calendar = "calendar"
    anniversary = "anniversary"

    @property
    def zh(self) -> str:
        """The words on the agreement."""
        return "自然年度" if self is YearBasis.calendar else "周年"


@dataclass(frozen=True, slots=True)
class TermsProblem:
    """One thing wrong with proposed terms: the field, a stable code, and the offending value as text."""

    field: str
    code: str
    value: str


class InvalidTermsError(ValueError):
    """Proposed terms that no agreement can have; `problems` names every one of them."""

    def __init__(self, problems: tuple[TermsProblem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.field}: {p.code} ({p.value})" for p in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one version of a sharing agreement.

    `origin` and `host` are region codes (首谈地, 落地地). `ratios_bp` is the origin's share of the base in
    basis points, one for each agreement year, so its length is `years`. `cap_fen` limits the origin's share
    added up over all years and taxes; None means no cap. Receipts before `effective_on` are not shared.
    """

    method: Method
    origin: str
    host: str
    ratios_bp: tuple[int, ...]
    years: int
    effective_on: date
    cap_fen: int | None = None
    tax_clock: TaxClock = TaxClock.first_tax
    credit_clock: CreditClock = CreditClock.start_of_construction
    credit_rule: CreditRule = CreditRule.origin_full
    taxes: tuple[Tax, ...] = tuple(Tax)
    kinds: tuple[ReceiptKind, ...] = DEFAULT_KINDS
    deduct_incentives: bool = True
    carry_forward: bool = False
    year_basis: YearBasis = YearBasis.calendar

    def __post_init__(self) -> None:
        """Refuse terms that contradict themselves, naming every fault at once."""
        problems = tuple(_problems(self))
        if problems:
            raise InvalidTermsError(problems)

    @property
    def excluded_kinds(self) -> tuple[ReceiptKind, ...]:
        """The receipt kinds that do not enter the base."""
        return tuple(kind for kind in ReceiptKind if kind not in self.kinds)

    def ratio_bp(self, agreement_year: int) -> int:
        """The origin's share in basis points in agreement year 1, 2, …; 0 outside the term."""
        return self.ratios_bp[agreement_year - 1] if 1 <= agreement_year <= self.years else 0

    def to_json(self) -> dict[str, Any]:
        """The terms as plain JSON values (text, integers, lists, booleans, null)."""
        return {
            "method": self.method.value,
            "origin": self.origin,
            "host": self.host,
            "ratios_bp": list(self.ratios_bp),
            "years": self.years,
            "effective_on": self.effective_on.isoformat(),
            "cap_fen": self.cap_fen,
            "tax_clock": self.tax_clock.value,
            "credit_clock": self.credit_clock.value,
            "credit_rule": self.credit_rule.value,
            "taxes": [tax.value for tax in self.taxes],
            "kinds": [kind.value for kind in self.kinds],
            "deduct_incentives": self.deduct_incentives,
            "carry_forward": self.carry_forward,
            "year_basis": self.year_basis.value,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`. Raises KeyError for a missing field, ValueError for an unknown word."""
        return cls(
            method=Method(data["method"]),
            origin=data["origin"],
            host=data["host"],
            ratios_bp=tuple(data["ratios_bp"]),
            years=data["years"],
            effective_on=date.fromisoformat(data["effective_on"]),
            cap_fen=data["cap_fen"],
            tax_clock=TaxClock(data["tax_clock"]),
            credit_clock=CreditClock(data["credit_clock"]),
            credit_rule=CreditRule(data["credit_rule"]),
            taxes=tuple(Tax(tax) for tax in data["taxes"]),
            kinds=tuple(ReceiptKind(kind) for kind in data["kinds"]),
            deduct_incentives=data["deduct_incentives"],
            carry_forward=data["carry_forward"],
            year_basis=YearBasis(data["year_basis"]),
        )


def _problems(terms: Terms) -> Iterator[TermsProblem]:
    """Every fault of the terms: the parties, then the ratios, then what is shared."""
    yield from _party_problems(terms)
    yield from _ratio_problems(terms)
    yield from _scope_problems(terms)


def _party_problems(terms: Terms) -> Iterator[TermsProblem]:
    for field, code in (("origin", terms.origin), ("host", terms.host)):
        if len(code) != REGION_CODE_LENGTH or not (code.isascii() and code.isdigit()):
            yield TermsProblem(field, "not_a_region_code", code)
    if terms.origin == terms.host:
        yield TermsProblem("host", "same_as_origin", terms.host)


def _ratio_problems(terms: Terms) -> Iterator[TermsProblem]:
    if not 1 <= terms.years <= MAX_YEARS:
        yield TermsProblem("years", "out_of_range", str(terms.years))
    if len(terms.ratios_bp) != terms.years:
        yield TermsProblem("ratios_bp", "not_one_per_year", str(len(terms.ratios_bp)))
    for ratio in terms.ratios_bp:
        if not 0 <= ratio <= WHOLE_BP:
            yield TermsProblem("ratios_bp", "out_of_range", str(ratio))
    if terms.method is not Method.yearly and len(set(terms.ratios_bp)) > 1:
        yield TermsProblem("ratios_bp", "not_constant", ";".join(map(str, terms.ratios_bp)))
    if terms.cap_fen is not None and terms.cap_fen <= 0:
        yield TermsProblem("cap_fen", "not_positive", str(terms.cap_fen))


def _scope_problems(terms: Terms) -> Iterator[TermsProblem]:
    if not terms.taxes or len(set(terms.taxes)) != len(terms.taxes):
        yield TermsProblem("taxes", "empty_or_repeated", ";".join(terms.taxes))
    if not terms.kinds or len(set(terms.kinds)) != len(terms.kinds):
        yield TermsProblem("kinds", "empty_or_repeated", ";".join(terms.kinds))
    if terms.method is Method.kunming_enclave and not terms.deduct_incentives:
        yield TermsProblem("deduct_incentives", "required_by_method", "false")
