"""What all leads without a host lack, at once, is what each lacks by itself."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.explain import Standing
from allocation.matching.pool import CountyCount, Pool
from allocation.matching.shortage import LEVER_OF, shortage
from allocation.matching.shortages import RULES, ready, shortages
from allocation.matching.solve import solve_pool
from tests.allocation.matching import factories as make

COUNTS = st.builds(
    CountyCount,
    max_leads=st.none() | st.integers(0, 2),
    max_investment_wan=st.none() | st.integers(0, 3 * 10**6),
)


@given(make.pools, COUNTS, st.sampled_from([(), ("610001",), ("610000", "610002")]))
@settings(max_examples=40, deadline=None)
def test_all_at_once_is_each_by_itself(pool: Pool, count: CountyCount, no: tuple[str, ...]) -> None:
    leads = tuple(replace(lead, declined=no) for lead in pool.leads[:1]) + pool.leads[1:]
    fair = replace(pool, leads=leads, limits={"610001": count})
    hosts = solve_pool(fair, seconds=5, seed=1).solution.assignment
    standing = Standing.of(fair, hosts)
    found = shortages(ready(fair, hosts))
    waiting = [lead for lead in fair.leads if hosts[lead.id] is None]
    assert [fair.leads[number] for number in found.waiting] == waiting
    for place, lead in enumerate(waiting):
        for number, park in enumerate(fair.parks):
            alone = shortage(standing, lead, park)
            assert bool(found.barred[place, number]) == (not alone.wins)
            told = dict(zip(RULES, found.missing[place, number].tolist(), strict=True))
            expected = {change.lever: change.amount for change in alone.change}
            assert {LEVER_OF[rule]: amount for rule, amount in told.items() if amount} == expected
