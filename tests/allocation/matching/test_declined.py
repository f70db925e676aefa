"""A lead is not offered again to a region that declined it."""

from dataclasses import replace

from allocation.matching.compile import compile_pool, encode_pool
from allocation.matching.eligibility import blockers
from allocation.matching.judge import pool_faults
from allocation.matching.record import digest, pool_record, read_pool
from allocation.matching.result import Blocker, Rule
from allocation.matching.solve import solve_pool
from tests.allocation.matching import factories as make

OWNERS = ("610001", "610002")


def test_a_region_that_declined_is_out_and_says_so() -> None:
    pool = make.pool(parks=tuple(make.park(code, owner) for code, owner in zip("AB", OWNERS, strict=True)))
    said = replace(pool, leads=(make.lead(declined=("610001",)),))
    (lead,) = said.leads
    assert blockers(pool, pool.leads[0], pool.parks[0]) == ()
    assert blockers(said, lead, said.parks[0]) == (Blocker(Rule.DECLINED, lead.origin, "610001"),)
    assert blockers(said, lead, said.parks[1]) == ()
    assert [option.host for option in compile_pool(pool).leads[0].options] == ["A", "B"]
    assert [option.host for option in compile_pool(said).leads[0].options] == ["B"]
    enc = encode_pool(said)
    assert [enc.hosts[host] for host in enc.host] == ["B"]
    match = solve_pool(said, seconds=1, seed=1)
    assert pool_faults(said, match) == []
    assert match.solution.assignment == {"L1": "B"}
    moved = replace(match, solution=replace(match.solution, assignment={"L1": "A"}))
    assert pool_faults(said, moved)


def test_a_refusal_stands_in_the_record_and_only_then() -> None:
    pool = make.pool()
    said = replace(pool, leads=(make.lead(declined=OWNERS),))
    assert read_pool(pool_record(said)) == said
    assert "declined" not in pool_record(pool)["leads"][0]
    assert digest(pool_record(said)) != digest(pool_record(pool))
