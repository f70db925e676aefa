"""How close the exact solver comes on generalised assignment instances in OR-Library text format.

    python -m benchmarks.gap DIR [--seconds S] [--seed N] [--only NAME …]

DIR holds instance files and, if known, `best-known.csv` (instance, jobs, agents, best_known_bound,
best_known_value). Each instance gets a process of its own; the last line is one JSON object.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

CALL = (
    "import sys, typer; from services.matching.commands import solve;"
    " app = typer.Typer(); app.command()(solve); app(sys.argv[1:])"
)


def main() -> None:
    """Solve every instance of a folder and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gap")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    asked = parser.parse_args()
    best = _best_known(asked.folder)
    started = time.perf_counter()
    found: list[dict[str, Any]] = []
    print(
        f"{'instance':10} {'status':10} {'cost':>8} {'bound':>8} {'best':>8} {'over %':>7} {'s':>6} {'MB':>6}"
    )
    for path in _instances(asked.folder, asked.only):
        result = _solve(path, asked.seconds, asked.seed)
        known = best.get(path.name)
        cost = result["objective"]
        over = 100 * (cost - known) / known if known and cost is not None else None
        found.append(
            {"instance": path.name, "over_percent": None if over is None else round(over, 4), **result}
        )
        print(
            f"{path.name:10} {result['status']:10} {cost!s:>8} {result['bound']!s:>8} {known!s:>8}"
            f" {'-' if over is None else format(over, '.3f'):>7}"
            f" {result['seconds']:6.1f} {result['peak_mb']:6.0f}",
            flush=True,
        )
    overs = [item["over_percent"] for item in found if item["over_percent"] is not None]
    print(
        json.dumps(
            {
                "instances": len(found),
                "optimal": sum(item["status"] == "optimal" for item in found),
                "best_known_reached": sum(over == 0 for over in overs),
                "without_result": sum(item["objective"] is None for item in found),
                "verified": sum(bool(item["verified"]) for item in found),
                "mean_over_percent": round(sum(overs) / len(overs), 4) if overs else None,
                "worst_over_percent": max(overs, default=None),
                "seconds_each": asked.seconds,
                "seed": asked.seed,
                "seconds": round(time.perf_counter() - started, 1),
            }
        )
    )


def _instances(folder: Path, only: list[str]) -> list[Path]:
    files = (path for path in folder.iterdir() if path.is_file() and not path.suffix)
    return sorted(path for path in files if not only or path.name in only)


def _best_known(folder: Path) -> dict[str, int]:
    path = folder / "best-known.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as file:
        return {row["instance"]: int(row["best_known_value"]) for row in csv.DictReader(file)}


def _solve(path: Path, seconds: float, seed: int) -> dict[str, Any]:
    arguments = [str(path), "--format", "gap", "--seconds", str(seconds), "--seed", str(seed)]
    done = subprocess.run(  # noqa: S603 -- our own program on the given file, no shell
        [sys.executable, "-c", CALL, *arguments], capture_output=True, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    main()
