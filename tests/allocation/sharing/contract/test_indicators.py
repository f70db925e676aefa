"""Indicators are told by their names, and one that nobody listed by its own."""

import json
from importlib.resources import files

from allocation.sharing.contract.indicators import NAMES, indicator_names


def test_every_indicator_of_a_pack_has_a_name() -> None:
    named = {
        line.split('"indicator": "')[1].split('"')[0]
        for path in files("allocation.sharing.packs").iterdir()
        if path.name.endswith(".json")
        for line in path.read_text("utf-8").splitlines()
        if '"indicator": "' in line
    }
    assert len(named) > 3
    assert named <= set(NAMES), json.dumps(sorted(named - set(NAMES)))
    assert indicator_names("fixed_investment") == ("固定资产投资", "fixed-asset investment")


def test_another_indicator_is_its_own_name() -> None:
    assert indicator_names("出口额") == ("出口额", "出口额")
