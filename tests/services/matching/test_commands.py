"""`yipanqi solve` as a user types it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.matching.commands import solve
from tests.allocation.matching.test_formats import EXAMPLE, SMALL

app = typer.Typer()
app.command()(solve)


def call(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(item) for item in arguments])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(EXAMPLE, indent=1), "utf-8")
    return path


def test_an_instance_is_solved_and_written(instance: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    code, said, _ = call(instance, "--seconds", 5, "--seed", 3, "--out", out)
    report = json.loads(said.splitlines()[-1])
    assert code == 0
    assert {
        name: report[name] for name in ("status", "objective", "bound", "gap_percent", "placed", "seed")
    } == {
        "status": "optimal",
        "objective": 8123,
        "bound": 8123,
        "gap_percent": 0.0,
        "placed": 1,
        "seed": 3,
    }
    assert report["verified"] is True
    assert report["bound_scope"] == "all"
    assert report["deterministic_limit"] == 0.75
    assert min(report["seconds"], report["cpu_seconds"], report["peak_mb"]) > 0
    assert json.loads(out.read_text("utf-8")) == {"assignment": {"6110-2026-0001": "6110P01"}}


def test_a_gap_is_solved_and_written(tmp_path: Path) -> None:
    path, out = tmp_path / "small", tmp_path / "out.json"
    path.write_text(SMALL, "utf-8")
    code, said, _ = call(path, "--format", "gap", "--out", out)
    report = json.loads(said.splitlines()[-1])
    assert (code, report["objective"], report["placed"]) == (0, 6, 3)
    assert json.loads(out.read_text("utf-8")) == {"assignment": {"0": 0, "1": 0, "2": 0}}


def test_no_answer_is_an_answer(instance: Path) -> None:
    lead = EXAMPLE["leads"][0] | {"must_place": True, "options": []}
    instance.write_text(json.dumps(EXAMPLE | {"leads": [lead]}), "utf-8")
    code, said, _ = call(instance)
    report = json.loads(said.splitlines()[-1])
    assert (code, report["status"], report["objective"], report["gap_percent"]) == (
        0,
        "infeasible",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("content", "form", "line"),
    [
        (b'{\n"format": 1\n}', "json", "line 1: the document: the key counties is missing"),
        (b"2 3\n1 2 x\n", "gap", "line 2: 'x' is no whole number"),
        (b"\xff\xfe", "gap", "line 1: not UTF-8 text"),
    ],
)
def test_a_damaged_file_ends_with_one_line(tmp_path: Path, content: bytes, form: str, line: str) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(content)
    code, said, errors = call(path, "--format", form)
    assert (code, said) == (1, "")
    assert errors.count("\n") == 1
    assert line in errors


def test_files_that_are_not_there(instance: Path, tmp_path: Path) -> None:
    code, _, errors = call(tmp_path / "nothing")
    assert (code, errors) == (1, f"{tmp_path / 'nothing'}: No such file or directory\n")
    code, _, errors = call(instance, "--out", tmp_path / "no" / "folder")
    assert code == 1
    assert errors.count("\n") == 1


def test_an_answer_that_is_not_verified_says_why(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.matching.commands.instance_faults", lambda *_: ["a fault"])
    _, said, errors = call(instance)
    assert json.loads(said.splitlines()[-1])["verified"] is False
    assert errors == "a fault\n"
