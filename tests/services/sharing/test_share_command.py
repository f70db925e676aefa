"""`yipanqi share` as a user types it."""

import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.commands.surroundings import LANGUAGE_VARIABLE
from services.sharing.share_command import COLUMNS, share

GOLDEN = Path(__file__).parents[2] / "golden" / "share"
CASES = sorted(GOLDEN.glob("*.json"))

app = typer.Typer()
app.command()(share)


def call(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(item) for item in arguments])
    return done.exit_code, done.stdout, done.stderr


def case(tmp_path: Path, name: str = "G09", **changes: object) -> Path:
    document = json.loads((GOLDEN / f"{name}.json").read_text("utf-8")) | changes
    path = tmp_path / "case.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_golden_case_prints_its_numbers_last(path: Path) -> None:
    code, said, wrong = call(path)
    assert (code, wrong) == (0, "")
    last = json.loads(said.splitlines()[-1])
    assert set(last) == {"by_party", "lines", "base_fen", "sum_check"}
    expect = json.loads(path.read_text("utf-8"))["expect"]
    assert (last["by_party"], last["base_fen"]) == (expect["by_party"], expect["base_fen"])
    assert last["sum_check"] is True


def test_every_golden_case_of_the_list_is_a_file() -> None:
    names = {path.stem.split("-")[0] for path in CASES}
    assert names == {"G01", "G02", "G03", "G05a", "G05c", "G06", "G07", "G08", "G09", "G10", "G14", "merger"}


@pytest.mark.parametrize(("tongue", "piece"), [("zh", "分享基数"), ("en", "less incentives")])
def test_explained_the_statement_stands_before_the_last_line(
    monkeypatch: pytest.MonkeyPatch, tongue: str, piece: str
) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, tongue)
    code, said, _ = call(GOLDEN / "G09.json", "--explain")
    *words, last = said.splitlines()
    assert code == 0
    assert any(piece in line for line in words)
    assert json.loads(last)["lines"] == 6
    code, said, _ = call(GOLDEN / "G02.json", "--explain")
    assert (code, len(said.splitlines()) > 1) == (0, True)


def test_the_lines_are_written_as_json_and_csv(tmp_path: Path) -> None:
    for suffix in ("json", "csv"):
        assert call(GOLDEN / "G09.json", "--out", tmp_path / f"lines.{suffix}")[0] == 0
    rows = json.loads((tmp_path / "lines.json").read_text("utf-8"))
    assert len(rows) == 12
    assert sum(row["part_fen"] for row in rows) == 459_200_000
    assert tuple(rows[0]) == COLUMNS
    with (tmp_path / "lines.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["part_fen"] for row in csv.DictReader(file)] == [str(row["part_fen"]) for row in rows]
    own = case(tmp_path, receipts=[], expect=None)
    assert call(own, "--out", tmp_path / "none.csv")[0] == 0
    assert (tmp_path / "none.csv").read_text("utf-8-sig").strip() == ",".join(COLUMNS)


def test_a_line_of_its_own_names_no_tax(tmp_path: Path) -> None:
    terms = json.loads((GOLDEN / "G09.json").read_text("utf-8"))["terms"]
    terms[0]["guarantees"] = [{"party": "611026", "fen": 300_000_000}]
    path = case(tmp_path, terms=terms, expect=None)
    assert call(path, "--out", tmp_path / "lines.json")[0] == 0
    rows = json.loads((tmp_path / "lines.json").read_text("utf-8"))
    assert [(row["kind"], row["tax"], row["part_fen"]) for row in rows[-2:]] == [
        ("guarantee", None, 70_400_000),
        ("guarantee", None, -70_400_000),
    ]


def test_what_is_not_as_expected_is_told_and_ends_with_1(tmp_path: Path) -> None:
    code, said, wrong = call(case(tmp_path, expect={"base_fen": 1}))
    assert code == 1
    assert json.loads(said.splitlines()[-1])["base_fen"] == 459_200_000
    assert wrong.count("\n") == 1
    assert "/expect/base_fen" in wrong
    expect = {"rounded": {"coefficient": {"b": "1.4"}, "constant": 5, "nothing": "1"}, "base_fen": 1}
    code, _, wrong = call(case(tmp_path, "G14", expect=expect))
    assert (code, wrong.count("\n")) == (1, 2)
    assert '"b": "1.5"' in wrong


def test_every_fault_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, "en")
    path = case(tmp_path, through="never", levels=[{}])
    code, said, wrong = call(path)
    assert (code, said) == (1, "")
    lines = wrong.splitlines()
    assert f"{path}: /through [through]: not a month such as 2025-03: never" in lines
    assert all(line.startswith(f"{path}: /") for line in lines)
    assert len(lines) >= 8


def test_a_firm_that_would_benefit_is_refused_with_the_article(tmp_path: Path) -> None:
    terms = json.loads((GOLDEN / "G09.json").read_text("utf-8"))["terms"]
    terms[0]["parties"][0]["kind"] = "firm"
    code, _, wrong = call(case(tmp_path, terms=terms))
    assert code == 1
    assert "/terms/0/shares/0/ratio_bp/611026" in wrong
    assert "公平竞争审查条例（国务院令第783号）第十条" in wrong


@pytest.mark.parametrize(
    ("data", "piece"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"{", "line 1 column 2"),
        (b"[" * 100_000, "嵌套过深"),
        (b"[]", "/format"),
        (b'{"format": "yipanqi.share/0", "formula": {}}', "/format"),
        (b'{"format": "yipanqi.share/1", "formula": {}}', "formula"),
        (b'{"format": "yipanqi.share/1", "through": 1.5}', "/through"),
        (b'{"format": "yipanqi.share/1", "events": [{"kind": "end", "on": "9998-02-28"}]}', "/events/0/on"),
        (b'{"format": "", "through": "2025-12"}', "/format"),
        (
            b'{"format": "yipanqi.share/1",\n "title": "x\\\\\\ud800"}',
            "Unpaired surrogate (line 2 column 15)",
        ),
        (b'{"format": "yipanqi.share/1", "title": "\\ud83d\\udc4d", "through": 1.5}', "/through"),
    ],
)
def test_what_is_no_case_is_refused_in_words(tmp_path: Path, data: bytes, piece: str) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(data)
    code, said, wrong = call(path)
    assert (code, said) == (1, "")
    assert piece in wrong
    assert "Traceback" not in wrong


def test_files_that_cannot_be_read_or_written_are_told(tmp_path: Path) -> None:
    assert call(tmp_path / "none.json")[0] == 1
    code, _, wrong = call(GOLDEN / "G09.json", "--out", tmp_path / "lines.txt")
    assert (code, ".csv" in wrong) == (1, True)
    code, said, wrong = call(GOLDEN / "G09.json", "--out", tmp_path / "no" / "lines.csv")
    assert (code, said, "No such file" in wrong) == (1, "", True)


@pytest.mark.parametrize("expect", [True, 1, "x", 1.5, []])
def test_what_a_formula_is_expected_to_give_is_a_map(tmp_path: Path, expect: object) -> None:
    code, said, wrong = call(case(tmp_path, "G14", expect=expect))
    assert (code, said) == (1, "")
    assert "/expect" in wrong
    deep = {"rounded": {"constant": {"a": {"b": "1"}}}}
    code, _, wrong = call(case(tmp_path, "G14", expect=deep))
    assert (code, "/expect/rounded" in wrong) == (1, True)


def test_a_name_that_a_spreadsheet_would_work_out_is_disarmed(tmp_path: Path) -> None:
    text = json.dumps(json.loads((GOLDEN / "G09.json").read_text("utf-8"))).replace("611026", "=1+1")
    path = tmp_path / "case.json"
    path.write_text(text, "utf-8")
    assert call(path, "--out", tmp_path / "lines.csv")[0] == 0
    with (tmp_path / "lines.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["party"] for row in rows} == {"'=1+1", "611021"}
    assert any(row["part_fen"].isdigit() for row in rows)


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_a_line_is_called_the_same_in_the_statement_and_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tongue: str
) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, tongue)
    out = tmp_path / "lines.csv"
    code, said, _ = call(GOLDEN / "G09.json", "--explain", "--out", out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        words = list(dict.fromkeys(row["words"] for row in csv.DictReader(file)))
    assert (code, len(words)) == (0, 6)
    assert [line for line in said.splitlines() if line in words] == words


@pytest.mark.parametrize("code", ["a\nb", "a\x1b[2J", "６１"])
def test_a_party_s_code_is_plain_and_printable(tmp_path: Path, code: str) -> None:
    terms = json.loads((GOLDEN / "G09.json").read_text("utf-8"))["terms"]
    terms[0]["parties"][0]["code"] = code
    done, _, wrong = call(case(tmp_path, terms=terms))
    assert (done, "/terms/0/parties/0/code" in wrong) == (1, True)


def test_no_name_breaks_a_line_of_the_statement(tmp_path: Path) -> None:
    terms = json.loads((GOLDEN / "G09.json").read_text("utf-8"))["terms"]
    terms[0]["parties"][0]["name"] = "甲\n合计 1 元\x1b[2J"
    code, said, wrong = call(case(tmp_path, terms=terms), "--explain")
    assert (code, said) == (1, "")
    assert wrong.endswith("甲 合计 1 元?[2J\n")
    assert "/terms/0/parties/0/name" in wrong
    assert wrong.count("\n") == 1
    formula = (GOLDEN / "G10.json").read_text("utf-8").replace("甲市", "甲\\n市\\u001b[2J")
    path = tmp_path / "formula.json"
    path.write_text(formula, "utf-8")
    code, said, wrong = call(path, "--explain")
    assert (code, wrong, "\x1b" in said) == (0, "", False)
    assert len(said.splitlines()) == len(call(GOLDEN / "G10.json", "--explain")[1].splitlines())
