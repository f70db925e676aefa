"""`yipanqi estimate`: the documented example to the fen, both languages, and files that are refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import app

DOC = (Path(__file__).parents[3] / "docs/sharing-estimate.md").read_text("utf-8")
WAN = 1_000_000


def example() -> dict[str, Any]:
    found = re.search(r"```json\n(.*?)```", DOC, re.DOTALL)
    assert found is not None
    asked: dict[str, Any] = json.loads(found[1])
    return asked


def run(tmp_path: Path, content: str | bytes, *before: str) -> Result:
    file = tmp_path / "question.json"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return CliRunner().invoke(app, [*before, "estimate", str(file)])


def test_the_documented_example_gives_the_documented_figures(tmp_path: Path) -> None:
    ended = run(tmp_path, json.dumps(example()))
    assert ended.exit_code == 0
    told = json.loads(ended.stdout.splitlines()[-1])
    assert (told["low_fen"], told["high_fen"]) == (180 * WAN, 258_750_000)
    assert told["ways"][0]["credit"][0]["this_year_fen"] == 4_000 * WAN
    credit = ended.stdout.index("固定资产投资：今年考核计入 4,000 万元，五年 8,000 万元")
    money = ended.stdout.index(
        "税收（承接地 611002）：五年 180 万元：2027 0, 2028 0, 2029 40, 2030 60, 2031 80"
    )
    assert credit < money
    assert "税收（承接地 611021）：五年 258.75 万元" in ended.stdout
    assert "不构成承诺" in ended.stdout


def test_what_cannot_be_kept_says_so_in_english_too(tmp_path: Path) -> None:
    ended = run(tmp_path, json.dumps(example() | {"can_host": False, "host": "611021"}), "--lang", "en")
    lines = ended.stdout.splitlines()
    assert lines[lines.index("Kept") + 1] == "  Cannot host"
    assert ended.stdout.count("Tax (host 611021)") == 1
    assert not re.search(r"[\u4e00-\u9fff]", ended.stdout)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"tax_fen": 1.0}, "/tax_fen"),
        ({"format": "yipanqi.estimate/2"}, "/format"),
        ({"levels": []}, "/levels"),
        ({"levels": [example()["levels"][0] | {"city_bp": 1}]}, "/levels/0"),
        ({"mix": {"vat": 0}}, "/mix"),
        ({"surprise": 1}, "/surprise"),
        ({"host": "611022"}, "/host"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, Any], place: str) -> None:
    ended = run(tmp_path, json.dumps(example() | changes), "--lang", "zh")
    assert ended.exit_code == 1
    assert f"{place}: " in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(("content", "word"), [('{"tax_fen": NaN}', "not-a-number"), (b"\xff", "not-json")])
def test_what_is_no_json_is_refused(tmp_path: Path, content: str | bytes, word: str) -> None:
    ended = run(tmp_path, content)
    assert ended.exit_code == 1
    assert f"question.json: 不是有效的 JSON ({word})" in ended.stderr


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["estimate", str(tmp_path / "none.json")])
    assert ended.exit_code == 1
    assert "none.json" in ended.stderr
