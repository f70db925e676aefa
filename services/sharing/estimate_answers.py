"""From a form to the calculator's question, and from its result to the answer; no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from allocation.sharing.base import LevelTable
from allocation.sharing.calculator import estimate as calculator
from allocation.sharing.calculator import outcome
from allocation.sharing.calculator.question import (
    HORIZON,
    BadQuestionError,
    Deal,
    Lead,
    Question,
    Ramp,
    mixed,
)
from allocation.sharing.taxes import Tax
from allocation.sharing.terms import WHOLE_BP
from services.kit.i18n import Locale
from services.regions.settings import CitySettings
from services.sharing.estimate_errors import BadEstimate
from services.sharing.estimate_schemas import (
    CreditAnswer,
    Estimate,
    EstimateForm,
    MoneyAnswer,
    ParkAnswer,
    WayAnswer,
)
from services.sharing.estimate_words import assumptions


def mix_of(settings: CitySettings) -> dict[Tax, int]:
    """Return the weights by which the city divides a yearly tax of which only the sum is known."""
    return {
        Tax.vat: settings.estimate_mix_vat,
        Tax.cit: settings.estimate_mix_cit,
        Tax.pit: settings.estimate_mix_pit,
        Tax.urban_construction: settings.estimate_mix_urban_construction,
    }


def work_out(
    form: EstimateForm,
    table: LevelTable,
    treasuries: Sequence[str],
    settings: CitySettings,
    *,
    city: str,
    first_year: int,
    locale: Locale,
    mix: Mapping[Tax, int] | None = None,
    why_not: Sequence[ParkAnswer] = (),
) -> Estimate:
    """Answer a form.

    Args:
        form: what is asked.
        table: the level table.
        treasuries: those of the table; without a host in the form, all but the city's come into question.
        settings: what the form leaves out.
        city: the city's code.
        first_year: this year.
        locale: the reader's language.
        mix: other weights than the settings'.
        why_not: what keeps the lead from the origin's own parks.

    Raises:
        BadEstimate: the question has no answer; names the field.
    """
    hosts = [form.host] if form.host else sorted({*treasuries} - {city, form.origin})
    weights = mix_of(settings) if mix is None else mix
    try:
        question = Question(
            city=city,
            origin=form.origin,
            hosts=hosts,
            first_year=first_year,
            lead=_lead(form, weights),
            deal=_deal(form, settings),
            ramp=_ramp(form, settings),
            can_host=form.can_host,
        )
    except BadQuestionError as error:
        raise BadEstimate.of(error) from error
    found = calculator.estimate(question, table)
    told = assumptions(
        question,
        found,
        weights if form.taxes is None else None,
        host_known=form.host is not None,
        locale=locale,
    )
    low, high = found.ways[0].low, found.ways[0].high
    paid = sum(question.ramp.running(question.lead.tax_fen, year) for year in calculator.YEARS)
    stays = sorted(sum(money.retained) * WHOLE_BP // paid if paid else 0 for money in (low, high) if money)
    return Estimate(
        calendar_years=list(found.years),
        ways=[_way(way) for way in found.ways],
        why_not=list(why_not),
        assumptions=told,
        years=min(question.deal.years, HORIZON),
        ratio_bp=question.deal.ratio_bp,
        yearly_tax_fen=question.lead.tax_fen,
        county_share_low_bp=stays[0] if stays else 0,
        county_share_high_bp=stays[-1] if stays else 0,
        low_fen=low.total if low else 0,
        high_fen=high.total if high else 0,
    )


def _lead(form: EstimateForm, mix: Mapping[Tax, int]) -> Lead:
    if (form.taxes is None) == (form.tax_fen is None):
        raise BadEstimate.at("tax_fen", "one_of")
    return Lead(
        taxes=mixed(form.tax_fen or 0, mix) if form.taxes is None else form.taxes,
        investment_fen=form.investment_fen,
        fixed_investment_fen=form.fixed_investment_fen,
        output_fen=form.output_fen,
    )


def _deal(form: EstimateForm, settings: CitySettings) -> Deal:
    return Deal(
        ratio_bp=settings.estimate_ratio_bp if form.ratio_bp is None else form.ratio_bp,
        years=settings.estimate_years if form.years is None else form.years,
        grace_years=form.grace_years,
        cap_fen=form.cap_fen,
        credit_rule=form.credit_rule,
    )


def _ramp(form: EstimateForm, settings: CitySettings) -> Ramp:
    """Fill the ramp up with the settings; what contradicts itself is refused as a part of `ramp`."""
    ramp = Ramp(
        start_year=settings.estimate_start_year,
        build_years=settings.estimate_build_years,
        first_tax_year=settings.estimate_first_tax_year,
        first_tax_bp=settings.estimate_first_tax_bp,
        growth_bp=settings.estimate_growth_bp,
    )
    try:
        return replace(ramp, **form.ramp.model_dump(exclude_none=True))
    except BadQuestionError as error:
        raise BadEstimate.at(f"ramp.{error.field}", error.code) from error


def _way(found: outcome.Outcome) -> WayAnswer:
    return WayAnswer(
        way=found.way,
        possible=found.possible,
        credit=[
            CreditAnswer(
                indicator=row.indicator,
                this_year_fen=row.this_year,
                by_year_fen=list(row.by_year),
                total_fen=row.total,
            )
            for row in found.credit
        ],
        money_low=_money(found.low),
        money_high=_money(found.high),
    )


def _money(money: outcome.Money | None) -> MoneyAnswer | None:
    if money is None:
        return None
    return MoneyAnswer(
        host=money.host or None,
        by_year_fen=list(money.by_year),
        retained_fen=list(money.retained),
        total_fen=money.total,
    )
