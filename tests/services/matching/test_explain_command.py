"""`yipanqi explain` as a user types it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from allocation.matching.answer_record import read_answer
from allocation.matching.record import pool_record
from services.matching.explain_commands import explain
from tests.allocation.matching import factories as make

app = typer.Typer()
app.command()(explain)

Call = Callable[..., tuple[int, str, str]]


def call(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(item) for item in arguments])
    return done.exit_code, done.stdout, done.stderr


def said(*arguments: object) -> tuple[list[str], dict[str, Any]]:
    code, out, errors = call(*arguments, "--json")
    assert (code, errors) == (0, "")
    *lines, last = out.splitlines()
    return lines, json.loads(last)


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    """Two leads of 60 mu want 100 mu; a third park is out for both, a fourth and fifth are behind."""
    parks = (
        make.park("A", leading=frozenset({make.CIRCUITS})),
        make.park("B", "610002", plots=(make.plot("B-1", 55),)),
        make.park("C", "610009"),
        make.park("D", "610002", main=frozenset({make.CIRCUITS})),
        *(make.park(code, "610002") for code in "EF"),
    )
    leads = (make.lead("L1", 60), make.lead("L2", 60, held_by="610001"))
    path = tmp_path / "pool.json"
    path.write_text(json.dumps(pool_record(make.pool(leads, parks)), ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    options = [{"host": "h", "value": 5, "use": [3]}, {"host": "k", "value": 4, "use": [3]}]
    lead = {"origin": "c9", "must_place": False, "held_by": None}
    document = {
        "format": "yipanqi.instance/1",
        "resources": ["land"],
        "hosts": [
            {"id": "h", "county": "c", "capacity": [4]},
            {"id": "k", "county": "c", "capacity": [1]},
        ],
        "leads": [
            {"id": "a", **lead, "options": options},
            {"id": "b", **lead, "options": [options[0] | {"value": 9}]},
        ],
        "counties": [],
    }
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_every_park_of_a_pool_has_its_line(pool: Path) -> None:
    lines, record = said(pool, "L1")
    assert lines[0] == "L1 安排在 D（最优（已证明））"
    assert lines[1].startswith("1. D：得分 ")
    assert lines[1].endswith("推荐落位")
    assert lines[2].endswith("可以落位")
    assert "不选 C：首谈单位自己的园区（610009，要求 610009）" in lines
    assert "不选 B：到期可供用地不足（60，要求 55）" in lines
    assert len(lines) == 7
    assert (record["host"], record["verified"], record["status"]) == ("D", True, "optimal")
    assert record["explanation"]["lead"] == "L1"
    code, out, _ = call(pool, "L1")
    assert (code, out.splitlines()) == (0, lines)


def test_one_park_says_why_not_and_what_would_win(pool: Path) -> None:
    lines, record = said(pool, "L1", "--host", "A", "--level", 0)
    assert "A 到期可供用地不足：需要 60，还差 20" in lines
    assert "占用者：L2 60" in lines
    assert lines[-1] == "  A：再有 20 亩净地（2027-03-01 前可供）"
    assert read_answer(record["why_not"]).lead == "L1"
    assert [read_answer(item).level for item in record["would_win"]] == [0]
    lines, record = said(pool, "L1", "--host", "A", "--level", 2)
    assert "以下改动后可以落位" in lines[-2]
    assert record["would_win"][0]["minimal"] is True
    lines, _ = said(pool, "L1", "--host", "D")
    assert lines[-1].endswith("无需改动")
    lines, _ = said(pool, "L1", "--host", "C", "--level", 1)
    assert lines[1] == "不能去 C：首谈单位自己的园区（610009，要求 610009）"
    assert lines[-1] == "C：补足后全市重新求解，仍不能落位"
    assert "得分" in lines[-2]


def test_crowded_parks_among_the_first_three_say_what_is_short(tmp_path: Path) -> None:
    parks = (make.park("A"), make.park("B", "610002", plots=(make.plot("B-1", 5),)))
    leads = (make.lead("L1", 60), make.lead("L2", 60, must_place=True))
    path = tmp_path / "pool.json"
    path.write_text(json.dumps(pool_record(make.pool(leads, parks))), "utf-8")
    lines, _ = said(path, "L1")
    assert lines[0] == "L1 留在池中（最优（已证明））"
    assert lines[1].endswith("其他项目落位后不够：到期可供用地不足（60，要求 40）")


def test_an_instance_tells_what_is_short_by_resource(instance: Path) -> None:
    lines, record = said(instance, "a")
    assert lines == [
        "a 留在池中（最优（已证明））",
        "h：其他安排都不动，以下改动后可以落位：",
        "  h 的 land 再多 2",
        "k：其他安排都不动，以下改动后可以落位：",
        "  k 的 land 再多 2",
    ]
    assert (record["explanation"], record["why_not"]) == (None, None)
    lines, _ = said(instance, "a", "--host", "k", "--level", 2)
    assert lines[-1] == "  k 的 land 再多 2"
    lines, _ = said(instance, "b", "--host", "k")
    assert lines[-1] == "k：其他安排都不动，仍不能落位"


def test_it_speaks_english(pool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIPANQI_LANG", "en")
    lines, _ = said(pool, "L1", "--host", "A")
    assert lines[0] == "L1 is placed at D (Best, proven)"
    assert not any("一" <= letter <= "鿿" for line in lines for letter in line)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("L9",), "没有线索 L9"),
        (("L1", "--host", "Z"), "没有承接地 Z"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(pool: Path, arguments: tuple[str, ...], line: str) -> None:
    assert call(pool, *arguments) == (1, "", f"{line}\n")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'{"format": "yipanqi.pool/1"}', "线索池文件有误：KeyError"),
        (b'{"format": "yipanqi.pool/1", "as_of": 7}', "线索池文件有误：TypeError"),
        (b'{"format": 1}', "line 1: the document: the key counties is missing"),
        (b"[", "line 1: not JSON"),
        (b"[" + b"9" * 5_000 + b"]", "line 1: the document: must be an object"),
        (b"\xff", "line 1: not UTF-8 text"),
    ],
)
def test_a_damaged_file_is_said_in_one_line(tmp_path: Path, content: bytes, line: str) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(content)
    code, out, errors = call(path, "L1")
    assert (code, out, errors.count("\n")) == (1, "", 1)
    assert line in errors
    code, _, errors = call(tmp_path / "nothing", "L1")
    assert (code, errors) == (1, f"{tmp_path / 'nothing'}: No such file or directory\n")


@pytest.mark.parametrize(("resource", "county", "name"), [("leads", "c", "leads"), ("land", "h", "h")])
def test_a_change_could_mean_two_things_where_names_stand_twice(
    tmp_path: Path, resource: str, county: str, name: str
) -> None:
    """A change of `h` would be made to the county, and the lead be said not to win its host."""
    path = tmp_path / "instance.json"
    document = {
        "format": "yipanqi.instance/1",
        "resources": [resource],
        "hosts": [{"id": "h", "county": county, "capacity": [1]}],
        "leads": [
            {
                "id": "a",
                "origin": "o",
                "must_place": False,
                "held_by": None,
                "options": [{"host": "h", "value": 1, "use": [2]}],
            }
        ],
        "counties": [{"id": county, "max_leads": 1, "capacity": [9]}],
    }
    path.write_text(json.dumps(document), "utf-8")
    said = f"名称 {name} 有两种含义：承接地与县区不能同名，资源不能叫 leads\n"
    assert call(path, "a", "--host", "h", "--level", 1) == (1, "", said)


def test_no_plan_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "pool.json"
    pool = make.pool((make.lead("L1", 5_000, must_place=True),))
    path.write_text(json.dumps(pool_record(pool)), "utf-8")
    assert call(path, "L1") == (1, "", "没有得出方案：infeasible\n")


def test_a_plan_that_is_not_verified_says_why(pool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.matching.explaining.plan_faults", lambda *_: ["a fault"])
    code, out, errors = call(pool, "L1", "--json")
    assert (code, errors) == (0, "a fault\n")
    assert json.loads(out.splitlines()[-1])["verified"] is False
