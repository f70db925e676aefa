"""The one-file verifier: alone, against the standards, and of one mind with `allocation.evidence`."""

import ast
import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.evidence import keys
from allocation.evidence.bundle import HeldKey, Holder, bundle_bytes
from allocation.evidence.checkpoint import Checkpoint, cosigned_text, sign_checkpoint
from allocation.evidence.hashing import HashName
from allocation.evidence.merkle import Frontier
from allocation.evidence.note import SignatureLine, parse_note
from allocation.evidence.sealing import seal
from allocation.evidence.verifying import verify_bundle
from services.evidence import verifier
from tests.allocation.evidence.logs import COUNTIES, LOG, ORIGIN, bundle, county_key, entries_of, log_key
from tests.allocation.evidence.test_reading import with_value
from tests.allocation.evidence.test_verifying import SEALED_BADLY, sealed_past_the_form

SOURCE = Path(verifier.__file__).read_text("utf-8")
DATA = bundle_bytes(bundle(count=5, old=2, shown=(1, 3)))


def agreed(data: bytes, given: list[HeldKey] | None = None) -> dict[str, Any]:
    """Both verifiers' answer; a misshapen part may be named more closely by the one file."""
    other = None if given is None else [key.document() for key in given]
    one = verify_bundle(data, given=given).document()
    alone = verifier.check(data, other)
    assert alone["verified"] == one["verified"]
    codes = [fault["code"] for fault in one["faults"]]
    if codes == ["malformed"]:
        [fault] = alone["faults"]
        assert fault["code"] == "malformed"
        assert fault["place"].startswith(one["faults"][0]["place"])
    else:
        assert {name: one[name] for name in alone} == alone
    return one


def test_it_needs_the_standard_library_alone_and_is_short():
    tree = ast.parse(SOURCE)
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in named} <= sys.stdlib_module_names
    assert len(SOURCE.splitlines()) <= 300


@pytest.mark.parametrize("algorithm", HashName)
@pytest.mark.parametrize(("count", "old"), [(0, 0), (1, 0), (1, 1), (4, 4), (5, 4), (9, 8), (13, 5)])
def test_logs_of_many_sizes_hold(algorithm, count, old):
    assert agreed(bundle_bytes(bundle(count, old, algorithm, tuple(range(count)))))["verified"]


@settings(max_examples=150)
@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_both_say_the_same_of_a_bundle_with_one_byte_changed(place, mask):
    changed = bytearray(DATA)
    changed[place] ^= mask
    agreed(bytes(changed))


@settings(max_examples=50)
@given(st.integers(0, len(DATA) - 1), st.integers(1, 40), st.binary(max_size=3))
def test_both_say_the_same_of_a_bundle_with_a_part_replaced(start, length, other):
    agreed(DATA[:start] + other + DATA[start + length :])


ENTRY = DATA.index(b'"entry":"{')
ENTRY_END = DATA.index(b',"index":', ENTRY)


@pytest.mark.parametrize("place", range(ENTRY, ENTRY_END))
def test_each_byte_of_an_entry_counts(place):
    changed = bytearray(DATA)
    changed[place] ^= 1
    found = agreed(bytes(changed))
    assert not found["verified"]
    [first, *_] = found["faults"]
    whole_file = first["code"] == "malformed" and not first["place"]
    assert whole_file or first["place"] == "/entries/0"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("hash", "sm3"),
        ("hash", "md5"),
        ("format", 1),
        ("keys", {}),
        ("keys/0/vkey", "x"),
        ("keys/1/held_by", "city"),
        ("keys/1/held_by", ...),
        ("keys/0/held_by", "county"),
        ("checkpoints/old", "x"),
        ("checkpoints/new", "x\n\n— x AAAA\n"),
        ("checkpoints/consistency", ""),
        ("checkpoints/consistency", "00" * 32),
        ("entries/1/index", 4),
        ("entries/1/index", 99),
        ("entries/1/entry", '{"city":"611001","facts":{},"kind":"journal"}'),
        ("entries/1/entry", '{"city":"611000","facts":{"a":"\ud800"},"kind":"journal"}'),
        ("entries/1/entry", '{"city":"611000","facts":{},"kind":"journal"}\n'),
        ("entries/1/entry", {"city": "611000", "kind": "journal", "facts": {}}),
        ("entries/1/index", True),
        ("entries/1/index", -1),
        ("statements/0/version", 2),
        ("statements/0/entry", 0),
        ("statements/0/entry", 99),
        ("statements/0/body", {}),
        ("statements/0/body", ...),
        ("statements/0/number", 7),
    ],
)
def test_both_say_the_same_of_a_bundle_with_a_field_changed(path, value):
    agreed(with_value(path, value))


@pytest.mark.parametrize(
    "data", [b"", b"[" * 100_000, b"\xff", b'{"a":1e5}', b'{"a":NaN}', b"[]", b'{"a":1,"a":1}']
)
def test_both_refuse_what_is_no_bundle(data):
    assert not agreed(data)["verified"]


@pytest.mark.parametrize(
    "given_keys",
    [
        [],
        [log_key()],
        [log_key(), county_key("611021")],
        [log_key(), county_key("611021", Holder.city)],
        [log_key(), log_key()],
        [HeldKey("x")],
        [HeldKey(log_key().vkey, Holder.county), log_key()],
    ],
)
def test_both_say_the_same_with_keys_from_elsewhere(given_keys):
    assert agreed(DATA, given_keys)["keys"] == "given"


def test_proofs_that_are_too_long_and_an_empty_tree_with_another_root():
    step = "00" * 32
    [proven, *_] = bundle().document()["entries"]
    long = with_value("entries/0/proof", proven["proof"] + step * 3)
    assert agreed(long)["faults"] == [{"code": "entry", "place": "/entries/0", "entry": 0}]
    consistency = bundle().document()["checkpoints"]["consistency"]
    found = agreed(with_value("checkpoints/consistency", consistency + step * 3))
    assert found["faults"] == [{"code": "consistency", "place": "/checkpoints/consistency", "entry": None}]
    empty = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), LOG)
    made = replace(bundle(), old=empty.document, consistency=())
    assert agreed(bundle_bytes(made))["faults"][0]["code"] == "consistency"


@pytest.mark.parametrize("change", SEALED_BADLY)
def test_both_say_the_same_of_badly_sealed_texts(change):
    assert agreed(bundle_bytes(sealed_past_the_form(*change)))["faults"] == [
        {"code": "statement", "place": "/statements/0", "entry": 0}
    ]


def test_a_root_that_is_a_leaf_of_a_larger_tree():
    """Only a log that lies about its size can sign it; a proof that is too short must not do."""
    leaf = seal(Frontier(HashName.sha256), entries_of(1))[0].root()
    note = sign_checkpoint(Checkpoint(ORIGIN, 2, leaf), LOG).document
    made = replace(bundle(1, 1, shown=(0,)), old=note, new=note)
    assert agreed(bundle_bytes(made))["faults"] == [{"code": "entry", "place": "/entries/0", "entry": 0}]


def test_a_time_beyond_the_edge():
    made = bundle()
    note = parse_note(made.new)
    name, key_id = note.signatures[1].name, note.signatures[1].key_id
    signature = keys.sign(COUNTIES["611021"], cosigned_text(note.text, 2**63))
    line = SignatureLine(name, key_id, (2**63).to_bytes(8, "big") + signature)
    found = agreed(bundle_bytes(replace(made, new=note.signed_by(line).document)))
    assert found["faults"] == [{"code": "signature", "place": "/checkpoints/new/3", "entry": None}]


def test_a_log_of_another_origin():
    assert agreed(DATA.replace(b"evidence.example/611000\\n2\\n", b"evidence.example/611001\\n2\\n"))[
        "faults"
    ] == [{"code": "log", "place": "/checkpoints/old", "entry": None}]


def test_a_python_without_sm3_says_so(monkeypatch):
    new, data = hashlib.new, bundle_bytes(bundle(algorithm=HashName.sm3))

    def absent(name: str, given_data: bytes = b"") -> Any:
        if name == "sm3":
            raise ValueError(name)
        return new(name, given_data)

    monkeypatch.setattr(hashlib, "new", absent)
    found = agreed(data)
    assert found["faults"] == [{"code": "hash_absent", "place": "/hash", "entry": None}]


def test_the_file_alone(tmp_path, monkeypatch, capsys):
    """The command that an auditor types; the interpreter that runs it apart is tried with the command."""
    path, held = tmp_path / "bundle.json", tmp_path / "keys.txt"
    path.write_bytes(DATA)
    held.write_text(f"{log_key().vkey}\n\n{county_key('611021').vkey} county\n", "utf-8")
    monkeypatch.setattr(sys, "argv", ["verifier.py", str(path), "--keys", str(held)])
    with pytest.raises(SystemExit) as done:
        verifier.main()
    lines = capsys.readouterr().out.splitlines()
    assert done.value.code == 0
    assert json.loads(lines[-1]) == verifier.check(
        DATA, [log_key().document(), county_key("611021").document()]
    )
    assert any("不能断定" in line for line in lines)
    path.write_bytes(DATA.replace(b'number\\":1}', b'number\\":2}'))
    monkeypatch.setattr(sys, "argv", ["verifier.py", str(path)])
    with pytest.raises(SystemExit) as done:
        verifier.main()
    assert done.value.code == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["faults"] == [
        {"code": "entry", "place": "/entries/0", "entry": 1}
    ]
