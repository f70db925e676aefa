"""What evidence costs: `python -m benchmarks.evidence [--entries 20000] [--repeats 5]`.

Sealing is the canonical bytes of entries, their leaves' hashes, the frontier, and one checkpoint signed for
each thousand. The verifiers read and check one bundle of all entries, each with its proof, and signatures.
CPU seconds of one thread, the median of some runs that take turns. The last line is one JSON object; the exit
code is 1 where a verifier does not find the bundle sound, or finds a changed one sound.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from allocation.evidence.bundle import Bundle, HeldKey, Holder, bundle_bytes
from allocation.evidence.checkpoint import cosign, sign_checkpoint
from allocation.evidence.entry import Entry
from allocation.evidence.hashing import HashName
from allocation.evidence.keys import SignatureKind, VerifierKey, public_of
from allocation.evidence.merkle import Frontier, Tree
from allocation.evidence.sealing import checkpoint_of, prove, seal
from allocation.evidence.verifying import verify_bundle
from services.evidence import verifier

ORIGIN: Final = "evidence.example/611000"
BATCH: Final = 1000
LOG: Final = b"\x01" * 32
COUNTIES: Final = {f"6110{number:02}": bytes([number]) * 32 for number in range(21, 28)}


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    entries = _entries(random.Random(asked.seed), asked.entries)
    bundle = _bundle(entries)
    data = bundle_bytes(bundle)
    runs: dict[str, Callable[[], Any]] = {
        "seal": lambda: _seal(entries),
        "package": lambda: verify_bundle(data),
        "one_file": lambda: verifier.check(data),
    }
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(asked.repeats):
        for name, run in runs.items():
            started = time.process_time()
            run()
            spent[name].append(time.process_time() - started)
    seconds = {name: statistics.median(times) for name, times in spent.items()}
    changed = data.replace(b'amount_fen\\":1', b'amount_fen\\":2', 1)
    figures = {
        "entries": len(entries),
        "bundle_mb": round(len(data) / 1e6, 1),
        "hashes_in_a_proof": len(bundle.entries[0].proof),
        "seal_us_per_entry": round(seconds["seal"] / len(entries) * 1e6, 2),
        "package_entries_per_s": round(len(entries) / seconds["package"]),
        "one_file_entries_per_s": round(len(entries) / seconds["one_file"]),
        "sound": verify_bundle(data).verified and verifier.check(data)["verified"],
        "changed_found": not (verify_bundle(changed).verified or verifier.check(changed)["verified"]),
    }
    for name, figure in figures.items():
        print(f"{name:>24}  {figure}")
    print(json.dumps(figures))
    sys.exit(0 if figures["sound"] and figures["changed_found"] else 1)


def _entries(draw: random.Random, count: int) -> list[Entry]:
    """Journals of four legs as the ledger books them, in invented counties."""
    counties = list(COUNTIES)
    found = []
    for index in range(count):
        origin, host = draw.sample(counties, 2)
        fen = draw.randrange(1, 10**9)
        legs = [
            {"county": county, "account": account, "amount_fen": amount}
            for county, account, amount in (
                (host, "share_expense", fen),
                (host, "due_to", -fen),
                (origin, "due_from", fen),
                (origin, "share_income", -fen),
            )
        ]
        facts = {"number": index, "agreement": f"GX-{index % 997:04}", "period": "2025-03", "legs": legs}
        found.append(Entry("611000", "journal", facts))
    return found


def _seal(entries: list[Entry]) -> Frontier:
    """Seal in batches, a signed checkpoint after each."""
    frontier = Frontier(HashName.sha256)
    for start in range(0, len(entries), BATCH):
        frontier, _ = seal(frontier, entries[start : start + BATCH])
        sign_checkpoint(checkpoint_of(ORIGIN, frontier), LOG)
    return frontier


def _bundle(entries: list[Entry]) -> Bundle:
    """All entries, between the checkpoint of the first half and one that every county has co-signed."""
    first, leaves = seal(Frontier(HashName.sha256), entries[: len(entries) // 2])
    last, more = seal(first, entries[len(entries) // 2 :])
    point = checkpoint_of(ORIGIN, last)
    lines = [cosign(point, county, private, 1_767_225_600) for county, private in COUNTIES.items()]
    keys = [HeldKey(VerifierKey(ORIGIN, SignatureKind.note, public_of(LOG)).text)]
    for county, private in COUNTIES.items():
        key = VerifierKey(f"{ORIGIN}/{county}", SignatureKind.cosignature, public_of(private))
        keys.append(HeldKey(key.text, Holder.county))
    return prove(
        Tree(HashName.sha256, [*leaves, *more]),
        HashName.sha256,
        sign_checkpoint(checkpoint_of(ORIGIN, first), LOG),
        sign_checkpoint(point, LOG).signed_by(*lines),
        dict(enumerate(entries)),
        keys=keys,
    )


if __name__ == "__main__":
    main()
