"""The figures of lying that the page shows are those that were recorded."""

import json
from datetime import date
from pathlib import Path

from services.matching.fair_misreport import MEASURED, Gained

RECORD = Path(__file__).parents[3] / "docs" / "benchmarks" / "misreport.json"


def test_the_page_shows_what_was_recorded() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    (run,) = record["runs"]
    assert date.fromisoformat(record["date"]) == MEASURED.on
    for name in ("pools", "leads", "parks", "counties", "trials"):
        assert getattr(MEASURED, name) == run[name], name
    assert MEASURED.shaded_bp == round(run["shaded_percent"] * 100)
    assert MEASURED.ceiling_bp == round(run["ceiling"] * 10_000)
    assert MEASURED.target_bp == round(run["target_percent"] * 100)
    assert 0 <= MEASURED.gap_bp - run["worst_gap_percent"] * 100 < 1, "rounded up"
    rows = {(row["rule"], row["kind"]): row for row in run["kinds"]}
    assert [line.kind for line in MEASURED.lines] == [
        row["kind"] for row in run["kinds"] if row["rule"] == "without rule"
    ]
    for line in MEASURED.lines:
        free, held = rows["without rule", line.kind], rows["with ceiling", line.kind]
        figures = [row[key] for row in (free, held) for key in ("mean_gain_percent", "worst_gain_percent")]
        assert line == Gained(line.kind, *(round(figure * 100) for figure in figures))
    assert bool(MEASURED.over) is not run["within_target"]
