"""A search that overruns time or memory is killed, and its best result so far is kept, checked and marked."""

import asyncio
import json
import resource
from pathlib import Path
from typing import Any

import pytest

from allocation.matching.formats import parse_instance
from allocation.matching.result import Solution, Status
from allocation.matching.verify import instance_faults
from services.matching import process
from services.matching.process import Limits, Line, Outcome, solve_apart
from services.matching.protocol import Task
from services.matching.words import Failure
from tests.services.matching.hard import hard_instance
from tests.services.matching.test_commands import call


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hard") / "hard.json"
    path.write_text(json.dumps(hard_instance()), "utf-8")
    return path


def task(path: Path, seconds: float = 600) -> dict[str, Any]:
    text = path.read_text("utf-8")
    return {"task": Task.file, "form": "json", "text": text, "seconds": seconds, "seed": 1}


def check(path: Path, outcome: Outcome) -> None:
    """What was kept is a result by itself."""
    assert outcome.answer is None
    assert outcome.best is not None
    kept = Solution(**{**outcome.best, "status": Status(outcome.best["status"])})
    assert kept.status is Status.FEASIBLE
    assert instance_faults(parse_instance(path.read_text("utf-8")), kept) == []


class Starver:
    """Takes the child's memory away as soon as it has told a placement."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        start = asyncio.create_subprocess_exec

        async def remember(*words: Any, **more: Any) -> asyncio.subprocess.Process:
            self.child = await start(*words, **more)
            return self.child

        monkeypatch.setattr(process.asyncio, "create_subprocess_exec", remember)

    async def __call__(self, line: Line) -> None:
        if "value" in line:
            resource.prlimit(self.child.pid, resource.RLIMIT_AS, (1 << 20, 1 << 20))


def test_a_search_killed_for_time_leaves_its_best_marked(hard: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    for wall in (6, 20, 60):  # a busy machine may take long to start
        code, said, errors = call(hard, "--seconds", 600, "--wall", wall, "--out", out)
        report = json.loads(said.splitlines()[-1])
        assert report["cut_short"] == "time"
        if report["status"] == "feasible":
            break
    assert (code, errors, report["verified"]) == (0, "", True)
    assert 0 < report["objective"] <= report["bound"]
    assigned = json.loads(out.read_text("utf-8"))["assignment"]
    assert sum(host is not None for host in assigned.values()) == report["placed"] > 0


def test_a_search_killed_before_its_first_result_says_so(hard: Path) -> None:
    code, said, _ = call(hard, "--wall", 0.01)
    report = json.loads(said.splitlines()[-1])
    assert (code, report["status"], report["objective"], report["placed"]) == (0, "unknown", None, 0)
    assert report["cut_short"] == "time"


async def test_a_search_killed_for_memory_leaves_its_best(
    hard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(seconds=600, memory_mb=2048, wall=120)
    outcome = await solve_apart(task(hard), limits, listener=Starver(monkeypatch))
    assert outcome.failure is Failure.out_of_memory
    check(hard, outcome)


async def test_too_little_memory_to_begin_with_is_told_apart(hard: Path) -> None:
    outcome = await solve_apart(task(hard, 1), Limits(seconds=1, memory_mb=64))
    assert (outcome.failure, outcome.best) == (Failure.out_of_memory, None)


def test_a_process_that_crashes_ends_with_one_line(hard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_: object) -> Outcome:
        return Outcome(failure=Failure.crashed, complaint=last)

    last = ""
    monkeypatch.setattr("services.matching.commands.solve_apart", crash)
    assert call(hard) == (1, "", "the solver's process ended without an answer\n")
    last = "ValueError: odd"
    assert call(hard) == (1, "", "the solver's process ended without an answer: ValueError: odd\n")


@pytest.mark.parametrize(
    ("last_words", "failure"),
    [
        ("terminate called after throwing an instance of 'std::bad_alloc'", Failure.out_of_memory),
        ("ImportError: libscip.so: failed to map segment from shared object", Failure.out_of_memory),
        ("LLVM ERROR: Unable to allocate section memory!", Failure.out_of_memory),
        (
            "OpenBLAS error: Memory allocation still failed after 10 retries, giving up.",
            Failure.out_of_memory,
        ),
        ("LLVM ERROR: Cannot select: intrinsic", Failure.crashed),
        ("SystemError: error return without exception set", Failure.crashed),  # the child knows better
    ],
)
async def test_whoever_runs_out_of_memory_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last_words: str, failure: Failure
) -> None:
    child = tmp_path / "child"
    child.write_text(f'#!/bin/sh\necho "{last_words}" >&2\nexit 134\n', "utf-8")
    child.chmod(0o700)
    monkeypatch.setattr(process.sys, "executable", str(child))
    outcome = await solve_apart({}, Limits(seconds=1, memory_mb=64))
    assert (outcome.failure, outcome.complaint) == (failure, last_words)


async def test_the_last_line_of_a_crash_is_kept() -> None:
    outcome = await solve_apart({"task": "odd"}, Limits(seconds=1, memory_mb=2048))
    assert outcome.failure is Failure.crashed
    assert outcome.complaint == "ValueError: 'odd' is not a valid Task"


def test_too_little_memory_is_said_without_a_log(hard: Path) -> None:
    code, said, errors = call(hard, "--memory-mb", 64)
    *_, limits, last = said.splitlines()
    report = json.loads(last)
    assert (code, errors) == (0, "there is no result: unknown\n")
    assert (report["cut_short"], report["limited_by_wall"]) == ("memory", False)
    assert said == f"{limits}\n{last}\n"
