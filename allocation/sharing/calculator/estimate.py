"""The calculation: hypothetical receipts, sent through the engine that settles real agreements."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from allocation.sharing.base import LevelTable, NoLevelShareError, Receipt, retained_fen
from allocation.sharing.calculator.outcome import CreditRow, Estimate, Indicator, Money, Outcome, Way
from allocation.sharing.calculator.question import HORIZON, Question
from allocation.sharing.credit import credit
from allocation.sharing.entitlement import Retained, TermsVersion, entitle
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import Method, Terms

YEARS: Final = range(1, HORIZON + 1)
"""The years by their number."""

_MIDSUMMER: Final = (6, 30)
"""Month and day of every hypothetical payment."""

_ANY_HOST: Final = "000000"
"""Stands for whoever will host: the origin's credit is the same with each."""


def estimate(question: Question, table: LevelTable) -> Estimate:
    """Compare what the county gets on each way.

    Args:
        question: the lead, the deal and the assumptions.
        table: the level shares of the treasuries of all hosts and of the origin.
    """
    unlisted: set[Tax] = set()
    passed = [
        _passed(question, host, tuple(_payments(question, host, table, unlisted))) for host in question.hosts
    ]
    passed.sort(key=lambda money: (money.total, money.host))
    own = _by_year(question, tuple(_payments(question, question.origin, table, unlisted)))
    ways = (
        _outcome(question, Way.pass_on, passed),
        _outcome(question, Way.keep, [Money(question.origin, own, own)]),
        _outcome(question, Way.lose, [Money("", (0,) * HORIZON, (0,) * HORIZON)]),
    )
    years = tuple(range(question.first_year, question.first_year + HORIZON))
    return Estimate(years, ways, tuple(tax for tax in Tax if tax in unlisted))


def _outcome(question: Question, way: Way, money: Sequence[Money]) -> Outcome:
    """Put credit and money of a way together; `money` stands from the least to the most."""
    possible = question.can_host if way is Way.keep else True
    if possible is False:
        return Outcome(way=way, possible=False, credit=(), low=None, high=None)
    low, high = (money[0], money[-1]) if money else (None, None)
    return Outcome(way=way, possible=possible, credit=_credit(question, way), low=low, high=high)


def _payments(question: Question, treasury: str, table: LevelTable, unlisted: set[Tax]) -> Iterator[Retained]:
    """Make the hypothetical receipts and send them down the levels; note the taxes that the table lacks."""
    for year in YEARS:
        paid_on = _day(question, year)
        for tax, yearly in question.lead.taxes.items():
            amount = question.ramp.running(yearly, year)
            if amount == 0:
                continue
            receipt = Receipt(
                ticket=f"{tax}-{paid_on.year}",
                paid_on=paid_on,
                treasury=treasury,
                tax=tax,
                kind=ReceiptKind.normal,
                amount_fen=amount,
                split=None,
            )
            try:
                kept = retained_fen(receipt, table, question.city)
            except NoLevelShareError:
                unlisted.add(tax)
            else:
                yield Retained(receipt.ticket, paid_on, tax, receipt.kind, kept)


def _by_year(question: Question, payments: Sequence[Retained]) -> tuple[int, ...]:
    """Add up what is retained, year by year."""
    return tuple(
        sum(payment.fen for payment in payments if payment.paid_on.year == question.first_year + offset)
        for offset in range(HORIZON)
    )


def _terms(question: Question, host: str, *, grace_years: int) -> Terms:
    """Write the deal as an agreement: years of grace are years at a ratio of 0."""
    deal = question.deal
    ratios = (0,) * grace_years + (deal.ratio_bp,) * deal.years
    return Terms(
        method=Method.yearly,
        origin=question.origin,
        host=host,
        ratios_bp=ratios,
        years=len(ratios),
        effective_on=date(question.first_year, 1, 1),
        cap_fen=deal.cap_fen,
        credit_rule=deal.credit_rule,
    )


def _passed(question: Question, host: str, payments: Sequence[Retained]) -> Money:
    """Let the engine of real agreements work out what a host would owe the county."""
    due = [0] * HORIZON
    if question.deal.years:
        version = TermsVersion(1, _terms(question, host, grace_years=question.deal.grace_years))
        last = f"{question.first_year + HORIZON - 1:04}-12"
        for line in entitle((version,), payments, (), through=last).lines:
            due[int(line.month[:4]) - question.first_year] += line.amounts.origin
    return Money(host, tuple(due), _by_year(question, payments))


def _credit(question: Question, way: Way) -> tuple[CreditRow, ...]:
    """Attribute each year's figures to the county: by the deal, whole, or not at all."""
    return tuple(
        CreditRow(
            indicator,
            tuple(_credited(question, way, year, _figure(question, indicator, year)) for year in YEARS),
        )
        for indicator in Indicator
    )


def _figure(question: Question, indicator: Indicator, year: int) -> int:
    """Tell what an indicator measures of the lead in a year, whoever counts it."""
    lead, ramp = question.lead, question.ramp
    if indicator is Indicator.output:
        return ramp.running(lead.output_fen, year)
    whole = lead.investment_fen if indicator is Indicator.paid_in else lead.fixed_investment_fen
    return ramp.built(whole, year)


def _credited(question: Question, way: Way, year: int, value: int) -> int:
    """Tell what the county's assessment counts of a value on one way."""
    if way is Way.keep:
        return value
    if way is Way.lose or not question.deal.years:
        return 0
    terms = _terms(question, _ANY_HOST, grace_years=0)  # grace delays money alone
    started = _day(question, question.ramp.start_year).replace(month=1, day=1)
    return credit(terms, started, _day(question, year), value).origin


def _day(question: Question, year: int) -> date:
    """Tell the day of the payments of a year, counted from 1."""
    return date(question.first_year + year - 1, *_MIDSUMMER)
