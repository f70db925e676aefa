"""Names one character apart are found as comparing every pair would find them."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from allocation import near_names
from allocation.near_names import near

LETTERS = st.text(alphabet="甲乙宏远华1", max_size=7)


def one_apart(one: str, other: str) -> bool:
    """By hand: whether some single insertion, deletion or substitution leads from one to the other."""
    if len(one) == len(other):
        return sum(map(str.__ne__, one, other)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    )


@given(LETTERS, LETTERS)
def test_near_is_equal_or_one_apart(one: str, other: str) -> None:
    if near(one, other) and one != other:
        assert one_apart(one, other)
        assert min(len(one), len(other)) >= near_names.SHORTEST
    assert near(one, other) == near(other, one)
    assert near(one, one)


@given(st.lists(LETTERS, max_size=12))
def test_groups_are_those_of_all_pairs(names: list[str]) -> None:
    found = near_names.groups(dict(enumerate(names)))
    together = {key: set(group) for group in found for key in group}
    for one, other in combinations(range(len(names)), 2):
        if near(names[one], names[other]):
            assert other in together[one]
    for group in found:
        reached, rest = {group[0]}, set(group[1:])
        while more := {key for key in rest if any(near(names[key], names[old]) for old in reached)}:
            reached |= more
            rest -= more
        assert not rest


def test_a_number_or_a_direction_tells_firms_apart() -> None:
    assert not near("商洛第一建筑安装", "商洛第二建筑安装")
    assert not near("商洛城东建材批发", "商洛城西建材批发")
    assert near("商洛宏远新材料", "商洛宏源新材料")
    assert near("商洛宏远新材料", "商洛宏远新材料1"[:-1] + "厂")
    assert not near("宏远建材", "宏源建材")
    assert not near("商洛宏远新材料", "商洛金泰新材料")
