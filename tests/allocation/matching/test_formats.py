"""Both file formats: what is right is read, what is strange is refused with its line."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.formats import FormatError, decode, parse_gap, parse_instance
from allocation.matching.instance import CountyLimit
from allocation.matching.places import line_of
from tests.allocation.matching import factories as make

EXAMPLE: dict[str, Any] = {
    "format": "yipanqi.instance/1",
    "resources": ["land", "factory", "energy"],
    "hosts": [{"id": "6110P01", "county": "611002", "capacity": [1200, 40000, 90000]}],
    "leads": [
        {
            "id": "6110-2026-0001",
            "origin": "611021",
            "must_place": False,
            "held_by": None,
            "options": [{"host": "6110P01", "value": 8123, "use": [45, 0, 3100]}],
        }
    ],
    "counties": [{"id": "611002", "max_leads": 40, "min_leads": 0, "capacity": [3000, None, 60000]}],
}


def written(**changes: Any) -> str:
    return json.dumps(EXAMPLE | changes, indent=1)


def test_the_example_is_read() -> None:
    found = parse_instance(written())
    assert found.resources == ("land", "factory", "energy")
    assert found.hosts[0].capacity == (1200, 40000, 90000)
    assert found.leads == (
        make.Seeker(
            id="6110-2026-0001",
            origin="611021",
            must_place=False,
            held_by=None,
            options=(make.option("6110P01", 8123, 45, 0, 3100),),
        ),
    )
    assert found.counties == (CountyLimit("611002", 40, 0, (3000, None, 60000)),)


def test_bounds_of_a_county_may_be_left_out() -> None:
    found = parse_instance(written(counties=[{"id": "611002"}]))
    assert found.counties == (CountyLimit("611002", None, 0, (None, None, None)),)
    none = parse_instance(written(counties=[{"id": "611002", "capacity": None, "max_leads": None}]))
    assert none == found


def test_an_empty_instance_is_one() -> None:
    found = parse_instance(written(resources=[], hosts=[], leads=[], counties=[]))
    assert (found.hosts, found.leads) == ((), ())


def changed(place: tuple[str | int, ...], value: Any) -> str:
    document = json.loads(json.dumps(EXAMPLE))
    inside = document
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return json.dumps(document, indent=1)


OPTION = ("leads", 0, "options", 0)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("format",), "yipanqi.instance/2", "must be yipanqi.instance/1"),
        (("resources",), {}, "must be a list"),
        (("resources", 1), "land", "stands twice"),
        (("resources", 0), "", "text"),
        (("resources", 0), "a\nb", "text"),
        (("resources", 0), "\ud800", "text"),
        (("hosts", 0), 5, "must be an object"),
        (("hosts", 0, "id"), 5, "text"),
        (("hosts", 0, "capacity"), [1, 2], "3 entries"),
        (("hosts", 0, "capacity", 0), None, "whole number"),
        (("hosts", 0, "colour"), "red", "unknown key"),
        (("leads", 0, "must_place"), 1, "true or false"),
        (("leads", 0, "colour"), "red", "unknown key"),
        (("leads", 0, "held_by"), 5, "text"),
        (("leads", 0, "options"), None, "must be a list"),
        ((*OPTION, "host"), "6110P02", "no host"),
        ((*OPTION, "value"), -1, "whole number"),
        ((*OPTION, "value"), 1.0, "whole number"),
        ((*OPTION, "value"), 2**40, "whole number"),
        ((*OPTION, "value"), True, "whole number"),
        ((*OPTION, "value"), "8123", "whole number"),
        ((*OPTION, "value"), float("nan"), "whole number"),
        ((*OPTION, "use", 2), -5, "whole number"),
        (("counties", 0, "max_leads"), -1, "whole number"),
        (("counties", 0, "min_leads"), None, "whole number"),
        (("counties", 0, "capacity", 1), "x", "whole number"),
    ],
)
def test_a_strange_value_is_refused_with_its_line(
    place: tuple[str | int, ...], value: Any, said: str
) -> None:
    text = changed(place, value)
    with pytest.raises(FormatError) as error:
        parse_instance(text)
    assert said in error.value.fault
    assert ".".join(map(str, place)) in error.value.fault
    assert (
        text.split("\n")[error.value.line - 1].strip().startswith((f'"{place[-1]}"', '"', "{", "5", "n", "-"))
    )
    assert "\n" not in str(error.value)


def test_a_strange_key_is_shown_on_one_line() -> None:
    with pytest.raises(FormatError, match=r"line 3: a\\nb\\ud800: unknown key"):
        parse_instance(
            '{"format":"yipanqi.instance/1","resources":[],"hosts":[],"leads":[],"counties":[],\n"a\\nb\\ud800":\n1}'
        )


@pytest.mark.parametrize("key", ["format", "resources", "hosts", "leads", "counties"])
def test_a_missing_key_is_named(key: str) -> None:
    document = {name: value for name, value in EXAMPLE.items() if name != key}
    with pytest.raises(FormatError, match=f"line 1: the document: the key {key} is missing"):
        parse_instance(json.dumps(document))


def test_a_number_of_thousands_of_digits_is_only_refused() -> None:
    with pytest.raises(FormatError, match="whole number"):
        parse_instance(written().replace("8123", "1" * 5_000))


def test_the_line_is_that_of_the_fault() -> None:
    text = changed((*OPTION, "use", 1), -7)
    with pytest.raises(FormatError) as error:
        parse_instance(text)
    assert text.split("\n")[error.value.line - 1].strip() == "-7,"


@pytest.mark.parametrize("name", ["hosts", "leads", "counties"])
def test_names_stand_once(name: str) -> None:
    with pytest.raises(FormatError, match="stands twice"):
        parse_instance(written(**{name: EXAMPLE[name] * 2}))


def test_a_host_stands_once_among_options() -> None:
    with pytest.raises(FormatError, match="stands twice"):
        parse_instance(changed(("leads", 0, "options"), EXAMPLE["leads"][0]["options"] * 2))


def test_a_key_stands_once() -> None:
    text = written().replace('"must_place": false,', '"must_place": false,\n   "must_place": true,')
    with pytest.raises(FormatError, match="must_place' stands twice"):
        parse_instance(text)


@pytest.mark.parametrize("text", ["", "{", '{"format": }', "[1, 2", '{"a": 1} x', "nan"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match=r"line 1: not JSON|line 1: the document"):
        parse_instance(text)


def test_a_broken_line_deep_in_the_file_is_named() -> None:
    text = written()
    cut = text.replace('"value": 8123,', '"value": 8123', 1)
    line = text[: text.index('"use"')].count("\n") + 1
    with pytest.raises(FormatError) as error:
        parse_instance(cut)
    assert error.value.line == line


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(FormatError, match="nested too deeply"):
        parse_instance("[" * 200_000)


documents = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(documents)
@settings(max_examples=60)
def test_lines_are_found_in_any_document(document: Any) -> None:
    text = json.dumps({"a": document, "last": 1}, indent=1)
    assert text.split("\n")[line_of(text, ("last",)) - 1].strip() == '"last": 1'
    assert line_of(text, ("nowhere", 1)) == 1


def test_a_place_inside_a_plain_value_is_on_its_line() -> None:
    assert line_of('{\n"a": 5}', ("a", "b")) == 2


# --- the text format -------------------------------------------------------------------------------

SMALL = " 2 3\n 1 2 3\n 4 5 6\n 1 1 1\n 2 2 2\n 7 8 \n"


def test_a_gap_is_read_by_agents() -> None:
    gap = parse_gap(SMALL)
    assert (gap.agents, gap.jobs) == (2, 3)
    assert gap.cost == ((1, 2, 3), (4, 5, 6))
    assert gap.use == ((1, 1, 1), (2, 2, 2))
    assert gap.capacity == (7, 8)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "ends after 0"),
        (" 2", 1, "ends after 1"),
        ("2 3\n1 2 3\n", 2, "ends after 5 of 16"),
        (SMALL.replace("5", "x"), 3, "'x'"),
        (SMALL.replace("5", "-5"), 3, "'-5'"),
        (SMALL.replace("5", "5.0"), 3, "'5.0'"),
        (SMALL.replace("5", "1_0"), 3, "'1_0'"),
        (SMALL.replace("5", "５"), 3, "whole number"),
        (SMALL.replace("5", str(2**40)), 3, str(2**40)),
        (SMALL.replace("5", "9" * 50), 3, "9" * 24),
        (SMALL + " 9\n", 7, "goes on after 16"),
        ("0 3\n", 1, "0 agents"),
        ("90000 90000\n", 1, "pairs"),
        ("x 3\n", 1, "'x'"),
    ],
)
def test_a_damaged_gap_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(FormatError) as error:
        parse_gap(text)
    assert error.value.line == line
    assert said in error.value.fault


def test_files_are_utf8_and_may_carry_a_mark() -> None:
    assert decode("\ufeff一".encode()) == "一"
    with pytest.raises(FormatError, match="line 3: not UTF-8"):
        decode(b"a\nb\n\xff")
