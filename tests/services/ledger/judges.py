"""Outside judges of the books: Beancount and hledger, each as a process of its own."""

import csv
import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

UTF8 = {**os.environ, "LC_ALL": "C.UTF-8"}
BEAN_CHECK = Path(sys.executable).parent / "bean-check"
NO_HLEDGER = "hledger is not installed: it did not judge the books (Debian: apt install hledger)"
LOADED = """
import json, sys
from beancount import loader
from beancount.core import data
entries, errors, options = loader.load_file(sys.argv[1])
assert not errors, errors
sums, facts = {}, []
for entry in entries:
    if isinstance(entry, data.Transaction):
        own = {name: text for name, text in entry.meta.items() if isinstance(text, str)}
        facts.append([entry.narration, own])
        for leg in entry.postings:
            place = f"{leg.account} {leg.units.currency}"
            sums[place] = sums.get(place, 0) + leg.units.number
titles = {entry.account: entry.meta["name"] for entry in entries if isinstance(entry, data.Open)}
print(json.dumps({
    "title": options["title"], "facts": facts, "titles": titles,
    "sums": {place: str(total) for place, total in sums.items()},
}))
"""
"""Beancount's own loader, run apart: its licence is not ours, and it stays a tool."""


def hledger(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run hledger; without it the test is left out, in continuous integration it fails."""
    if shutil.which("hledger") is None:
        if os.environ.get("CI"):
            pytest.fail(NO_HLEDGER)
        pytest.skip(NO_HLEDGER)
    return subprocess.run(
        ["hledger", *map(str, arguments)], capture_output=True, text=True, env=UTF8, check=False
    )


def judged(file: Path) -> str:
    """What the file's program says against it; nothing where it passes."""
    if file.suffix == ".journal":
        done = hledger("-f", file, "check", "--strict", "ordereddates")
    else:
        done = subprocess.run(
            [BEAN_CHECK, "--no-cache", file], capture_output=True, text=True, env=UTF8, check=False
        )
    said = done.stdout + done.stderr
    assert bool(done.returncode) == bool(said), said
    return said


def beancount_reads(file: Path) -> dict:
    """What Beancount's loader finds: title, texts and metadata, accounts' titles, sums by account."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, file],
        capture_output=True,
        text=True,
        env=UTF8 | {"BEANCOUNT_DISABLE_LOAD_CACHE": "1"},
        check=True,
    )
    return json.loads(done.stdout)


def hledger_sums(file: Path) -> dict[str, str]:
    """Balances by account as hledger finds them, zeros too."""
    done = hledger("-f", file, "bal", "--flat", "--empty", "--no-total", "-O", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(done.stdout.splitlines()))[1:]
    return {f"{name} CNY": amount.removesuffix(" CNY") for name, amount in rows}


def in_fen(sums: dict[str, str]) -> dict[str, int]:
    """Sums in fen, exactly, without those that are nothing."""
    exact = {place: Decimal(total) * 100 for place, total in sums.items()}
    assert all(total == int(total) for total in exact.values())
    return {place: int(total) for place, total in exact.items() if total}
