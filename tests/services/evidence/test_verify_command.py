"""`yipanqi verify` as a user types it."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import typer
from typer.testing import CliRunner

from allocation.evidence.bundle import bundle_bytes
from allocation.evidence.note import Note, parse_note
from allocation.evidence.verdict import FaultCode
from services.evidence.commands import verifier_text, verify
from services.evidence.words import FAULTS, HOLDERS, moment
from services.kit.i18n import gettext
from tests.allocation.evidence.logs import bundle, county_key, log_key
from tests.allocation.evidence.test_reading import with_value

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs/evidence-bundle.schema.json").read_text("utf-8"))
BUNDLE = bundle()

app = typer.Typer()
app.command()(verify)


def call(*arguments: object) -> tuple[int, list[str], str]:
    done = CliRunner().invoke(app, [str(item) for item in arguments])
    return done.exit_code, done.stdout.splitlines(), done.stderr


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "bundle.json"
    place.write_bytes(bundle_bytes(BUNDLE))
    return place


def test_a_sound_bundle(path):
    code, lines, _ = call(path)
    assert code == 0
    assert json.loads(lines[-1])["verified"]
    assert lines[0] == "已核对："
    text = "\n".join(lines)
    for words in (
        "包内 4 条记录都在日志中",
        "结算单 JS-611002-2025 第 1 版",
        "由 611002、611021 用自持密钥会签",
        "2026-01-02 00:00:00 UTC",
        "密钥由市级服务器保管",
        "611002 没有会签较新的存证点",
        "只有会签的县区",
        "公钥取自证据包本身",
        "不说明当初正确",
    ):
        assert words in text


def test_a_sound_bundle_in_english(path, monkeypatch):
    monkeypatch.setenv("YIPANQI_LANG", "en")
    text = "\n".join(call(path)[1][:-1])
    assert text.isascii()
    assert "co-signed by 611002, 611021 with their own keys" in text


def test_a_changed_byte_names_the_entry(path):
    path.write_bytes(path.read_bytes().replace("第 5 笔".encode(), "第 6 笔".encode()))
    code, lines, _ = call(path)
    assert code == 1
    assert lines[0] == "不符：第 5 号记录：记录与封存时不符，或不在该位置（/entries/2）"
    assert json.loads(lines[-1])["faults"] == [{"code": "entry", "place": "/entries/2", "entry": 5}]


def test_a_file_that_is_no_bundle(path):
    path.write_bytes(b"{")
    code, lines, _ = call(path)
    assert (code, lines[0]) == (1, "不符：格式不符（/）")


def test_nobody_co_signed(path):
    new, old = parse_note(BUNDLE.new), parse_note(BUNDLE.old)
    bare = replace(
        BUNDLE,
        new=Note(new.text, new.signatures[:1]).document,
        old=Note(old.text, old.signatures[:1]).document,
    )
    path.write_bytes(bundle_bytes(bare))
    code, lines, _ = call(path)
    text = "\n".join(lines)
    assert code == 0
    assert "第 0 号及以后的记录没有县区用自持密钥会签" in text
    assert "的封存记录没有县区用自持密钥会签" in text


def test_all_have_co_signed_and_the_keys_are_the_readers(path, tmp_path):
    held = tmp_path / "keys.txt"
    held.write_text(f"{log_key().vkey}\n\n{county_key('611021').vkey} county\n", "utf-8")
    code, lines, _ = call(path, "--keys", held)
    assert code == 0
    assert json.loads(lines[-1])["keys"] == "given"
    text = "\n".join(lines)
    assert "没有会签" not in text
    assert "证据包本身" not in text


@pytest.mark.parametrize("line", ["x", "{key} nobody", "{key} county city"])
def test_a_line_that_is_no_key(path, tmp_path, line):
    held = tmp_path / "keys.txt"
    held.write_text(f"{log_key().vkey}\n{line.format(key=county_key('611021').vkey)}\n", "utf-8")
    code, lines, said = call(path, "--keys", held)
    assert (code, lines) == (1, [])
    assert said == f"{held} 第 2 行：不是公钥\n"


@pytest.mark.parametrize("bare", [False, True])
def test_a_checkpoint_that_was_kept(path, tmp_path, bare):
    kept = tmp_path / "kept.txt"
    kept.write_text(parse_note(BUNDLE.old).text if bare else BUNDLE.old, "utf-8")
    code, lines, _ = call(path, "--known", kept)
    assert code == 0
    assert "  您保存的存证点就是包内的一个" in lines
    kept.write_text(kept.read_text("utf-8").replace("\n6\n", "\n7\n"), "utf-8")
    code, lines, _ = call(path, "--known", kept)
    assert code == 0
    assert any("无从比较" in line for line in lines)
    kept.write_text(kept.read_text("utf-8").replace("\n7\n", "\n11\n"), "utf-8")
    code, lines, _ = call(path, "--known", kept)
    assert (code, lines[0]) == (1, "不符：您保存的存证点不属于这段历史：历史被改写过（/known）")


def test_a_file_that_holds_no_checkpoint(path, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text("x", "utf-8")
    assert call(path, "--known", kept) == (1, [], f"{kept}：不是存证点\n")
    kept.write_bytes(b"\xff")
    assert call(path, "--known", kept) == (1, [], f"{kept}: UTF-8\n")


def test_a_file_that_is_not_there(path, tmp_path):
    code, _, said = call(tmp_path / "none.json")
    assert (code, said) == (1, f"{tmp_path / 'none.json'}: No such file or directory\n")
    assert call(path, "--keys", tmp_path / "none.txt")[0] == 1


@pytest.mark.parametrize("arguments", [[], ["x", "--print-verifier"]])
def test_wrong_usage(arguments):
    assert call(*arguments)[0] == 2


def test_the_printed_verifier_runs_apart_from_the_program(path, tmp_path):
    code, lines, _ = call("--print-verifier")
    assert code == 0
    script = tmp_path / "verifier.py"
    script.write_text("\n".join(lines) + "\n", "utf-8")
    assert script.read_text("utf-8") == verifier_text()
    for data, expected in ((path.read_bytes(), 0), (path.read_bytes().replace(b'"JS-', b'"JT-'), 1)):
        path.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-X", "utf8", str(script), str(path)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == expected, done.stderr
        assert json.loads(done.stdout.splitlines()[-1])["verified"] == (expected == 0)


def test_every_fault_and_holder_has_words_in_both_languages():
    assert set(FAULTS) == set(FaultCode)
    for message in (*FAULTS.values(), *HOLDERS.values()):
        assert gettext(message, "en").isascii()


@pytest.mark.parametrize(
    ("time", "words"),
    [(0, "1970-01-01 00:00:00 UTC"), (2**63 - 1, "9223372036854775807"), (10**12, "1000000000000")],
)
def test_a_time_in_words(time, words):
    assert moment(time) == words


def test_the_published_schema_takes_a_bundle():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(BUNDLE.document(), SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "yipanqi.evidence/2"),
        ("hash", "md5"),
        ("more", 1),
        ("keys/1/held_by", "nobody"),
        ("keys/0/more", 1),
        ("checkpoints/consistency", []),
        ("checkpoints/new", ...),
        ("entries/0/index", -1),
        ("entries/0/proof", "0" * 63),
        ("entries/0/entry", {}),
        ("entries/0/entry", '{"city":"61100","facts":{},"kind":"journal"}'),
        ("entries/0/entry", '{"city":"611000","facts":[],"kind":"journal"}'),
        ("entries/0/index", 1.5),
        ("entries/0/index", 2**53),
        ("statements/0/body", {"fen": 2**53}),
        ("statements/0/body", {"税": 1}),
        ("statements/0/version", 0),
        ("statements/0/sha256", "x"),
        ("statements/0/body", None),
    ],
)
def test_the_published_schema_refuses_what_the_reader_refuses(path, value):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(with_value(path, value)), SCHEMA)
