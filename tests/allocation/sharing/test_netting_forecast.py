"""Next year's estimate, worked by hand."""

from dataclasses import replace
from datetime import date

from allocation.sharing.entitlement import Incentive, Retained, TermsVersion
from allocation.sharing.forecast import Forecast, forecast, last_months
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import Method, Terms

TODAY = date(2027, 1, 15)


def terms(*ratios: int, cap: int | None = None) -> list[TermsVersion]:
    made = Terms(
        method=Method.yearly,
        origin="611002",
        host="611026",
        ratios_bp=ratios,
        years=len(ratios),
        effective_on=date(2024, 1, 1),
        cap_fen=cap,
    )
    return [TermsVersion(1, made)]


def paid(day: date, fen: int, ticket: str | None = None) -> Retained:
    return Retained(ticket or day.isoformat(), day, Tax.vat, ReceiptKind.normal, fen)


YEAR = [paid(date(2026, 3, 10), 600_00), paid(date(2026, 9, 10), 400_00)]


def test_the_twelve_whole_months_before_a_day():
    months = last_months(TODAY)
    assert (months[0], months[-1], len(months)) == ("2026-01", "2026-12", 12)
    assert last_months(date(2026, 7, 31))[0] == "2025-07"


def test_next_years_ratio_on_the_last_twelve_months():
    """1,000 yuan came in 2026, the second year; the third year's ratio is 30 %: 240, 300, 360 yuan."""
    early = paid(date(2025, 5, 1), 50_00)
    found = forecast(terms(5000, 4000, 3000), [early, *YEAR], [], today=TODAY, year=2027)
    assert found == Forecast(low_fen=240_00, middle_fen=300_00, high_fen=360_00, retained_fen=1000_00)


def test_the_cap_leaves_what_is_left_of_it():
    """50 % of 1,000 in 2026 used 500 of a cap of 850; 350 are left, and 400, 500 and 600 all pass it."""
    found = forecast(terms(5000, 5000, cap=850_00), YEAR, [], today=TODAY, year=2027)
    assert (found.low_fen, found.middle_fen, found.high_fen) == (350_00, 350_00, 350_00)


def test_after_the_term_nothing_comes():
    assert forecast(terms(5000), YEAR, [], today=TODAY, year=2027).middle_fen == 0


def test_an_agreement_that_ends_in_summer_brings_the_first_half():
    found = forecast(terms(5000, 5000), YEAR, [], today=TODAY, year=2027, ended_on=date(2027, 6, 30))
    assert found.middle_fen == 300_00


def test_months_between_today_and_the_year_come_again_too():
    """Asked in July 2026: September 2025 comes again in 2026 and 2027, at 50 % and at 40 %."""
    receipts = [paid(date(2025, 9, 10), 400_00), paid(date(2026, 3, 10), 600_00)]
    later = paid(date(2026, 7, 3), 999_00)
    found = forecast(terms(6000, 5000, 4000), [*receipts, later], [], today=date(2026, 7, 31), year=2027)
    assert found.middle_fen == 400_00
    assert found.retained_fen == 1000_00
    first = forecast(terms(6000, 5000, 4000), receipts, [], today=date(2026, 7, 31), year=2026)
    assert first.middle_fen == 500_00


def test_refunds_turn_low_and_high_round_and_are_shown_in_order():
    """A refund of the clock's year lies before it; what comes again is floored at nothing."""
    refund = replace(paid(date(2026, 11, 1), -200_00), kind=ReceiptKind.credit_refund)
    found = forecast(terms(5000, 5000), [*YEAR, refund], [], today=TODAY, year=2027)
    assert (found.low_fen, found.middle_fen, found.high_fen) == (320_00, 400_00, 480_00)


def test_incentives_granted_before_do_not_come_again():
    granted = [Incentive("商财〔2026〕1号", date(2026, 4, 1), 300_00)]
    found = forecast(terms(5000, 5000), YEAR, granted, today=TODAY, year=2027)
    assert found.middle_fen == 500_00


def test_the_leap_day_comes_on_the_twenty_eighth():
    leap = [paid(date(2024, 2, 29), 100_00)]
    found = forecast(terms(5000, 5000), leap, [], today=date(2025, 1, 2), year=2025)
    assert found.middle_fen == 50_00
