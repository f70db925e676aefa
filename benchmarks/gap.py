"""How close the matcher comes on generalised assignment instances in OR-Library text format.

    python -m benchmarks.gap DIR [--seconds S] [--seed N] [--only NAME …]
                             [--peers [--peer-seconds S] [--kept FILE]]

DIR holds instance files and, if known, `best-known.csv` (instance, jobs, agents, best_known_bound,
best_known_value). Every solver gets a process of its own, one after another, one thread each. With `--peers`
CP-SAT, HiGHS and SCIP run on the same instances, for the same CPU seconds unless told otherwise; `--kept`
names a file of lines that their runs are read from where they are there, and added to where not.
The last line is one JSON object: overs are per cent above the best known value.
"""

import argparse
import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

CALL: Final = (
    "import sys, typer; from services.matching.commands import solve;"
    " app = typer.Typer(); app.command()(solve); app(sys.argv[1:])"
)
PEERS: Final = ("cpsat", "highs", "scip")
OURS: Final = "yipanqi"
WALL: Final = 20
"""The wall guard of our own runs, in seconds for each second asked for."""

Line = dict[str, Any]


def main() -> None:
    """Solve every instance of a folder and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gap")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--peer-seconds", type=float)
    parser.add_argument("--kept", type=Path)
    asked = parser.parse_args()
    solvers = (OURS, *(PEERS if asked.peers else ()))
    peer_seconds = asked.peer_seconds or asked.seconds
    best = _best_known(asked.folder)
    rows: list[Line] = []
    print(_head(solvers))
    for path in _instances(asked.folder, asked.only):
        runs = {OURS: _ours(path, asked.seconds, asked.seed)}
        for peer in solvers[1:]:
            runs[peer] = _peer(peer, path, peer_seconds, asked.seed, asked.kept)
        rows.append(_row(path.name, best.get(path.name), runs))
        print(_shown(rows[-1], solvers), flush=True)
    figures = {
        "seconds": asked.seconds,
        "seed": asked.seed,
        **({"peer_seconds": peer_seconds} if asked.peers else {}),
        **_ours_in_all(rows),
        "solvers": [_summary(rows, solver) for solver in solvers],
        "instances": rows,
    }
    print(json.dumps(figures))


def _instances(folder: Path, only: list[str]) -> list[Path]:
    files = (path for path in folder.iterdir() if path.is_file() and not path.suffix)
    return sorted(path for path in files if not only or path.name in only)


def _best_known(folder: Path) -> dict[str, int]:
    path = folder / "best-known.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as file:
        return {row["instance"]: int(row["best_known_value"]) for row in csv.DictReader(file)}


def _ours(path: Path, seconds: float, seed: int) -> Line:
    # CPU seconds are compared: a busy machine must not let the wall guard cut a search short.
    guard = str(WALL * seconds + WALL)
    arguments = [
        str(path),
        "--format",
        "gap",
        "--seconds",
        str(seconds),
        "--seed",
        str(seed),
        "--wall",
        guard,
    ]
    found = _last_line(["-c", CALL, *arguments])
    return {**found, "cost": found["objective"]}


def _peer(peer: str, path: Path, seconds: float, seed: int, kept: Path | None) -> Line:
    """Run another solver, or read the line that it left before."""
    key = {"instance": path.name, "seconds": seconds, "seed": seed, "solver": peer}
    if kept is not None and kept.exists():
        for text in kept.read_text(encoding="utf-8").splitlines():
            line: Line = json.loads(text)
            if key.items() <= line.items():
                return line
    line = {**key, **_last_line(["-m", f"benchmarks.peers.{peer}", str(path), str(seconds), str(seed)])}
    if kept is not None:
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    return line


def _last_line(arguments: list[str]) -> Line:
    done = subprocess.run(  # noqa: S603 -- our own program on the given file, no shell
        [sys.executable, *arguments], capture_output=True, text=True, check=True
    )
    result: Line = json.loads(done.stdout.splitlines()[-1])
    return result


def _row(name: str, known: int | None, runs: dict[str, Line]) -> Line:
    ours = runs[OURS]
    row: Line = {
        "instance": name,
        "best_known": known,
        "cost": ours["cost"],
        "bound": ours["bound"],
        "status": ours["status"],
        "cpu_seconds": ours["cpu_seconds"],
        "verified": all(run["verified"] for run in runs.values() if run["cost"] is not None),
    }
    for solver, run in runs.items():
        over = 100 * (run["cost"] - known) / known if known and run["cost"] is not None else None
        row[f"{solver}_over"] = None if over is None else round(over, 4)
    return row


def _ours_in_all(rows: list[Line]) -> Line:
    """Sum up our own runs, and how far they are above the best of the others where there are others."""
    overs = [row[f"{OURS}_over"] for row in rows if row[f"{OURS}_over"] is not None]
    margins = [
        row[f"{OURS}_over"] - min(others)
        for row in rows
        if row[f"{OURS}_over"] is not None
        and (others := [row[f"{peer}_over"] for peer in PEERS if row.get(f"{peer}_over") is not None])
    ]
    return {
        "count": len(rows),
        "optimal": sum(row["status"] == "optimal" for row in rows),
        "best_known_reached": sum(over == 0 for over in overs),
        "without_result": sum(row["cost"] is None for row in rows),
        "verified": sum(row["verified"] for row in rows),
        "mean_over_percent": _mean(overs),
        "worst_over_percent": max(overs, default=None),
        "most_points_above_best_peer": round(max(margins), 4) if margins else None,
        "mean_cpu_seconds": _mean([row["cpu_seconds"] for row in rows]),
    }


def _summary(rows: list[Line], solver: str) -> Line:
    """Sum up a solver: mean and worst over, in all and by the first letters of the instances' names."""
    kinds = sorted({_kind(row["instance"]) for row in rows})
    line: Line = {"solver": solver}
    for kind in ["", *kinds]:
        overs = [
            row[f"{solver}_over"]
            for row in rows
            if row[f"{solver}_over"] is not None and (not kind or _kind(row["instance"]) == kind)
        ]
        line[f"{kind or 'all'}_mean"] = _mean(overs)
        line[f"{kind or 'all'}_worst"] = max(overs, default=None)
    return line


def _kind(name: str) -> str:
    """Name an instance's type: the letters that it begins with."""
    return name[: len(name) - len(name.lstrip("abcdefghijklmnopqrstuvwxyz"))]


def _mean(numbers: list[float]) -> float | None:
    return round(sum(numbers) / len(numbers), 4) if numbers else None


def _head(solvers: tuple[str, ...]) -> str:
    return f"{'instance':10} {'status':10} {'cost':>8} {'bound':>8} {'best':>8} {'cpu s':>6} " + " ".join(
        f"{solver + ' %':>9}" for solver in solvers
    )


def _shown(row: Line, solvers: tuple[str, ...]) -> str:
    overs = [row[f"{solver}_over"] for solver in solvers]
    return (
        f"{row['instance']:10} {row['status']:10} {row['cost']!s:>8} {row['bound']!s:>8}"
        f" {row['best_known']!s:>8} {row['cpu_seconds']:6.1f} "
        + " ".join(f"{'-' if over is None else format(over, '.3f'):>9}" for over in overs)
    )


if __name__ == "__main__":
    main()
