"""`yipanqi recompute`: the last line is one JSON object, and the exit says whether all came out again."""

import json
import sys

import pytest

from services import cli


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, closed_url: str):
    """Run a command on the settled city's database; returns its exit code."""
    monkeypatch.setenv("DATABASE_URL", closed_url)

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["yipanqi", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return run


def test_a_period_is_recomputed_and_a_planted_fault_ends_with_1(
    command, closed_url, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("recompute", "--period", "2025", "--city", "611000") == 0
    *said, last = capsys.readouterr().out.splitlines()
    found = json.loads(last)
    assert (found["period"], found["runs"], found["passed"], found["differences"]) == ("2025", 1, True, 0)
    assert any("2025-12" in line for line in said), "each run and paper is named"
    assert command("recompute", "--period", "2025", "--city", "999900") == 1
    assert command("recompute", "--period", "soon") == 1
    capsys.readouterr()
    plant(closed_url)
    assert command("recompute", "--period", "2025") == 1
    *said, last = capsys.readouterr().out.splitlines()
    assert json.loads(last)["passed"] is False
    assert any(line.startswith("! run 2025-12/") for line in said)
    assert command("recompute", "--period", "2025", "--json") == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


def plant(url: str) -> None:
    """Change what a run says went into it, as a superuser who turns the guards off would."""
    import asyncio

    from sqlalchemy import text

    from services.kit.database import Database

    async def change() -> None:
        database = Database(url, pool_size=1)
        async with database.session() as session:
            await session.execute(text("ALTER TABLE calc_run DISABLE TRIGGER ALL"))
            await session.execute(text("UPDATE calc_run SET input_sha256 = 'x' WHERE period = '2025-12'"))
        await database.close()

    asyncio.run(change())
