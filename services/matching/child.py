"""The solver's process: a task on standard input, lines of `protocol` on standard output, within limits.

Run as `python -m services.matching.child`. It is kept apart because a solver may exhaust memory, hang or
crash, and must then take nothing with it.
"""

import json
import os
import resource
import sys
from typing import Any, Final, TextIO

from services.matching.protocol import OUT_OF_MEMORY, Said

_KB_PER_MB: Final = 1024


class Teller:
    """Writes lines to the parent, each at once: what is written before a kill is not lost."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __call__(self, said: Said, **facts: Any) -> None:
        """Write one line; each tells the most memory that was held until then, in MiB."""
        line = {"said": said.value, "peak_mb": peak_mb(), **facts}
        self._out.write(json.dumps(line) + "\n")
        self._out.flush()


def peak_mb() -> int:
    """Tell the most memory that this process has held, in MiB, rounded up."""
    return -(-resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KB_PER_MB)


def main() -> int:
    """Carry out the task on standard input."""
    asked: dict[str, Any] = json.load(sys.stdin)
    limit = asked["memory_mb"] << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    try:
        from services.matching.solving import carry_out

        with answer:
            carry_out(asked, Teller(answer))
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
