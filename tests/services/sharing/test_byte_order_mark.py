"""Files as a spreadsheet or an editor on Windows writes them: a byte order mark changes no answer."""

import json
import re
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app

ROOT = Path(__file__).parents[3]


def _estimate() -> bytes:
    found = re.search(r"```json\n(.*?)```", (ROOT / "docs/sharing-estimate.md").read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1].encode()


FILES = {
    ("share",): (ROOT / "tests/golden/share/G03.json").read_bytes(),
    ("advise", "--method", "shapley"): json.dumps({"values": {"甲": 1, "乙": 2, "甲,乙": 4}}).encode(),
    ("estimate",): _estimate(),
}


@pytest.mark.parametrize("command", FILES)
def test_a_file_with_a_mark_is_read_like_one_without(command: tuple[str, ...], tmp_path: Path) -> None:
    said = []
    for mark in (b"", BOM_UTF8):
        (tmp_path / "file.json").write_bytes(mark + FILES[command])
        done = CliRunner().invoke(app, [command[0], str(tmp_path / "file.json"), *command[1:]])
        assert done.exit_code == 0, done.stderr
        said.append(done.stdout)
    assert said[0] == said[1]


def test_a_rule_pack_may_begin_with_a_mark(tmp_path: Path) -> None:
    pack = (ROOT / "allocation/sharing/packs/fpic.json").read_bytes()
    (tmp_path / "fpic.json").write_bytes(BOM_UTF8 + pack)
    done = CliRunner().invoke(app, ["packs", "--folder", str(tmp_path), "show", "fpic"])
    assert (done.exit_code, json.loads(done.stdout.splitlines()[-1])["as_expected"]) == (0, True)
