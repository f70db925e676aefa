"""`yipanqi import` and `yipanqi export`: a city's fifteen tables in, out, and in again unchanged."""

import csv
import json
import shutil
import sys
from pathlib import Path

import pytest

from services import cli

EXAMPLE = Path(__file__).parents[3] / "examples" / "shangluo"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, database_url: str) -> object:
    """Run a command on the test's database; returns its exit code."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["yipanqi", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return run


def rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return sorted(csv.reader(opened))


def test_a_city_comes_in_goes_out_and_comes_in_unchanged(
    command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("export", "611000", tmp_path / "out") == 1
    assert "数据库里没有城市 611000" in capsys.readouterr().err

    assert command("import", EXAMPLE, "--json") == 0
    preview = json.loads(capsys.readouterr().out)
    assert preview["committed"] is False
    assert preview["city"] == "611000"
    assert preview["year"] == 2026
    assert sum(table["new"] for table in preview["tables"].values()) == 2683
    assert command("export", "611000", tmp_path / "out") == 1, "a preview writes nothing"

    assert command("import", EXAMPLE, "--commit") == 0
    said = capsys.readouterr().out
    assert "县区：新增 7，更新 0，相同 0，错误 0" in said
    assert said.endswith("已写入城市 611000\n")

    assert command("export", "611000", tmp_path / "out") == 0
    written = sorted(tmp_path.joinpath("out").iterdir())
    assert [file.name for file in written] == sorted(file.name for file in EXAMPLE.glob("*.csv"))
    assert rows(tmp_path / "out" / "县区.csv") == rows(EXAMPLE / "县区.csv")

    capsys.readouterr()
    assert command("import", tmp_path / "out", "--json") == 0
    again = json.loads(capsys.readouterr().out)
    for kind, counts in again["tables"].items():
        assert counts["new"] == counts["changed"] == counts["bad"] == 0, kind
        assert counts["same"] == preview["tables"][kind]["new"], kind


def test_bad_rows_are_named_and_nothing_is_written(
    command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "source"
    shutil.copytree(EXAMPLE, source)
    file = source / "地块.csv"
    text = file.read_text(encoding="utf-8-sig")
    header, first, rest = text.split("\n", 2)
    cells = first.split(",")
    cells[3] = "-20"
    file.write_text("\n".join([header, ",".join(cells), rest]), encoding="utf-8")
    assert command("import", source) == 1
    shown = capsys.readouterr().out
    assert "地块.csv" in shown
    assert "-20" in shown
    assert "错误 1" in shown
    assert command("import", source, "--commit") == 1
    said = capsys.readouterr().err
    assert said.startswith("yipanqi: ")
    assert "-20" in said
    assert command("export", "611000", tmp_path / "out") == 1


def test_a_missing_folder_is_one_clear_line(
    command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("import", tmp_path / "nowhere") == 1
    assert "找不到文件夹" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("import", EXAMPLE, "--commit") == 0
    (tmp_path / "file").write_text("", encoding="ascii")
    assert command("export", "611000", tmp_path / "file" / "out") == 1
    assert "不能读写" in capsys.readouterr().err
    assert command("export", "611000", tmp_path / "out", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["files"]) == 15
