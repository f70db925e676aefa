"""`yipanqi advise` as a user types it."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import typer
from typer.testing import CliRunner

from allocation.sharing.advice.case import AdviceMethod
from allocation.sharing.advice.refusal import Fault
from services.kit.i18n import gettext
from services.sharing.commands import advise_on
from services.sharing.words import CORE, FAULTS, MEANINGS, METHODS

GOLDEN = Path(__file__).parents[2] / "golden/advise"
ANSWERS = json.loads((GOLDEN / "answers.json").read_text("utf-8"))
SCHEMA = json.loads((Path(__file__).parents[3] / "docs/advise.schema.json").read_text("utf-8"))
CASES = [(name, method) for name, answers in ANSWERS.items() for method in answers]

app = typer.Typer()
app.command()(advise_on)


def call(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(item) for item in arguments])
    return done.exit_code, done.stdout, done.stderr


def test_every_question_has_an_answer_and_the_other_way_round() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == {"answers", *ANSWERS}
    assert len(CASES) == 18


@pytest.mark.parametrize("name", ANSWERS)
def test_the_published_schema_takes_every_golden_question(name: str) -> None:
    jsonschema.validate(json.loads((GOLDEN / f"{name}.json").read_text("utf-8")), SCHEMA)


@pytest.mark.parametrize(
    "document",
    [
        {"estate": 1.5, "claims": {"a": 2}},
        {"estate": "1e3", "claims": {"a": 2}},
        {"estate": 1, "claims": {"a,b": 2}},
        {"estate": 1, "claims": {}},
        {"claims": {"a": 2}},
        {"values": {"a": 1}, "costs": {"a": 1}},
        {"values": {"a": 1}, "estate": 1},
        {"values": {"a": 2**53}},
    ],
)
def test_what_the_schema_refuses_the_command_refuses(document: object, tmp_path: Path) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)
    path = tmp_path / "question.json"
    path.write_text(json.dumps(document), "utf-8")
    assert call(path, "--method", "nash")[0] == 1


@pytest.mark.parametrize(("name", "method"), CASES)
def test_a_golden_case_gives_the_published_shares(name: str, method: str) -> None:
    code, said, wrong = call(GOLDEN / f"{name}.json", "--method", method)
    assert (code, wrong) == (0, "")
    assert json.loads(said.splitlines()[-1]) == {"method": method, **ANSWERS[name][method]}


def test_the_installed_command_prints_the_line_that_is_promised() -> None:
    arguments = [
        sys.executable,
        "-m",
        "services.cli",
        "advise",
        str(GOLDEN / "G16-200.json"),
        "--method",
        "talmud",
    ]
    said = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    last = '{"method": "talmud", "shares": {"a": "50", "b": "75", "c": "75"}, "in_core": true}'
    assert said.splitlines()[-1] == last


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_person_reads_the_rule_the_shares_and_the_core(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIPANQI_LANG", language)
    _, said, _ = call(GOLDEN / "G22.json", "--method", "shapley")
    *lines, _ = said.splitlines()
    expected = {
        "zh": [
            "夏普利值：按所有加入次序平均，各方加入时带来多少就得多少。",
            "有几方单干会更好（不在核心内）。",
        ],
        "en": [
            "Shapley value: Each gets what it brings on joining, averaged over all orders of joining.",
            "Some group could do better on its own (not in the core).",
        ],
    }[language]
    assert lines == [expected[0], "  a\t1/6", "  b\t1/6", "  c\t2/3", expected[1]]


def test_all_words_have_an_english_text() -> None:
    assert set(FAULTS) == set(Fault)
    assert set(METHODS) == set(MEANINGS) == set(AdviceMethod)
    for words in (FAULTS, METHODS, MEANINGS, CORE):
        assert all(gettext(text, "en").isascii() for text in words.values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{", "第 1 行不是有效的 JSON"),
        (b"\xff", "不是 UTF-8 文本"),
        (b"[" * 100_000, "嵌套过深"),
        (b"[]", "应为 JSON 对象"),
        (b'{"estate": 5, "claims": {"a": NaN}}', "claims: a: 带小数点的 JSON 数和 NaN 不精确"),
        (b'{"estate": 0.5, "claims": {"a": 1}}', "estate: 带小数点的 JSON 数和 NaN 不精确"),
        (b'{"values": {"a": 1, "b": 2}}', "values: 缺 1 个联合体：a,b"),
        (b'{"estate": 5, "claims": {"a": 1}}', "estate: 可分总额 5 超过主张之和 1"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_line(text: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "question.json"
    path.write_bytes(text)
    code, out, line = call(path, "--method", "nash")
    assert (code, out) == (1, "")
    assert line.startswith(f"{path}: {said}")
    assert line.count("\n") == 1


def test_a_strange_name_does_not_break_the_line(tmp_path: Path) -> None:
    path = tmp_path / "question.json"
    path.write_text(json.dumps({"estate": 1, "claims": {"a\n\x1b[31mb" + "x" * 500: 1}}), "utf-8")
    code, _, line = call(path, "--method", "cea")
    assert code == 1
    assert "a??[31mbxxx" in line
    assert "…" in line
    assert line.count("\n") == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, _, line = call(tmp_path / "none.json", "--method", "cea")
    assert (code, line) == (1, f"{tmp_path / 'none.json'}: No such file or directory\n")


def test_another_method_is_wrong_usage() -> None:
    code, _, line = call(GOLDEN / "G17.json", "--method", "coin")
    assert code == 2
    assert "nucleolus" in line


def test_a_game_of_twelve_is_answered(tmp_path: Path) -> None:
    names = "abcdefghijkl"
    costs = {
        ",".join(name for place, name in enumerate(names) if mask >> place & 1): 100 + 7 * mask.bit_length()
        for mask in range(1, 1 << 12)
    }
    path = tmp_path / "airport.json"
    path.write_text(json.dumps({"costs": costs}), "utf-8")
    code, said, _ = call(path, "--method", "nucleolus")
    assert (code, json.loads(said.splitlines()[-1])["in_core"]) == (0, True)
