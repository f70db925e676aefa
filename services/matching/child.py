"""The solver's process: a pool on standard input, a match on standard output, within limits.

Run as `python -m services.matching.child`. It is kept apart because a solver may exhaust memory, hang or
crash, and must then take nothing with it.
"""

import json
import os
import platform
import resource
import sys
from importlib.metadata import version
from typing import Any

from services.matching.protocol import OUT_OF_MEMORY


def main() -> int:
    """Solve what stands on standard input.

    Input: `{"pool", "seconds", "seed", "memory_mb"}`; output: `{"match", "versions"}`.
    """
    asked: dict[str, Any] = json.load(sys.stdin)
    limit = asked["memory_mb"] << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    try:
        from allocation.matching.record import match_record, read_pool
        from allocation.matching.solve import solve_pool

        pool = read_pool(asked["pool"])
        match = solve_pool(pool, seconds=asked["seconds"], seed=asked["seed"])
        record = {"match": match_record(match), "versions": versions()}
    except MemoryError:
        return OUT_OF_MEMORY
    with answer:
        json.dump(record, answer)
    return 0


def versions() -> dict[str, str]:
    """Name what must be the same for a replay to give the same answer."""
    return {
        "yipanqi": _version("yipanqi"),
        "ortools": _version("ortools"),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:  # run from a checkout
        return "checkout"


if __name__ == "__main__":
    sys.exit(main())
