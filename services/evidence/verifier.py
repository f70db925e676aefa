"""Check a proof bundle of a city's log (`yipanqi.evidence/1`) with Python's standard library alone (3.11+).

`python3 verifier.py BUNDLE [--keys FILE]`; the last line is one JSON object, the exit code 0 where all holds.
Keys in FILE (a line each: `VKEY`; a county's `VKEY county` or `VKEY city`, its holder) replace the bundle's.
By RFC 6962 and 9162 (tree), 8032 (Ed25519), 8785 (JSON), C2SP signed-note, tlog-checkpoint, tlog-cosignature.
"""

import argparse
import hashlib
import json
import re
import sys
from binascii import a2b_base64, b2a_base64
from functools import lru_cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Point = tuple[int, int, int, int]
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7  # of a point of order 8
BASE_X, BASE_Y = 0x216936D3CD6E53FEC0A4E231FDD6DC5C692CC7609525A7B2C9562D608F25D51A, 4 * pow(5, -1, P) % P
SAID = ("number", "version", "sha256")
CAVEAT = """不能断定：包外有哪些记录；金额是否算对、税票是否真实；自持密钥会签之后有无改写。
Not concluded: other entries; whether figures are right; whether what no county co-signed was rewritten."""
ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
NAME, SIZE = re.compile(r"[^\s+\x00-\x1f]+"), re.compile("0|[1-9][0-9]{0,15}")
HASH, PROOF = (str, re.compile("[0-9a-f]{64}")), (str, re.compile("(?:[0-9a-f]{64}){0,64}"))
ENTRY = re.compile(r'\{"city":"[0-9]{6}","facts":\{.*\},"kind":"[a-z][a-z_]{0,31}"\}')
OPTIONAL, LISTS = {"held_by", "body"}, ("keys", "entries", "statements")
Form = dict[str, tuple[type, re.Pattern[str] | None]]
BUNDLE: Form = dict.fromkeys(LISTS, (list, None)) | {"checkpoints": (dict, None)}
BUNDLE |= {"format": (str, re.compile(r"yipanqi\.evidence/1")), "hash": (str, re.compile("sha256|sm3"))}
TEXT, INDEX, VERSION = (str, None), (int, re.compile("[0-9]+")), (int, re.compile("[1-9][0-9]*"))
STATED: Form = {"number": TEXT, "version": VERSION, "sha256": HASH, "entry": INDEX, "body": (dict, None)}
FORMS: dict[str, Form] = {
    "keys": {"vkey": TEXT, "held_by": (str, re.compile("city|county"))},
    "checkpoints": {"old": TEXT, "new": TEXT, "consistency": PROOF},
    "entries": {"index": INDEX, "entry": (str, ENTRY), "proof": PROOF},
    "statements": STATED,
}


def must(holds: object) -> None:
    """Refuse what does not hold."""
    if not holds:
        raise ValueError


def hashed(log: str, data: bytes) -> bytes:
    """Hash by the log's algorithm; not every Python has SM3."""
    return (hashlib.sha256(data) if log == "sha256" else hashlib.new(log, data)).digest()


def add(p: Point, q: Point) -> Point:
    """Add points in extended coordinates (RFC 8032, section 6)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """Multiply a point."""
    half = times(factor >> 1, add(point, point)) if factor else (0, 1, 1, 0)
    return add(half, point) if factor & 1 else half


def point_of(data: bytes) -> Point:
    """Read a point: on the curve, written in the one canonical way, not of small order."""
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    must(len(data) == 32 and y < P and y not in {0, 1, P - 1, Y8, P - Y8})
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT_OF_MINUS_1 % P
    must((x * x - square) % P == 0)
    x = x if x & 1 == data[31] >> 7 else P - x
    return x, y, 1, x * y % P


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature holds: s below the group's order, no cofactor (RFC 8032, 5.1.7)."""
    key, start, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    must(len(signature) == 64 and s < ORDER)
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left = times(s, (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P))
    x, y, z, _ = add(left, times(h, (P - key[0], key[1], 1, P - key[3])))
    return (x - start[0] * z) % P == 0 and (y - start[1] * z) % P == 0


def base64(text: str) -> bytes:
    """Read standard base64, only as it is written."""
    data = a2b_base64(text.encode("ascii"), strict_mode=True)
    must(b2a_base64(data, newline=False).decode() == text)
    return data


def pairs(items: list[tuple[str, Any]]) -> Json:
    """Let no key into a map twice, and none that is not ASCII."""
    found = dict(items)
    must(len(found) == len(items) and all(map(str.isascii, found)))
    return found


def whole(digits: str) -> int:
    """Let in whole numbers below 2^53; a point, an exponent, NaN are none."""
    must(len(digits) <= 17 and abs(int(digits)) < 2**53)
    return int(digits)


def fits(item: Any, form: Form) -> bool:
    """Whether a map has these fields, each of its type and pattern."""
    if type(item) is not dict or not set(form) - OPTIONAL <= set(item) <= set(form):
        return False
    parts = [(value, *form[name]) for name, value in item.items()]
    return all(type(one) is kind and (not good or good.fullmatch(str(one))) for one, kind, good in parts)


def misfit(bundle: Any) -> str | None:
    """Give the place of the first item that has another form."""
    if not fits(bundle, BUNDLE):
        return ""
    items = [("/checkpoints", "checkpoints", bundle["checkpoints"])]
    for name in LISTS:
        items += [(f"/{name}/{position}", name, item) for position, item in enumerate(bundle[name])]
    return next((place for place, name, item in items if not fits(item, FORMS[name])), None)


def note_of(document: str) -> Json:
    """Read a signed checkpoint."""
    must(document.encode() and not any(sign < " " and sign != "\n" for sign in document))
    text, gap, after = document.rpartition("\n\n")
    must(gap and after.endswith("\n") and after.count("\n") <= 100)
    signatures = []
    for line in after[:-1].split("\n"):
        name, _, data = line.removeprefix("— ").partition(" ")
        must(line.startswith("— ") and NAME.fullmatch(name) and len(base64(data)) > 4)
        signatures.append((name, base64(data)[:4].hex(), base64(data)[4:]))
    lines = text.split("\n")
    must(len(lines) >= 3 and "" not in lines and SIZE.fullmatch(lines[1]) and int(lines[1]) < 2**53)
    must(len(base64(lines[2])) == 32)
    head = {"text": text + "\n", "origin": lines[0], "size": int(lines[1]), "root": base64(lines[2])}
    return head | {"signatures": signatures}


@lru_cache(4096)  # neighbours share the way up
def root_over(log: str, place: int, last: int, node: bytes, proof: bytes) -> bytes | None:
    """Climb from a node to the root (RFC 9162, 2.1.3.2); none where the proof is too long or short."""
    if not proof or not last:
        return None if proof or last else node
    step, proof = proof[:32], proof[32:]
    if place & 1 or place == last:
        node = hashed(log, b"\x01" + step + node)
        while place and not place & 1:
            place, last = place >> 1, last >> 1
    else:
        node = hashed(log, b"\x01" + node + step)
    return root_over(log, place >> 1, last >> 1, node, proof)


def begins(log: str, old: Json, new: Json, proof: bytes) -> bool:
    """Whether the old tree is the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if old["size"] == 0 or old["size"] >= new["size"]:
        same = (old["size"], old["root"]) == (new["size"], new["root"])
        good = old["size"] > 0 or old["root"] == hashed(log, b"")
        return good and proof == b"" and (old["size"] < new["size"] or same)
    path = proof if old["size"] & (old["size"] - 1) else old["root"] + proof
    place, last = old["size"] - 1, new["size"] - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    node, whole_root = path[:32], root_over(log, place, last, path[:32], path[32:])
    for start in range(32, len(path), 32):
        if place & 1 or place == last:
            node = hashed(log, b"\x01" + path[start : start + 32] + node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return (node, whole_root) == (old["root"], new["root"])


def read_json(text: str) -> Any:
    """Read JSON in which two readers cannot differ."""
    return json.loads(text, object_pairs_hook=pairs, parse_int=whole, parse_float=whole, parse_constant=whole)


def sealed(claim: Json, text: str) -> bool:
    """Whether a statement is what its entry seals, and its body has its hash."""
    try:
        entry = read_json(text)
        must(sorted(entry) == ["city", "facts", "kind"] and ENCODE(entry) == text)
    except (ValueError, RecursionError):
        return False
    body = b"statement\x00" + ENCODE(claim.get("body")).encode()
    same = ENCODE([claim[name] for name in SAID]) == ENCODE([entry["facts"].get(name) for name in SAID])
    good = "body" not in claim or hashlib.sha256(body).hexdigest() == claim["sha256"]
    return same and good and entry["kind"] == "statement"


def read_keys(items: list[Json], origin: str, place: str, faults: list[Any]) -> dict[Any, Json]:
    """Read the keys of this log by name and id: its own, and counties' with who holds them."""
    keys: dict[Any, Json] = {}
    for position, item in enumerate(items):
        (name, _, rest), holder = item["vkey"].partition("+"), item.get("held_by")
        (key_id, _, material), (parent, _, county) = rest.partition("+"), name.rpartition("/")
        try:
            raw = base64(material)
            must(NAME.fullmatch(name) and raw[:1] == (b"\x04" if holder else b"\x01") and point_of(raw[1:]))
            must(hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == key_id)
            must((parent if holder else name) == origin and holder in {None, "city", "county"})
            must(raw[1:] not in {other["public"] for other in keys.values()})
            keys[name, key_id] = {"public": raw[1:], "county": county, "holder": holder}
        except ValueError:
            faults.append(("key", f"{place}/{position}", None))
    return keys


def signatures(note: Json, keys: dict[Any, Json], place: str, faults: list[Any]) -> list[Json]:
    """Give the counties' signatures. A known key's must hold, and the log's own must be there."""
    found, own = [], 0
    for position, (name, key_id, raw) in enumerate(note["signatures"]):
        key = keys.get((name, key_id), {})
        holder, time = key.get("holder"), int.from_bytes(raw[:8], "big")
        text = f"cosignature/v1\ntime {time}\n{note['text']}" if holder else note["text"]
        try:
            must(not key or ed25519(key["public"], text.encode(), raw[8:] if holder else raw))
            must(not holder or time < 2**63)
            own += bool(key) and holder is None
        except ValueError:
            faults.append(("signature", f"{place}/{position}", None))
            holder = None
        if holder:
            found.append({"county": key["county"], "held_by": holder, "time": time, "size": note["size"]})
    faults += [] if own else [("unsigned", place, None)]
    return found


def check(data: bytes, given: list[Json] | None = None) -> Json:
    """Check a bundle's bytes, with the reader's own keys if there are any; what is found is the last line."""
    faults: list[Any] = []
    found: Json = {"verified": False, "statements": [], "keys": "bundle" if given is None else "given"}
    code, place = "malformed", None
    try:
        bundle = read_json(data.decode())
        must(b"\\u" not in data or ENCODE(bundle).encode())  # half a character is refused
        must((place := misfit(bundle)) is None)
        code, place, log = "hash_absent", "/hash", bundle["hash"]
        hashed(log, b"")
        code, place = "checkpoint", "/checkpoints/old"
        old = note_of(bundle["checkpoints"]["old"])
        place = "/checkpoints/new"
        new = note_of(bundle["checkpoints"]["new"])
        code, place = "log", "/checkpoints/old"
        must(old["origin"] == new["origin"])
    except (ValueError, RecursionError):
        return found | {"faults": [{"code": code, "place": place or "", "entry": None}]}
    keys = read_keys(bundle["keys"], new["origin"], "/keys", faults)
    keys = keys if given is None else read_keys(given, new["origin"], "/given", faults)
    cosigned = signatures(old, keys, "/checkpoints/old", faults)
    cosigned += signatures(new, keys, "/checkpoints/new", faults)
    if not begins(log, old, new, bytes.fromhex(bundle["checkpoints"]["consistency"])):
        faults.append(("consistency", "/checkpoints/consistency", None))
    entries: dict[int, str] = {}
    for position, item in enumerate(bundle["entries"]):
        index, text, proof = item["index"], item["entry"], bytes.fromhex(item["proof"])
        leaf = hashed(log, b"\x00yipanqi.entry/1\x00" + text.encode())
        if index >= new["size"] or root_over(log, index, new["size"] - 1, leaf, proof) != new["root"]:
            faults.append(("entry", f"/entries/{position}", index))
        elif text[9:15] != new["origin"].rpartition("/")[2]:
            faults.append(("city", f"/entries/{position}", index))
        else:
            entries[index] = text
    for position, claim in enumerate(bundle["statements"]):
        if sealed(claim, entries.get(claim["entry"], "")):
            reach = [one for one in cosigned if one["size"] > claim["entry"] and one["held_by"] == "county"]
            shown = {name: claim[name] for name in (*SAID, "entry")}
            found["statements"].append(shown | {"cosigned": sorted({one["county"] for one in reach})})
        else:
            faults.append(("statement", f"/statements/{position}", claim["entry"]))
    found |= {"origin": new["origin"], "size": new["size"], "root": new["root"].hex(), "cosigned": cosigned}
    found |= {"verified": not faults, "old_size": old["size"], "entries": len(bundle["entries"])}
    return found | {"faults": [dict(zip(("code", "place", "entry"), one, strict=True)) for one in faults]}


def main() -> None:
    """Check a file and say what was found, and what cannot be concluded."""
    parser = argparse.ArgumentParser(description="核验证据包 · check a proof bundle")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--keys", type=Path)
    asked = parser.parse_args()
    lines = asked.keys.read_text("utf-8").splitlines() if asked.keys else []
    given = [dict(zip(("vkey", "held_by"), line.split(), strict=False)) for line in lines if line.strip()]
    found = check(asked.bundle.read_bytes(), given if asked.keys else None)
    said = [*(f"{name}: {value}" for name, value in found.items()), CAVEAT]
    sys.stdout.write("\n".join([*said, json.dumps(found, ensure_ascii=False)]) + "\n")
    sys.exit(0 if found["verified"] else 1)


if __name__ == "__main__":
    main()
