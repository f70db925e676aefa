"""The example that auditors are shown is what the programs make and say."""

import base64
import re
from pathlib import Path

import typer
from typer.testing import CliRunner

from allocation.evidence.bundle import bundle_bytes
from allocation.evidence.entry import leaf_hash, text_bytes
from allocation.evidence.hashing import HashName, hasher
from allocation.evidence.reading import read_bundle
from allocation.evidence.verdict import FaultCode
from services.evidence.commands import verify
from tests.allocation.evidence.logs import bundle

DOCS = Path(__file__).parents[3] / "docs"
TEXT = (DOCS / "evidence.md").read_text("utf-8")
EXAMPLE = (DOCS / "evidence-example.json").read_bytes()

app = typer.Typer()
app.command()(verify)


def test_the_example_is_a_bundle_of_the_program():
    assert bundle_bytes(bundle()) == EXAMPLE


def test_the_hashes_by_hand():
    digest = hasher(HashName.sha256)
    proven = read_bundle(EXAMPLE).entries[3]
    first, second = proven.proof
    leaf = leaf_hash(digest, text_bytes(proven.text))
    node = digest(b"\x01" + first + leaf)
    root = digest(b"\x01" + second + node)
    assert re.findall(r"^(?:leaf|node|root)   ([0-9a-f]{64})", TEXT, re.MULTILINE) == [
        leaf.hex(),
        node.hex(),
        root.hex(),
    ]
    assert f"01 {first.hex()[:16]}…{first.hex()[-4:]} leaf" in TEXT
    assert f"01 {second.hex()[:16]}…{second.hex()[-4:]} node" in TEXT
    assert f"`{base64.b64encode(root).decode()}`" in TEXT


def test_the_fault_that_is_quoted(tmp_path, monkeypatch):
    monkeypatch.setenv("YIPANQI_LANG", "en")
    path = tmp_path / "changed.json"
    path.write_bytes(EXAMPLE.replace("第 5 笔".encode(), "第 6 笔".encode()))
    done = CliRunner().invoke(app, [str(path)])
    assert done.stdout.splitlines()[0] in TEXT


def test_every_fault_is_explained():
    rows = TEXT.split("| fault | meaning |")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z_]+)`", "".join(row.split("|")[1] for row in rows.split("\n")[2:]))) == set(
        FaultCode
    )
