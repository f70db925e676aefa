"""`yipanqi solve` as a user types it."""

import json
import os
import threading
from dataclasses import asdict
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from allocation.matching.result import Solution, Status
from services.matching.commands import solve
from services.matching.process import Outcome
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
    assert (report["cut_short"], report["limited_by_wall"]) == (None, False)
    assert {"route", "passes", "moves", "move_limit"} <= set(report)
    assert len(report["input_sha256"]) == 64
    assert {"yipanqi", "ortools", "numba", "numpy"} <= set(report["versions"])
    assert json.loads(out.read_text("utf-8")) == {"assignment": {"6110-2026-0001": "6110P01"}}


def test_a_gap_is_solved_and_written(tmp_path: Path) -> None:
    path, out = tmp_path / "small", tmp_path / "out.json"
    path.write_text(SMALL, "utf-8")
    code, said, _ = call(path, "--format", "gap", "--out", out)
    report = json.loads(said.splitlines()[-1])
    assert (code, report["objective"], report["placed"]) == (0, 6, 3)
    assert json.loads(out.read_text("utf-8")) == {"assignment": {"0": 0, "1": 0, "2": 0}}


def test_no_answer_is_an_answer_with_its_reasons(instance: Path) -> None:
    lead = EXAMPLE["leads"][0] | {"must_place": True, "options": []}
    instance.write_text(json.dumps(EXAMPLE | {"leads": [lead]}), "utf-8")
    code, said, _ = call(instance)
    report = json.loads(said.splitlines()[-1])
    assert code == 0
    assert (report["status"], report["objective"], report["gap_percent"]) == ("infeasible", None, None)
    assert [bar["bar"] for bar in report["obstacles"]] == ["no_option"]
    assert report["obstacles"][0]["lead"] == "6110-2026-0001"


def test_jobs_that_cannot_all_fit_are_refused_with_the_limits(tmp_path: Path) -> None:
    path = tmp_path / "tight"
    path.write_text("2 3\n1 1 1\n1 1 1\n5 5 5\n5 5 5\n5 5\n", "utf-8")
    code, said, _ = call(path, "--format", "gap")
    report = json.loads(said.splitlines()[-1])
    assert (code, report["status"], report["verified"]) == (0, "infeasible", True)
    assert [(bar["where"], bar["needed"], bar["limit"]) for bar in report["obstacles"]] == [
        ("0", 15, 5),
        ("1", 15, 5),
    ]


def _lead(**changes: object) -> dict[str, object]:
    return EXAMPLE["leads"][0] | changes


def _without_room() -> dict[str, object]:
    hosts = [host | {"capacity": [0] * len(EXAMPLE["resources"])} for host in EXAMPLE["hosts"]]
    return EXAMPLE | {"hosts": hosts}


@pytest.mark.parametrize(
    ("document", "status", "placed"),
    [
        (EXAMPLE | {"leads": []}, "optimal", 0),
        (_without_room(), "optimal", 0),
        (EXAMPLE | {"leads": [_lead(held_by="nowhere")]}, "optimal", 0),
        (EXAMPLE | {"leads": [_lead(held_by="nowhere", must_place=True)]}, "infeasible", 0),
    ],
    ids=["no leads", "no room", "held where no host is", "must be placed where it may not"],
)
def test_strange_but_clear_files_have_clear_results(
    instance: Path, document: dict[str, object], status: str, placed: int
) -> None:
    instance.write_text(json.dumps(document), "utf-8")
    code, said, errors = call(instance, "--seconds", 1)
    report = json.loads(said.splitlines()[-1])
    assert (code, errors, report["status"], report["placed"]) == (0, "", status, placed)
    assert report["verified"] is True
    assert ("obstacles" in report) == (status == "infeasible")


WHOLE = "leads.0.options.0.value: must be a whole number from 0 to 2^40 - 1"


def _option(**changes: object) -> dict[str, object]:
    return EXAMPLE | {"leads": [_lead(options=[EXAMPLE["leads"][0]["options"][0] | changes])]}


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (_option(value=float("nan")), WHOLE),
        (_option(value=-1), WHOLE),
        (_option(value=2**40), WHOLE),
        (_option(value=10**40), WHOLE),
        (_option(host="nowhere"), "leads.0.options.0.host: there is no host 'nowhere'"),
        (EXAMPLE | {"leads": [_lead(), _lead()]}, "leads.1: '6110-2026-0001' stands twice"),
        (EXAMPLE | {"hosts": [*EXAMPLE["hosts"], *EXAMPLE["hosts"]]}, "stands twice"),
        (_lead(), "the document: the key counties is missing"),
    ],
    ids=["NaN", "negative", "2^40", "huge", "unknown host", "lead twice", "host twice", "other document"],
)
def test_bad_values_are_refused_with_their_place(
    instance: Path, document: dict[str, object], fault: str
) -> None:
    instance.write_text(json.dumps(document), "utf-8")
    code, said, errors = call(instance)
    assert (code, said, errors.count("\n")) == (1, "", 1)
    assert fault in errors


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


def test_a_place_where_nothing_can_be_written_is_refused_before_the_search(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.matching.commands.solve_apart", None)
    missing = tmp_path / "no" / "folder"
    assert call(instance, "--out", missing) == (1, "", f"{missing}: No such file or directory\n")
    assert call(instance, "--out", tmp_path) == (1, "", f"{tmp_path}: Is a directory\n")


def test_a_full_disk_is_said_of_the_file_that_was_written(instance: Path) -> None:
    full = Path("/dev/full")
    assert call(instance, "--out", full) == (1, "", f"{full}: No space left on device\n")


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(json.dumps(EXAMPLE), "utf-8"))
    writer.start()
    code, said, errors = call(pipe, "--seconds", 1)
    writer.join()
    assert (code, errors, json.loads(said.splitlines()[-1])["status"]) == (0, "", "optimal")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--seconds", "nan"),
        ("--seconds", "inf"),
        ("--seed", "-1"),
        ("--memory-mb", "63"),
        ("--memory-mb", str(2**30 + 1)),
        ("--wall", "nan"),
    ],
)
def test_limits_out_of_range_are_wrong_usage(instance: Path, wrong: tuple[str, str]) -> None:
    code, said, errors = call(instance, *wrong)
    assert (code, said) == (2, "")
    assert wrong[0] in errors


def test_an_answer_that_is_not_verified_is_not_written(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.matching.commands.instance_faults", lambda *_: ["a fault"])
    out = tmp_path / "out.json"
    code, said, errors = call(instance, "--out", out)
    assert (code, errors, out.exists()) == (1, "a fault\n", False)
    assert json.loads(said.splitlines()[-1])["verified"] is False


def test_a_false_word_that_nothing_is_possible_is_not_passed_on(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deny(*_: object) -> Outcome:
        said = asdict(Solution(Status.INFEASIBLE, {}, None, None, 1.0))
        return Outcome(answer={"solution": said, "versions": {}})

    monkeypatch.setattr("services.matching.commands.solve_apart", deny)
    out = tmp_path / "out.json"
    code, said, errors = call(instance, "--out", out)
    report = json.loads(said.splitlines()[-1])
    assert (code, report["status"], report["verified"], out.exists()) == (1, "unknown", False, False)
    assert errors == "infeasible is said, but a placement meets every demand\n"
    assert "obstacles" not in report
