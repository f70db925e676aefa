"""The solver's process: a task on standard input, lines of `protocol` on standard output, within limits.

Run as `python -m services.matching.child`. It is kept apart because a solver may exhaust memory, hang or
crash, and must then take nothing with it.
"""

import json
import os
import re
import resource
import sys
from pathlib import Path
from typing import Any, Final, TextIO

from allocation.matching.record import parts
from services.matching.protocol import OUT_OF_MEMORY, Said

_KB_PER_MB: Final = 1024
_AIR: Final = 64 << 20
"""Bytes: a process that came so near its limit was short of memory; libraries ask for as much at once."""
_HOLLOW: Final = re.compile(r"without (setting an exception|exception set)")
"""How CPython says that C code failed and gave no reason, as it does when it cannot even make one."""


class Teller:
    """Writes lines to the parent, each at once: what is written before a kill is not lost."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __call__(self, said: Said, **facts: Any) -> None:
        """Write one line; each tells the most memory that was held until then, in MiB.

        A match may be among the facts as it is.
        """
        line = {"said": said.value, "peak_mb": peak_mb(), **facts}
        self._out.write(json.dumps(line, default=parts))
        self._out.write("\n")
        self._out.flush()


def peak_mb() -> int:
    """Tell the most memory that this process has held, in MiB, rounded up."""
    return -(-resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KB_PER_MB)


def limit_memory(asked: int) -> int:
    """Let the process take no more address space, in bytes, than it was given; tell what holds.

    A tighter limit that it was started under stays.

    Raises:
        MemoryError: it has taken more already.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = asked if hard == resource.RLIM_INFINITY else min(asked, hard)
    if _space("VmSize") > limit:
        raise MemoryError
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return limit


def starved(error: SystemError, limit: int) -> bool:
    """Tell whether C code that failed without a word did so for want of memory.

    Args:
        error: what came of it.
        limit: bytes of address space that the process may take.
    """
    return _HOLLOW.search(str(error)) is not None and _space("VmPeak") > limit - _AIR


def _space(what: str) -> int:
    """Read bytes of address space from the system; 0 where it does not tell."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * _KB_PER_MB for line in lines if line.startswith(f"{what}:")), 0)


def main() -> int:
    """Carry out the task on standard input."""
    asked: dict[str, Any] = json.load(sys.stdin)
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    limit = asked["memory_mb"] << 20
    try:
        with answer:
            # What libraries take is known and does not grow. Short of memory they fail in every possible way
            # while they are loaded, or hang; so the limit is set after that.
            from services.matching.solving import carry_out, get_ready

            tell = Teller(answer)
            get_ready(tell)
            limit = limit_memory(limit)
            carry_out(asked, tell)
    except MemoryError:
        return OUT_OF_MEMORY
    except SystemError as error:
        if starved(error, limit):
            return OUT_OF_MEMORY
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
