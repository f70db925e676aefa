"""Seeded agreements with receipts and incentives, for comparing and timing the engines of sharing."""

import random
from dataclasses import dataclass
from datetime import date
from typing import Final

from allocation.sharing.entitlement import Incentive, Retained
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import Method, Terms

FIRST_YEAR: Final = 2016


@dataclass(frozen=True, slots=True)
class Case:
    """One agreement and all that was paid."""

    terms: Terms
    receipts: tuple[Retained, ...]
    incentives: tuple[Incentive, ...]


def make_case(draw: random.Random, *, years: int, receipts: int, last_year: int) -> Case:
    """Make an agreement of up to some years with so many receipts from the first year to the last."""
    length = draw.randint(1, years)
    stepped = draw.randrange(2) == 0
    ratios = (
        tuple(draw.choice((0, 2000, 3000, 3333, 5000, 7000, 10_000)) for _ in range(length))
        if stepped
        else (draw.choice((3000, 4000, 5000)),) * length
    )
    terms = Terms(
        method=Method.yearly if stepped else Method.fixed,
        origin="611021",
        host="611002",
        ratios_bp=ratios,
        years=length,
        effective_on=date(FIRST_YEAR, draw.randint(1, 12), 1),
        cap_fen=draw.choice((None, None, draw.randint(1, 10**9))),
        taxes=tuple(draw.sample(tuple(Tax), draw.randint(1, len(Tax)))),
        deduct_incentives=draw.choice((True, True, True, False)),
        carry_forward=draw.choice((True, False)),
    )
    return Case(
        terms,
        tuple(_receipt(draw, number, last_year) for number in range(receipts)),
        tuple(
            Incentive(f"补{number}", _day(draw, last_year), draw.randint(1, 10**7))
            for number in range(draw.randint(0, receipts // 5))
        ),
    )


def steady_case(draw: random.Random, *, years: int, taxes: int) -> Case:
    """Make an agreement in which every month of every year brings every tax: the most lines there can be."""
    listed = tuple(Tax)[:taxes]
    terms = Terms(
        method=Method.fixed,
        origin="611021",
        host="611002",
        ratios_bp=(5000,) * years,
        years=years,
        effective_on=date(FIRST_YEAR, 1, 1),
        cap_fen=10**12,
        taxes=listed,
    )
    receipts = tuple(
        Retained(
            f"{year}-{month}-{tax}", date(year, month, 15), tax, ReceiptKind.normal, draw.randint(1, 10**8)
        )
        for year in range(FIRST_YEAR, FIRST_YEAR + years)
        for month in range(1, 13)
        for tax in listed
    )
    incentives = tuple(
        Incentive(f"补{year}", date(year, 6, 30), draw.randint(1, 10**6))
        for year in range(FIRST_YEAR, FIRST_YEAR + years)
    )
    return Case(terms, receipts, incentives)


def _receipt(draw: random.Random, number: int, last_year: int) -> Retained:
    fen = draw.randint(1, 10**7)
    return Retained(
        f"票{number}",
        _day(draw, last_year),
        draw.choice(tuple(Tax)),
        draw.choice(tuple(ReceiptKind)),
        draw.choice((1, 1, 1, 1, -1)) * fen,
    )


def _day(draw: random.Random, last_year: int) -> date:
    return date(draw.randint(FIRST_YEAR, last_year), draw.randint(1, 12), draw.randint(1, 28))
