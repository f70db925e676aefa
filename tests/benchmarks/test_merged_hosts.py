"""Two hosts become one: the engine's merger against the SQL engine's lines, handed over afterwards."""

import random
from collections import Counter
from datetime import date

import duckdb

from allocation.sharing.contract.drafting import contract_of
from allocation.sharing.contract.entitle import entitle
from allocation.sharing.contract.known import Event, EventKind, Version
from benchmarks import second_engine as second
from benchmarks.sharing_cases import FIRST_YEAR, Case, make_case

ORIGIN, HOSTS, MERGED = "320826", ("320802", "320811"), "320812"
YEARS = 3
LAST_YEAR = FIRST_YEAR + YEARS - 1


def sql_lines(cases: dict[int, Case]) -> list[tuple[int, ...]]:
    database = duckdb.connect(config={"threads": 1})
    second.load(database, {number: case.terms for number, case in cases.items()})
    second.load_receipts(database, {number: case.receipts for number, case in cases.items()})
    second.load_incentives(database, {number: case.incentives for number, case in cases.items()})
    second.compute(database)
    return second.lines(database)


def test_agreements_of_two_hosts_that_merge_agree_with_the_sql_engine() -> None:
    """What the host has of the month of the merger and later is the successor's, under both agreements."""
    draw = random.Random(20160608)
    cases = {
        number: make_case(draw, years=YEARS, receipts=draw.randint(1, 80), last_year=LAST_YEAR)
        for number in range(40)
    }
    pairs = {
        number: date(draw.randint(FIRST_YEAR, LAST_YEAR), draw.randint(1, 12), draw.randint(1, 28))
        for number in range(0, 40, 2)
    }
    lines = sql_lines(cases)
    merged_after_all = 0
    for pair, day in pairs.items():
        found: Counter[str] = Counter()
        own: Counter[str] = Counter()
        for number, host in zip((pair, pair + 1), HOSTS, strict=True):
            for line in lines:
                if line[0] == number:
                    found[MERGED if line[3:5] >= (day.year, day.month) else host] += line[-1]
                    found[ORIGIN] += line[-2]
            case, agreed = cases[number], contract_of(cases[number].terms, origin=ORIGIN, host=host)
            events = [Event(EventKind.merger, day, one, MERGED) for one in HOSTS]
            known = ([Version(1, agreed)], case.receipts, case.incentives, events)
            own.update(entitle(*known, through=f"{LAST_YEAR}-12").by_party)
        assert {code: fen for code, fen in own.items() if fen} == {
            code: fen for code, fen in found.items() if fen
        }
        merged_after_all += own[MERGED] != 0 and any(own[host] for host in HOSTS)
    assert merged_after_all > len(pairs) // 2
