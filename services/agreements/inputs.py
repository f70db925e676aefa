"""A typed row of the agreements' file (协议), as a file or a form hands it over."""

from dataclasses import dataclass
from datetime import date

from allocation.sharing.terms import CreditClock, CreditRule, Method, TaxClock, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementInput:
    """One signed agreement. Key: `code` (协议编号).

    `ratios_bp` is the origin's share, one figure for each of `years`; a file's single figure stands for all
    of them (see `spread`). `method`, `tax_clock`, `credit_clock` and `credit_rule` are values of the enums of
    `allocation.sharing.terms`.
    """

    code: str
    project: str
    """登记编号."""
    method: str
    origin: str
    host: str
    ratios_bp: tuple[int, ...]
    years: int
    cap_fen: int | None = None
    effective_on: date
    tax_clock: str = TaxClock.first_tax.value
    credit_clock: str = CreditClock.start_of_construction.value
    credit_rule: str = CreditRule.origin_full.value

    def terms(self) -> Terms:
        """Make the terms; what the file does not say is as `Terms` has it.

        Raises:
            InvalidTermsError: no agreement can have these terms; every fault is named.
        """
        return Terms(
            method=Method(self.method),
            origin=self.origin,
            host=self.host,
            ratios_bp=spread(self.ratios_bp, self.years),
            years=self.years,
            cap_fen=self.cap_fen,
            effective_on=self.effective_on,
            tax_clock=TaxClock(self.tax_clock),
            credit_clock=CreditClock(self.credit_clock),
            credit_rule=CreditRule(self.credit_rule),
        )

    @classmethod
    def of(cls, code: str, project: str, terms: Terms) -> "AgreementInput":
        """Write terms in the shape of the file."""
        return cls(
            code=code,
            project=project,
            method=terms.method.value,
            origin=terms.origin,
            host=terms.host,
            ratios_bp=terms.ratios_bp,
            years=terms.years,
            cap_fen=terms.cap_fen,
            effective_on=terms.effective_on,
            tax_clock=terms.tax_clock.value,
            credit_clock=terms.credit_clock.value,
            credit_rule=terms.credit_rule.value,
        )


def spread(ratios_bp: tuple[int, ...], years: int) -> tuple[int, ...]:
    """Let a single ratio stand for every year of the term."""
    return ratios_bp * years if len(ratios_bp) == 1 else ratios_bp
