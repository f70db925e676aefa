"""The page of figures is what the kept figures render to, and a benchmark's last line becomes figures."""

import json

import pytest

from benchmarks import record

RUN = {
    "value": 12,
    "gap_percent": 0.51,
    "verified": True,
    "sha": "a" * 64,
    "rows": [{"name": "x", "over": None}],
}


def test_the_page_is_made_from_the_kept_figures() -> None:
    assert record.PAGE.read_text("utf-8") == record.render(record._kept())


@pytest.mark.parametrize("runs", [1, 3])
def test_figures_become_a_table(runs: int) -> None:
    kept = {
        "name": "city",
        "command": "python -m x",
        "note": "Quiet machine.",
        "date": "2026-01-01",
        "machine": {"cores": "2"},
        "runs": [RUN | {"value": 12 + number} for number in range(runs)],
    }
    page = record.render([kept])
    assert "Quiet machine." in page
    assert "| gap_percent | 0.51 |" in page
    assert "| name | over |" in page
    assert "| x | – |" in page
    assert ("| value | 12 | 13 | 14 | 13 |" in page) is (runs == 3)
    assert "a" * 17 not in page


def test_a_benchmark_is_run_once_a_seed_and_kept(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(record, "FOLDER", tmp_path / "benchmarks")
    monkeypatch.setattr(record, "PAGE", tmp_path / "benchmarks.md")
    monkeypatch.setattr(
        "sys.argv",
        ["record", "calendar", "--seeds", "1,2", "--", "tests.benchmarks.printer", "--folder", "/x"],
    )
    record.main()
    kept = json.loads((tmp_path / "benchmarks" / "calendar.json").read_text("utf-8"))
    assert [run["said"] for run in kept["runs"]] == [
        ["--folder", "/x", "--seed", "1"],
        ["--folder", "/x", "--seed", "2"],
    ]
    assert kept["command"] == "python -m tests.benchmarks.printer --folder DIR"
    assert record.PAGE.read_text("utf-8") == record.render([kept])
    assert "progress" in capsys.readouterr().out
