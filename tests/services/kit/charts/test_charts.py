"""Laws of the charts: lengths add up, figures stand in picture and table, nothing breaks out."""

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kit.charts import (
    Bar,
    Chart,
    Frame,
    FunnelWords,
    Link,
    Mark,
    Room,
    Series,
    Stack,
    Step,
    capacity,
    flows,
    funnel,
    league,
    lines,
    stacked,
)
from services.kit.charts.svg import FILLS, WIDTH, scaled, shared, shortened, width_of

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame(name="one", title="各县区", about="一句话")
WORDS = FunnelWords(step="环节", number="个数", rate="转化率", floor="下限", met="达到", missed="未达到")
NAMES = st.text(alphabet="商州洛南<>&\"'x\x01 %{}", min_size=1, max_size=12)
AMOUNTS = st.integers(0, 10**15)


def tree(chart: Chart) -> ET.Element:
    """The picture as a parser of XML reads it."""
    return ET.fromstring(chart.svg)  # noqa: S314 -- our own picture


def numbers(element: ET.Element, *names: str) -> tuple[int, ...]:
    """Whole numbers among the attributes."""
    return tuple(int(element.attrib[name]) for name in names)


def said(chart: Chart) -> str:
    """All words of the picture."""
    return "\n".join(tree(chart).itertext())


def boxes(chart: Chart, *fills: str) -> list[tuple[int, ...]]:
    """The filled boxes of these fills."""
    return [
        numbers(box, "x", "y", "width", "height")
        for box in tree(chart).iter(f"{SVG}rect")
        if box.get("fill") in fills and box.get("x") is not None
    ]


def some_of_each(names: list[str], values: list[int]) -> list[Chart]:
    """One chart of each kind of the same data."""
    step = [Step(label=name, value=value, text=str(value)) for name, value in zip(names, values, strict=True)]
    pairs = zip(names, values, strict=True)
    return [
        league(FRAME, [Bar(name, value, str(value)) for name, value in pairs], heads=("a", "b")),
        funnel(FRAME, step, WORDS),
        flows(
            FRAME,
            [
                Link(name, f"到{place}", value, str(value))
                for place, (name, value) in enumerate(zip(names, values, strict=True))
            ],
            heads=("a", "b", "c"),
            ends=("出", "入"),
        ),
        capacity(
            FRAME,
            [
                Room(label=n, total=v, offered=v, accepted=v // 2, used=v // 3)
                for n, v in zip(names, values, strict=True)
            ],
            heads=("a", "b", "c", "d", "e"),
        ),
        stacked(
            FRAME,
            [Stack(n, (v, v // 2)) for n, v in zip(names, values, strict=True)],
            ["x", "y"],
            heads=("a", "b"),
        ),
        lines(FRAME, names, [Series("今年", tuple(values))], head="月份"),
    ]


@settings(max_examples=12)
@given(st.lists(st.tuples(NAMES, AMOUNTS), max_size=5))
def test_every_chart_is_well_formed_titled_and_within_its_width(rows: list[tuple[str, int]]) -> None:
    names, values = [name for name, _ in rows], [value for _, value in rows]
    for chart in some_of_each(names, values):
        root = tree(chart)
        assert root.find(f"{SVG}title").text == "各县区"  # type: ignore[union-attr]
        assert root.find(f"{SVG}desc").text == "一句话"  # type: ignore[union-attr]
        assert root.attrib["role"] == "img"
        assert "style" not in {key for one in root.iter() for key in one.attrib}
        assert not {"script", "foreignObject", "image"} & {one.tag.removeprefix(SVG) for one in root.iter()}
        for box in root.iter(f"{SVG}rect"):
            x, width = int(box.get("x", "0")), int(box.attrib["width"])
            assert x >= 0
            assert width >= 0
            assert x + width <= WIDTH
        assert len({len(row) for row in chart.rows} | {len(chart.heads)}) == 1


@settings(max_examples=12)
@given(st.lists(st.tuples(NAMES, AMOUNTS), max_size=5))
def test_the_same_data_give_the_same_bytes(rows: list[tuple[str, int]]) -> None:
    names, values = [name for name, _ in rows], [value for _, value in rows]
    first, second = some_of_each(names, values), some_of_each(names, values)
    assert [str(chart.svg) for chart in first] == [str(chart.svg) for chart in second]


def test_names_and_numbers_stand_in_picture_and_table() -> None:
    for chart in some_of_each(["商州区", "洛南县"], [31, 7]):
        for word in ("商州区", "洛南县"):
            assert word in said(chart)
            assert word in {cell for row in chart.rows for cell in row}
    for chart in some_of_each(["商州区", "洛南县"], [31, 7])[:5]:
        assert "31" in said(chart)
        assert any("31" in row for row in chart.rows)


@given(st.lists(AMOUNTS, max_size=9), st.integers(0, 2000))
def test_parts_add_up_and_none_is_off_by_more_than_one(values: list[int], length: int) -> None:
    parts = shared(values, length)
    whole = sum(values)
    assert sum(parts) == (length if whole else 0)
    assert all(abs(part * whole - value * length) <= whole for part, value in zip(parts, values, strict=True))


@given(AMOUNTS, st.integers(1, 10**15), st.integers(1, 600))
def test_a_longer_bar_is_never_for_less(value: int, more: int, length: int) -> None:
    most = value + more
    assert scaled(value, most, length) <= scaled(most, most, length) == length
    assert (scaled(value, most, length) > 0) == (value > 0)


def test_below_nothing_has_no_length() -> None:
    with pytest.raises(ValueError, match="-1"):
        scaled(-1, 5, 10)
    with pytest.raises(ValueError, match="below nothing"):
        shared([3, -1], 10)
    with pytest.raises(ValueError, match="-5"):
        league(FRAME, [Bar("x", -5, "-5")], heads=("a", "b"))


def test_league_bars_are_in_proportion_and_the_mark_stands_on_their_scale() -> None:
    chart = league(
        FRAME, [Bar("甲", 100, "100"), Bar("乙", 50, "50")], heads=("县区", "个"), mark=Mark(50, "目标 50")
    )
    (x, _, long, _), (_, _, short, _) = boxes(chart, FILLS[0])
    assert abs(long - 2 * short) <= 1
    mark = next(one for one in tree(chart).iter(f"{SVG}line") if one.get("stroke-dasharray"))
    assert numbers(mark, "x1", "x2") == (x + short, x + short)
    assert "目标 50" in said(chart)


def test_a_floor_stands_where_it_asks_for_and_says_whether_it_is_met() -> None:
    chart = funnel(
        FRAME,
        [
            Step(label="签约", value=100, text="100"),
            Step(label="合同", value=60, text="60", rate="60%", rate_bp=6000, floor_bp=6000),
            Step(label="注册", value=40, text="40", rate="66.6%", rate_bp=6666, floor_bp=8000),
            Step(label="开工", value=30, text="30", floor_bp=5000, of=40),
        ],
        WORDS,
    )
    bars = {y: (x, width) for x, y, width, _ in boxes(chart, FILLS[0])}
    floors = [
        numbers(mark, "x1", "y1")
        for group in tree(chart).iter(f"{SVG}g")
        for mark in group.iter(f"{SVG}line")
        if mark.get("stroke-dasharray")
    ]
    whole = next(iter(bars.values()))[1]
    left = next(iter(bars.values()))[0]
    assert [x - left for x, _ in floors] == [60 * whole // 100, 48 * whole // 100, 20 * whole // 100]
    assert [row[3:] for row in chart.rows] == [("—", "—"), ("60%", "达到"), ("80%", "未达到"), ("50%", "—")]
    assert "下限 80% · 未达到" in said(chart)
    assert "下限 60% · 达到" in said(chart)


@pytest.mark.parametrize(
    ("label", "missed"),
    [
        ("注册", "未达到"),
        ("Companies registered", "Below the floor"),
        ("Conditions for starting works reached", "Well below the floor that the city set"),
    ],
)
def test_no_words_of_a_funnel_leave_the_picture_or_enter_the_bars(label: str, missed: str) -> None:
    steps = [
        Step(label="Signed", value=123_456, text="123,456"),
        Step(label=label, value=100_000, text="100,000", rate="81%", rate_bp=7900, floor_bp=8000),
    ]
    words = FunnelWords(step="", number="", rate="Conversion", floor="Floor", met="Reached", missed=missed)
    chart = funnel(FRAME, steps, words)
    width = int(tree(chart).attrib["width"])
    assert tree(chart).attrib["viewBox"].startswith(f"0 0 {width} ")
    bars = boxes(chart, FILLS[0])
    ends = max(x + wide for x, _, wide, _ in bars)
    for one in tree(chart).iter(f"{SVG}text"):
        (x,), wide = numbers(one, "x"), width_of(str(one.text))
        if one.get("text-anchor") == "end":
            assert wide <= x <= bars[0][0]
        else:
            assert x + wide <= width
        if str(one.text).startswith(("Conversion", "Floor")):
            assert x > ends


def test_short_words_leave_a_funnel_as_wide_as_other_charts() -> None:
    chart = funnel(
        FRAME, [Step(label="签约", value=2, text="2"), Step(label="合同", value=1, text="1")], WORDS
    )
    assert tree(chart).attrib["width"] == str(WIDTH)
    assert boxes(chart, FILLS[0])[0] == (116, 9, 330, 28)


def test_ribbons_fill_both_ends() -> None:
    chart = flows(
        FRAME,
        [
            Link("甲", "乙", 3, "3"),
            Link("甲", "丙", 5, "5"),
            Link("丁", "丙", 7, "7"),
            Link("丁", "乙", 0, "0"),
        ],
        heads=("从", "到", "个"),
        ends=("流出", "承接"),
    )
    assert chart.rows == (("甲", "乙", "3"), ("甲", "丙", "5"), ("丁", "丙", "7"))
    shapes = [str(one.get("d")) for one in tree(chart).iter(f"{SVG}path")]
    starts = [tuple(map(int, re.findall(r"^M(\d+) (\d+)C|(\d+)Z$", shape)[0][:2])) for shape in shapes]
    lows = [int(re.findall(r"(\d+)Z$", shape)[0]) for shape in shapes]
    heights = [low - y for (_, y), low in zip(starts, lows, strict=True)]
    ends = [
        int(re.findall(r"(\d+)V(\d+)C", shape)[0][1]) - int(re.findall(r"(\d+)V(\d+)C", shape)[0][0])
        for shape in shapes
    ]
    nodes = [height for _, _, _, height in boxes(chart, FILLS[0])]
    assert nodes == [heights[0] + heights[1], heights[2], ends[0], ends[1] + ends[2]]
    assert sum(heights) == sum(ends) == 120
    assert {"甲 8", "丁 7", "乙 3", "丙 12"} <= set(said(chart).splitlines())


def test_two_links_of_one_way_are_refused() -> None:
    with pytest.raises(ValueError, match="same way"):
        flows(FRAME, [Link("甲", "乙", 1, "1")] * 2, heads=("", "", ""), ends=("", ""))


def test_stacks_are_as_long_as_their_sums_and_hatched() -> None:
    chart = stacked(
        FRAME, [Stack("甲", (30, 20, 10)), Stack("乙", (15, 15, 0))], ["新", "中", "旧"], heads=("县", "合计")
    )
    fills = [FILLS[0], "url(#one-h1)", "url(#one-h2)"]
    rows: dict[int, int] = {}
    for _, y, width, height in boxes(chart, *fills):
        if height == 20:
            rows[y] = rows.get(y, 0) + width
    long, short = rows.values()
    assert abs(long - 2 * short) <= 1
    assert chart.rows == (("甲", "30", "20", "10", "60"), ("乙", "15", "15", "0", "30"))
    assert len(list(tree(chart).iter(f"{SVG}pattern"))) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: stacked(FRAME, [Stack("甲", (1,))], ["x", "y"], heads=("a", "b")),
        lambda: stacked(FRAME, [], list("abcdefg"), heads=("a", "b")),
        lambda: lines(FRAME, ["1"], [Series("x", (1, 2))], head="月"),
        lambda: lines(FRAME, [], [Series("x", ())] * 4, head="月"),
        lambda: Frame(name="1 x", title="t"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: Callable[[], Chart]) -> None:
    with pytest.raises(ValueError, match=r"parts|lines|name"):
        wrong()


def test_a_park_shows_more_than_it_has_as_it_is() -> None:
    chart = capacity(
        FRAME,
        [Room(label="园区", total=100, offered=50, accepted=25, used=200)],
        heads=("园区", "总量", "已供", "已承接", "已用"),
    )
    outline = boxes(chart, "#eef2f6")[0][2]
    offered, accepted, used = (
        next(w for _, _, w, h in boxes(chart, fill) if h == 12 and w != 16)
        for fill in (FILLS[0], "url(#one-h1)", "url(#one-h2)")
    )
    assert outline == used // 2
    assert abs(offered - outline // 2) <= 1
    assert abs(accepted - outline // 4) <= 1
    assert "总量 100" in said(chart)


def test_months_without_a_value_have_no_mark_but_a_dash() -> None:
    chart = lines(
        FRAME,
        ["1月", "2月", "3月"],
        [Series("今年", (1, 4, None)), Series("上年", (2, 3, 4)), Series("目标", (None, None, None))],
        head="月份",
    )
    plotted = [one for one in tree(chart).iter(f"{SVG}circle") if int(one.attrib["cy"]) > 20]
    assert [int(one.attrib["cy"]) for one in plotted] == [34 + 190 - 47, 34]
    assert chart.rows[2] == ("3月", "—", "4", "—")


def test_chinese_words_of_an_english_chart_are_marked() -> None:
    chart = league(
        Frame(name="en", title="Signed", locale="en"), [Bar("商州区", 3, "3")], heads=("County", "Signed")
    )
    marks = {one.text: one.get("lang") for one in tree(chart).iter(f"{SVG}text")}
    assert marks == {"商州区": "zh-CN", "3": None}
    assert tree(chart).find(f"{SVG}desc") is None


@given(st.text(max_size=30), st.integers(20, 200))
def test_a_shortened_text_fits_or_is_only_the_ellipsis(words: str, width: int) -> None:
    cut = shortened(words, width)
    assert cut == words or cut.endswith("…")
    assert width_of(cut) <= max(width, 13)
