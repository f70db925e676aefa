"""`yipanqi demo`, whole: the story's figures, a second start, Ctrl-C, a kill, and what it refuses."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from allocation.evidence.verdict import FaultCode
from allocation.evidence.verifying import verify_bundle
from services.demo.folder import DemoFolder, Mark
from services.kit.embedded_postgres import placement
from services.kit.embedded_postgres.binaries import find

EXAMPLE = Path(__file__).parents[3] / "examples" / "shangluo"
PATIENCE = 300.0
EXPECTED = {
    "city": "611000",
    "planned": 109,
    "planned_investment_wan": 5503900,
    "planned_chain": 67,
    "planned_chain_investment_wan": 3984800,
    "projects": 219,
    "signed": 106,
    "signed_investment_wan": 936200,
    "contracts": 93,
    "contract_investment_wan": 773700,
    "started": 49,
    "start_rate_percent": 46.23,
    "pooled": 40,
    "gap_percent": 0,
    "verified": True,
    "agreements": 24,
    "receipts": 1846,
    "unmatched_receipts": 6,
    "closed_years": 1,
    "books_balanced": True,
    "leads_added": 21,
    "merged": 1,
    "rulings": 1,
    "schedule_items": 2,
    "fund_entries": 4,
    "layouts": 1,
    "reports_frozen": 1,
}

Process = subprocess.Popen[str]
Done = subprocess.CompletedProcess[str]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "services.cli", "demo", *map(str, arguments)]


def surroundings(**more: str) -> dict[str, str]:
    """Return our environment without what would send the demo elsewhere."""
    elsewhere = ("DATABASE_", "YIPANQI_")
    return {name: value for name, value in os.environ.items() if not name.startswith(elsewhere)} | more


def whole(*arguments: object, **environment: str) -> Done:
    """Run a demo to its end."""
    return subprocess.run(
        command(*arguments),
        env=surroundings(**environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def refused(*arguments: object, **environment: str) -> str:
    """Run a demo that is refused; returns what it said on stderr, which is one line and no traceback."""
    done = whole(*arguments, **environment)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.startswith("yipanqi: ")
    assert "Traceback" not in done.stderr
    return done.stderr


@contextmanager
def running(*arguments: object) -> Iterator[Process]:
    """Start a demo; whatever happens, it does not outlive the test."""
    process = subprocess.Popen(command(*arguments), env=surroundings(), stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def read_until(process: Process, pattern: str) -> str:
    """Read the demo's lines until one holds the pattern; returns all that was read."""
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        if re.search(pattern, line):
            return read
    raise AssertionError(read)


def answer(address: str, body: dict[str, str] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(address, data=data, headers={"content-type": "application/json"})  # noqa: S310 - loopback
    with urlopen(request, timeout=30) as found:  # noqa: S310 - loopback
        return json.load(found)


def forget(folder: Path) -> None:
    """Remove root's cluster of a folder; an ordinary user's goes with the folder."""
    pointer = folder / placement.POINTER
    if pointer.exists():
        placement.remove(Path(pointer.read_text(encoding="utf-8").strip()))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Done]]:
    """A whole demo folder, and what its making printed."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    done = whole("--data", folder, "--once")
    assert done.returncode == 0, done.stdout + done.stderr
    yield folder, done
    forget(folder)


def test_the_story_ends_with_the_figures_of_the_input(
    built: tuple[Path, Done],
) -> None:
    folder, done = built
    *lines, last = done.stdout.splitlines()
    figures = json.loads(last)
    assert EXPECTED.items() <= figures.items()
    assert figures["placed"] + figures["unplaced"] == figures["pooled"]
    assert figures["placed"] > 0
    assert figures["value"] == figures["bound"] > 0
    assert figures["statements"] > 0
    assert figures["shared_fen"] > 0
    assert figures["seconds"] > 0
    assert figures["objections"] == 3
    assert figures["reopened"] == figures["settlements"] == 1
    assert figures["second_versions"] > 0
    assert figures["payment_orders"] > 1
    assert figures["paid_fen"] > 0
    assert figures["cosigning_counties"] == 7
    assert figures["sealed"] > figures["statements"]
    assert len(figures) == 46
    steps = [line for line in lines if re.match(r"\[ ?\d+\]", line)]
    assert [int(line[1:3]) for line in steps] == list(range(1, len(steps) + 1))
    assert all(re.search(r"\(\d+\.\d s\)$", line) for line in steps)
    mark = DemoFolder(folder).mark()
    assert mark is not None
    assert (mark.city, mark.year) == ("611000", 2026)


def test_the_story_s_bundle_holds_and_one_changed_byte_names_its_entry(built: tuple[Path, Done]) -> None:
    folder, _ = built
    bundle = next(folder.glob("evidence-*.json"))
    held = verify_bundle(bundle.read_bytes())
    assert held.verified
    assert held.covered > 0
    changed = re.sub(rb'(\\"at\\":\\"202)\d', rb"\g<1>0", bundle.read_bytes(), count=1)
    [fault, *_] = verify_bundle(changed).faults
    assert (fault.code, fault.place) == (FaultCode.entry, "/entries/0")
    assert fault.entry is not None


def test_a_second_start_serves_the_same_data_and_survives_ctrl_c(
    built: tuple[Path, Done],
) -> None:
    folder, done = built
    with running("--data", folder, "--port", 0) as process:
        shown = read_until(process, "/transfer")
        assert "/packs" in shown
        assert "/advice?form=values&example=1" in shown
        assert "导入" not in shown
        found = re.search(r"http://127\.0\.0\.1:\d+", shown)
        assert found is not None
        address = found.group()
        assert answer(f"{address}/health") == {"status": "ok"}
        accounts = re.findall(r"^  (\S+) +(\S{16}) ", shown, flags=re.MULTILINE)
        assert len(accounts) == 8, "one of each role"
        for login, password in accounts:
            assert answer(f"{address}/v1/sign-in", {"login": login, "password": password})["access_token"]
        assert "正由另一个进程使用" in refused("--data", folder, "--port", 0)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    again = whole("--data", folder, "--once")
    first, second = (json.loads(one.stdout.splitlines()[-1]) for one in (done, again))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    worker_log = (folder / "worker.log").read_text(encoding="utf-8")
    assert "worker.stopped" in worker_log
    assert "queue.lost" not in worker_log


def test_other_input_is_not_shown_under_a_wrong_name(built: tuple[Path, Done], tmp_path: Path) -> None:
    folder, _ = built
    other = tmp_path / "other"
    shutil.copytree(EXAMPLE, other)
    (other / "政策兑现.csv").unlink()
    assert "--data" in refused("--data", folder, "--input", other, "--once")


def test_a_killed_story_leaves_no_process_and_is_built_anew(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with running("--data", folder, "--once") as process:
        assert process.stdout is not None
        read_until(process, r"\[ 2\].*s\)")
        while not (folder / "accounts.json").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (folder / "demo.json").exists()
    with running("--data", folder, "--once") as process:
        read_until(process, "上次演示没有做完")
        read_until(process, r"\[ 2\].*s\)")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    forget(folder)


def test_a_taken_port_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"端口 {port} 已被占用" in refused("--data", tmp_path / "data", "--port", port)
    assert not (tmp_path / "data").exists()


def test_a_missing_input_folder_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    said = refused("--data", tmp_path / "data", "--once", "--input", tmp_path / "nowhere")
    assert "找不到示例数据文件夹" in said
    assert not (tmp_path / "data").exists()


def test_missing_files_are_named_and_nothing_is_imported(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "data"
    source.mkdir()
    shutil.copy(EXAMPLE / "县区.csv", source)
    said = refused("--data", folder, "--once", "--input", source)
    assert "缺少文件 园区.csv" in said
    assert DemoFolder(folder).mark() is None
    assert DemoFolder(folder).accounts() == []
    forget(folder)


def test_a_database_with_other_data_is_refused(database_url: str, tmp_path: Path) -> None:
    made = "INSERT INTO city (city, name, year) VALUES ('611000', '商洛市', 2026)"
    subprocess.run([find().folder / "psql", database_url, "-c", made], check=True, capture_output=True)
    said = refused("--data", tmp_path / "data", "--once", DATABASE_URL=database_url)
    assert "已有别的数据" in said


def test_a_wrong_database_is_refused(database_url: str, tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / "data")
    folder.finish(Mark(city="611000", year=2026, built_from="x", digest="x"))
    said = refused("--data", folder.path, "--once", DATABASE_URL=database_url)
    assert "请检查 DATABASE_URL" in said
    said = refused("--data", tmp_path / "other", "--once", DATABASE_URL="postgresql://a:b@127.0.0.1:1/c")
    assert "连不上数据库" in said
