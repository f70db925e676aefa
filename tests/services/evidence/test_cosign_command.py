"""`yipanqi key` and `yipanqi cosign`: a county's own program, offline."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from allocation.evidence.checkpoint import Checkpoint, cosigned_at, line_holds, sign_checkpoint
from allocation.evidence.cosigning import Request, signer_text
from allocation.evidence.hashing import HashName
from allocation.evidence.keys import SignatureKind, VerifierKey, parse_key, public_of
from allocation.evidence.merkle import Tree
from allocation.evidence.note import parse_note
from services.cli import app
from services.kit.i18n import gettext

NAME, LOG = "yipanqi/611000/611002", b"\x05" * 32
LEAVES = [bytes([number]) * 32 for number in range(12)]
FORGED = [LEAVES[0], b"\xff" * 32, *LEAVES[2:]]
runner = CliRunner()


def request(old: int, size: int, leaves: list[bytes] = LEAVES, origin: str = "yipanqi/611000") -> str:
    tree = Tree(HashName.sha256, leaves)
    note = sign_checkpoint(Checkpoint(origin, size, tree.root(size)), LOG)
    return Request(old, tuple(tree.consistency(old, size)), note).text


class Machine:
    """A county's machine: its key and the files it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, folder / "county.key"
        made = runner.invoke(app, ["key", "new", str(self.key), "--name", NAME])
        assert made.exit_code == 0, made.output
        self.vkey = made.stdout.splitlines()[-1]

    def cosign(self, text: str, *more: str) -> tuple[int, str]:
        file = self.folder / "request.txt"
        file.write_text(text, "utf-8")
        done = runner.invoke(app, ["cosign", str(file), "--key", str(self.key), *more])
        return done.exit_code, done.stdout + done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_key_is_its_owners_alone_and_never_written_over(machine: Machine) -> None:
    assert stat.S_IMODE(machine.key.stat().st_mode) == 0o600
    assert machine.key.read_text().startswith(f"PRIVATE+KEY+{NAME}+")
    assert parse_key(machine.vkey).name == NAME
    shown = runner.invoke(app, ["key", "show", str(machine.key)])
    assert shown.stdout.strip() == machine.vkey
    before = machine.key.read_text()
    again = runner.invoke(app, ["key", "new", str(machine.key), "--name", NAME])
    assert again.exit_code == 1
    assert "不覆盖" in again.stderr
    assert machine.key.read_text() == before
    bad = runner.invoke(app, ["key", "new", str(machine.folder / "other"), "--name", "a b"])
    assert (bad.exit_code, (machine.folder / "other").exists()) == (1, False)


def test_it_signs_what_continues_what_it_signed_and_remembers(machine: Machine) -> None:
    out = machine.folder / "result.txt"
    code, said = machine.cosign(request(0, 5), "-o", str(out))
    assert code == 0, said
    first = json.loads(said.splitlines()[-1])
    assert (first["size"], first["first"]) == (5, True)
    note = parse_note(out.read_text("utf-8"))
    (line,) = note.signatures
    assert line_holds(parse_key(machine.vkey), note.text, line)
    assert cosigned_at(line) > 1_700_000_000
    code, said = machine.cosign(request(5, 9))
    assert code == 0, said
    assert "— " + NAME in said
    assert json.loads(said.splitlines()[-1])["first"] is False
    code, said = machine.cosign(request(9, 9))
    assert code == 0, "the same again may be signed again"
    kept = machine.folder / "county.key.kept"
    assert parse_note(kept.read_text("utf-8")).text.split("\n")[1] == "9"


def test_a_county_that_sees_two_histories_refuses(machine: Machine) -> None:
    assert machine.cosign(request(0, 5))[0] == 0
    kept = (machine.folder / "county.key.kept").read_bytes()
    for text in (request(5, 9, FORGED), request(5, 5, FORGED)):
        code, said = machine.cosign(text)
        assert code == 1
        assert "两种历史" in said
        assert "cosignature" not in said
        assert "— " + NAME not in said
    assert (machine.folder / "county.key.kept").read_bytes() == kept, "what was co-signed stays known"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (request(0, 3), "还早"),
        (request(3, 9), "重新下载"),
        (request(5, 9, origin="yipanqi/622000"), "不属于密钥所属的日志"),
        ("nonsense", "不是会签请求"),
    ],
)
def test_other_reasons_are_said(machine: Machine, text: str, word: str) -> None:
    assert machine.cosign(request(0, 5))[0] == 0
    code, said = machine.cosign(text)
    assert code == 1
    assert word in said


def test_with_the_logs_key_its_signature_is_checked(machine: Machine) -> None:
    good = VerifierKey("yipanqi/611000", SignatureKind.note, public_of(LOG)).text
    other = VerifierKey("yipanqi/611000", SignatureKind.note, public_of(b"\x06" * 32)).text
    code, said = machine.cosign(request(0, 5), "--log", other)
    assert (code, "有效签名" in said) == (1, True)
    code, said = machine.cosign(request(0, 5), "--log", "nonsense")
    assert (code, "不是日志的公钥" in said) == (1, True)
    assert machine.cosign(request(0, 5), "--log", good)[0] == 0


def test_what_was_co_signed_before_may_lie_elsewhere(machine: Machine) -> None:
    before = machine.folder / "before.txt"
    code, said = machine.cosign(request(0, 5), "--previous", str(before))
    assert (code, "没有" in said) == (1, True)
    before.write_text("nonsense", "utf-8")
    assert "不是存证点" in machine.cosign(request(0, 5), "--previous", str(before))[1]
    before.write_text(request(0, 5).partition("\n\n")[2], "utf-8")
    assert machine.cosign(request(5, 9), "--previous", str(before))[0] == 0
    assert machine.cosign(request(5, 9, FORGED), "--previous", str(before))[0] == 1


def test_a_file_that_is_no_key_of_a_county_signs_nothing(machine: Machine) -> None:
    log = VerifierKey("yipanqi/611000", SignatureKind.note, public_of(LOG))
    for text in ("nonsense", signer_text(log, LOG)):
        machine.key.write_text(text, "utf-8")
        code, said = machine.cosign(request(0, 5))
        assert (code, "不是会签用的私钥" in said) == (1, True)


def test_in_english_too(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.cosign(request(0, 5))[0] == 0
    monkeypatch.setenv("YIPANQI_LANG", "en")
    file = machine.folder / "request.txt"
    file.write_text(request(5, 9, FORGED), "utf-8")
    done = runner.invoke(app, ["--lang", "en", "cosign", str(file), "--key", str(machine.key)])
    assert "Two histories were shown" in done.stderr
    assert gettext("会签", "en") == "Co-signatures"
