"""Words in favour of the firm are found in any order; what governments do among themselves is none."""

import pytest

from allocation.sharing.contract.favours import favours


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("乙县将地方留成的30%返还企业", ["returned_by_tax"]),
        ("双方协商一致，由乙县退还给投资方50%", ["returned_by_tax"]),
        ("乙县按企业贡献给予奖励", ["returned_by_tax"]),
        ("对公司按纳税额的10%奖励", ["returned_by_tax"]),
        ("不得以任何形式返还企业", []),
        ("乙县不得按企业贡献给予奖励", []),
        ("退还企业多缴税款的，冲减基数", []),
        ("乙县将地方留成的30%返还甲县，企业不受益", []),
        ("地方留成返还园区", []),
    ],
)
def test_a_return_to_the_firm_is_found_whichever_comes_first(text, found):
    assert favours(text) == found
