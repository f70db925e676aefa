"""The command line: what it takes, what it prints, how it ends."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from services import cli
from services.commands.serving import openapi_document
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.refused import Refused

HEAVY = ("sqlalchemy", "sqlmodel", "fastapi", "uvicorn", "pydantic", "alembic", "ortools", "numpy", "typst")
SECRET = "a secret of the tests, longer than 32 characters"


@pytest.fixture
def empty_url(server: EmbeddedPostgres, tmp_path: Path) -> str:
    """The address of a database without a schema."""
    name = f"cli_{tmp_path.name}"
    server.create_database(name)
    return server.url(name)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run a command in this process and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["yipanqi", *arguments])
    monkeypatch.delenv("YIPANQI_LANG", raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    code = ended.value.code
    return 0 if code is None else int(code)


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    script = f"import sys, services.cli; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"
    shown = subprocess.run(
        [sys.executable, "-m", "services.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for name in (
        "books",
        "demo",
        "init",
        "migrate",
        "rights",
        "serve",
        "worker",
        "solve",
        "explain",
        "estimate",
        "advise",
        "share",
        "packs",
        "openapi",
        "import",
        "export",
        "version",
    ):
        assert f"\n  {name} " in shown


def test_the_version_is_the_installed_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "version") == 0
    assert capsys.readouterr().out.startswith("yipanqi 0.")
    assert run(monkeypatch, "version", "--json") == 0
    assert json.loads(capsys.readouterr().out)["version"].startswith("0.")


@pytest.mark.parametrize(
    "arguments", [[], ["nope"], ["version", "--nope"], ["init"], ["--lang", "fr", "version"]]
)
def test_wrong_usage_is_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert run(monkeypatch, *arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_city_begins_with_its_schema_and_a_token_for_its_first_administrator(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_url)
    assert run(monkeypatch, "init", "611000", "--year", "2026") == 1
    assert "yipanqi migrate" in capsys.readouterr().err
    assert run(monkeypatch, "migrate") == 0
    assert run(monkeypatch, "migrate") == 0
    assert "数据库结构已就绪" in capsys.readouterr().out
    assert run(monkeypatch, "init", "611000", "--year", "2026") == 0
    words, token, _ = capsys.readouterr().out.split("\n")
    assert "仅显示一次" in words
    assert token.startswith("611000.")
    assert run(monkeypatch, "init", "611000", "--year", "2026", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["city"] == "611000"
    assert answer["token"] != token
    assert run(monkeypatch, "rights", "--writer", "postgres", "--reader", "postgres") == 0
    assert "数据库权限已就绪" in capsys.readouterr().out
    assert run(monkeypatch, "rights", "--writer", "nobody-of-that-name") == 1
    assert "数据库角色不存在或无权限" in capsys.readouterr().err


@pytest.mark.parametrize("city", ["611002", "61100", "６１１０００", "abcd00"])
def test_only_a_prefecture_can_be_a_city(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], city: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run(monkeypatch, "init", city, "--year", "2026") == 1
    assert "地级" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (None, "DATABASE_URL"),
        ("nonsense", "DATABASE_URL 不是 PostgreSQL 的地址"),
        ("mysql://a:b@c/d", "DATABASE_URL 不是 PostgreSQL 的地址"),
        ("postgresql://a:b@127.0.0.1:99999999/d", "DATABASE_URL"),
        ("postgresql://a:hidden-word@127.0.0.1:1/d", "连不上数据库"),
        ("postgresql://a:hidden-word@no-such-host.invalid/d", "连不上数据库"),
    ],
)
def test_a_wrong_database_address_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str | None, words: str
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("YIPANQI_DATABASE_URL", raising=False)
    if address is not None:
        monkeypatch.setenv("DATABASE_URL", address)
    assert run(monkeypatch, "migrate") == 1
    said = capsys.readouterr().err
    assert said.startswith("yipanqi: ")
    assert words in said
    assert said.count("\n") == 1
    assert "hidden-word" not in said


def test_a_missing_database_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: EmbeddedPostgres
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.url("no_such_database"))
    assert run(monkeypatch, "--lang", "en", "migrate") == 1
    assert "The database cannot be reached, check DATABASE_URL" in capsys.readouterr().err


def test_a_missing_secret_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.delenv("YIPANQI_SECRET", raising=False)
    assert run(monkeypatch, "serve") == 1
    assert "YIPANQI_SECRET" in capsys.readouterr().err


def test_a_taken_port_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("YIPANQI_SECRET", SECRET)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(monkeypatch, "serve", "--port", str(port)) == 1
    assert capsys.readouterr().err == f"yipanqi: 端口 {port} 已被占用，请用 --port 换一个\n"


def test_a_fault_of_the_program_is_not_dressed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(ZeroDivisionError):
        cli.main()


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (Refused(detail="x"), 1)])
def test_ends_have_their_codes(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int) -> None:
    def ended() -> None:
        raise error

    monkeypatch.setattr(cli, "app", ended)
    with pytest.raises(SystemExit) as found:
        cli.main()
    assert found.value.code == code


def test_a_reader_that_went_away_is_no_error_of_ours() -> None:
    command = f"{sys.executable} -m services.cli openapi | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert len(done.stdout) == 10
    assert "Traceback" not in done.stderr


def test_the_openapi_document_is_the_applications() -> None:
    document = json.loads(openapi_document())
    assert document["info"]["title"].startswith("yipanqi")
    assert "/v1/sign-in" in document["paths"]


def test_the_server_answers_and_stops_when_told(database_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "YIPANQI_SECRET": SECRET}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli", "serve", "--port", str(port)], env=environment
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                    assert json.load(answer)["status"] == "ok"
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
    finally:
        process.terminate()
        assert process.wait(20) == 0
