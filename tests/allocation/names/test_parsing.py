"""Names taken apart by hand, and how they sound and look."""

import pytest

from allocation.names import parse
from allocation.names.likeness import edits, likeness
from allocation.names.script import bare, written
from allocation.names.shapes import look_alike
from allocation.names.sound import heard, sound_alike

COUNTIES = frozenset({"洛南"})


@pytest.mark.parametrize(
    ("name", "places", "core", "trade", "form"),
    [
        ("陕西省西安市华信光伏科技有限公司", ("陕西", "西安"), "华信", "光伏科技", "有限公司"),
        ("华信（洛南）新材料股份有限公司", ("洛南",), "华信", "新材料", "股份有限公司"),
        ("华信新材料集团西安有限公司", ("西安",), "华信", "新材料", "有限公司"),
        ("商洛新材料有限公司", (), "商洛", "新材料", "有限公司"),
        ("华信光伏科技有限公司洛南分公司", ("洛南",), "华信", "光伏科技", "有限公司"),
        ("华信光伏洛南经营部", ("洛南",), "华信", "光伏", ""),
        ("华信光伏分公司", (), "华信", "光伏", ""),
        ("华信（筹）光伏（有限合伙）", (), "华信筹", "光伏", ""),
        ("东方同辉锂离新材料", (), "东方同辉", "锂离新材料", ""),
        ("公司", (), "公司", "", ""),
    ],
)
def test_parts(name: str, places: tuple[str, ...], core: str, trade: str, form: str) -> None:
    found = parse(name, COUNTIES)
    assert (found.places, found.core, found.trade, found.form) == (places, core, trade, form)


def test_a_group_a_branch_and_a_count_are_marked() -> None:
    assert parse("华信集团有限公司").group
    assert parse("华信控股").group
    assert not parse("华信光伏有限公司").group
    assert parse("华信光伏有限公司西安分公司").branch
    assert parse("商洛第二建筑公司").counts == "二"
    assert parse("三一重工").counts == ""


def test_one_way_of_writing() -> None:
    assert written("ＡＢＣ 華信（陝西）・有限公司") == "ABC华信(陕西)有限公司"
    assert bare("华信（陕西）") == "华信陕西"


def test_sound_and_shape() -> None:
    assert sound_alike("信", "新")
    assert sound_alike("行", "航")
    assert not sound_alike("信", "泰")
    assert heard("章信") == heard("赞新") == "zan xin"
    assert heard("A1") == "A 1"
    assert look_alike("己", "已")
    assert not look_alike("己", "信")
    assert not look_alike("鑫", "鑫")


def test_likeness_counts_edits() -> None:
    assert edits("华信", "信华") == 1
    assert likeness("", "") == 10_000
    assert likeness("华信光伏", "华信光付") == 7_500
