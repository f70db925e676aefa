"""Runs a benchmark, keeps its figures with machine, versions and date, and renders docs/benchmarks.md.

    python -m benchmarks.record NAME [--seeds 1,2,3] [--note TEXT] -- MODULE [ARGUMENT …]
    python -m benchmarks.record --render

A benchmark prints one JSON object as its last line. With seeds it runs once for each, with `--seed` added.
The figures lie in `docs/benchmarks/NAME.json`; the page is made from them and from nothing else.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[1] / "docs" / "benchmarks"
PAGE: Final = FOLDER.parent / "benchmarks.md"
PACKAGES: Final = ("numba", "numpy", "ortools", "highspy", "pyscipopt")
LONGEST_CELL: Final = 40

Figures = dict[str, Any]


def main() -> None:
    """Run and keep, or render."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.record")
    parser.add_argument("name", nargs="?")
    parser.add_argument("--seeds", default="")
    parser.add_argument("--note", default="")
    parser.add_argument("--render", action="store_true")
    own, _, rest = _halves(sys.argv[1:])
    asked = parser.parse_args(own)
    if asked.name:
        if not rest:
            parser.error("name the benchmark after --")
        seeds = [int(seed) for seed in asked.seeds.split(",") if seed]
        _keep(asked.name, rest, seeds, asked.note)
    PAGE.write_text(render(_kept()), encoding="utf-8")


def _halves(words: list[str]) -> tuple[list[str], str, list[str]]:
    if "--" not in words:
        return words, "", []
    cut = words.index("--")
    return words[:cut], "--", words[cut + 1 :]


def _keep(name: str, command: list[str], seeds: list[int], note: str) -> None:
    runs = [_run(command, seed) for seed in seeds] or [_run(command, None)]
    record = {
        "name": name,
        "command": "python -m " + " ".join(_public(word) for word in command),
        "note": note,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "runs": runs,
    }
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def _public(word: str) -> str:
    """Write a folder outside the tree as its role: no path of a machine belongs into a page."""
    return "DIR" if Path(word).is_absolute() else word


def _run(command: list[str], seed: int | None) -> Figures:
    arguments = [*command, *([] if seed is None else ["--seed", str(seed)])]
    done = subprocess.run(  # noqa: S603 -- our own benchmark, no shell
        [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    print(done.stdout, end="", flush=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def machine() -> dict[str, str]:
    """Name what figures depend on: processor, cores, Python and the packages that compute."""
    return {
        "processor": _processor(),
        "cores": str(len(_cores())),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _cores() -> set[int]:
    import os

    return os.sched_getaffinity(0)


def _kept() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]


def render(records: list[dict[str, Any]]) -> str:
    """Write the page: one section for each benchmark kept, its figures as a table."""
    lines = [
        "# Benchmarks",
        "",
        "Figures as measured, with machine, versions and date. This page is made by",
        "`python -m benchmarks.record NAME [--seeds 1,2,3] -- MODULE …`; the raw figures lie in",
        "`docs/benchmarks/`. CPU seconds are one thread's. Gaps are quoted against the bound that",
        "`bound_scope` names. On a busy machine wall seconds say less than CPU seconds.",
    ]
    for record in records:
        lines += ["", *_section(record)]
    return "\n".join(lines) + "\n"


def _section(record: dict[str, Any]) -> list[str]:
    machine_words = ", ".join(f"{key} {value}" for key, value in record["machine"].items())
    note = [record["note"], ""] if record["note"] else []
    return [
        f"## {record['name']}",
        "",
        f"`{record['command']}` · {record['date']} · {machine_words}",
        "",
        *note,
        *_table(record["runs"]),
        *[line for run in record["runs"] for key, rows in run.items() for line in _inner(key, rows)],
    ]


def _table(runs: list[Figures]) -> list[str]:
    keys = [key for key, value in runs[0].items() if not isinstance(value, list | dict)]
    heads = [f"run {number}" for number in range(1, len(runs) + 1)]
    middle = len(runs) > 1
    lines = [
        "| figure | " + " | ".join([*heads, *(["median"] if middle else [])]) + " |",
        "|---|" + "---:|" * (len(heads) + middle),
    ]
    for key in keys:
        values = [run.get(key) for run in runs]
        cells = [_cell(value) for value in values]
        if middle:
            cells.append(_median(values))
        lines.append(f"| {key} | " + " | ".join(cells) + " |")
    return lines


def _median(values: list[Any]) -> str:
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    return _cell(statistics.median(numbers)) if len(numbers) == len(values) else ""


def _inner(key: str, rows: Any) -> list[str]:
    """Render a list of objects as a table of its own."""
    if not (isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)):
        return []
    heads = list(dict.fromkeys(name for row in rows for name in row))
    body = ["| " + " | ".join(_cell(row.get(name)) for name in heads) + " |" for row in rows]
    return ["", f"{key}:", "", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *body]


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    text = str(value)
    return text if len(text) <= LONGEST_CELL else text[:16] + "…"


if __name__ == "__main__":
    main()
