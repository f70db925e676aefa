"""Want of memory is told apart from a fault, whatever it looks like from inside."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from services.matching.child import limit_memory, starved
from services.matching.protocol import OUT_OF_MEMORY

HOLLOW = "error return without exception set"
MUCH = 1 << 50


@pytest.mark.parametrize(
    ("words", "limit", "expected"),
    [
        (HOLLOW, 0, True),
        ("<function f> returned NULL without setting an exception", 0, True),
        (HOLLOW, MUCH, False),  # there was room enough: a fault of C code
        ("bad argument to internal function", 0, False),
    ],
)
def test_c_code_that_fails_without_a_word(words: str, limit: int, *, expected: bool) -> None:
    assert starved(SystemError(words), limit) is expected


def test_where_the_system_tells_nothing_a_fault_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", absent)
    assert not starved(SystemError(HOLLOW), 1 << 40)


def test_a_limit_below_what_is_taken_is_refused() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError):
        limit_memory(1 << 20)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.parametrize(("hard", "asked", "holds"), [("unlimited", 4096, 4096), (2048, 4096, 2048)])
def test_the_tighter_limit_holds(hard: str | int, asked: int, holds: int) -> None:
    code = f"from services.matching.child import limit_memory; print(limit_memory({asked} << 20) >> 20)"
    kilobytes = hard if isinstance(hard, str) else hard << 10
    run = subprocess.run(
        ["/bin/sh", "-c", f"ulimit -v {kilobytes}; exec {sys.executable} -c '{code}'"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert run.stdout == f"{holds}\n"


def test_the_libraries_are_loaded_before_the_limit_holds() -> None:
    """64 MiB are less than numpy alone: it is a clear end, not one of a dozen faults while loading."""
    run = subprocess.run(
        [sys.executable, "-m", "services.matching.child"],
        input='{"memory_mb": 64}',
        capture_output=True,
        check=False,
        text=True,
    )
    assert (run.returncode, run.stderr) == (OUT_OF_MEMORY, "")
    (line,) = run.stdout.splitlines()
    assert '"working": true' in line
