"""A small log of an invented city, its keys, and the bundle that proves it; tests change parts of it."""

from allocation.evidence.bundle import Bundle, ClaimedStatement, HeldKey, Holder
from allocation.evidence.checkpoint import cosign, sign_checkpoint
from allocation.evidence.entry import Entry
from allocation.evidence.hashing import HashName
from allocation.evidence.keys import SignatureKind, VerifierKey, public_of
from allocation.evidence.merkle import Frontier, Tree
from allocation.evidence.note import Note
from allocation.evidence.sealing import checkpoint_of, prove, seal
from allocation.sharing.canonical import sha256_of

ORIGIN = "evidence.example/611000"
LOG = bytes(range(32))
COUNTIES = {"611002": b"\x02" * 32, "611021": b"\x21" * 32, "611022": b"\x22" * 32}
BODY = {"number": "JS-611002-2025", "lines": [{"tax": "vat", "fen": 12_345_678}], "words": "上解"}
BODY_SHA256 = sha256_of("statement", BODY)
TIME = 1_767_225_600


def statement_facts(number: str = "JS-611002-2025", sha256: str = BODY_SHA256) -> dict[str, object]:
    return {"number": number, "version": 1, "sha256": sha256, "county": number[3:9], "period": number[10:]}


def entries_of(count: int) -> list[Entry]:
    """Journals, and one statement as entry 3."""
    found = [
        Entry("611000", "journal", {"number": index, "note": f"第 {index} 笔", "legs": [index, -index]})
        for index in range(count)
    ]
    if count > 3:
        found[3] = Entry("611000", "statement", statement_facts())
    return found


def log_key(private: bytes = LOG, origin: str = ORIGIN) -> HeldKey:
    return HeldKey(VerifierKey(origin, SignatureKind.note, public_of(private)).text)


def county_key(county: str, holder: Holder = Holder.county) -> HeldKey:
    public = public_of(COUNTIES[county])
    return HeldKey(VerifierKey(f"{ORIGIN}/{county}", SignatureKind.cosignature, public).text, holder)


def keys() -> list[HeldKey]:
    """The log's, two counties' own, and one that the city's server holds."""
    return [
        log_key(),
        county_key("611002"),
        county_key("611021"),
        county_key("611022", Holder.city),
    ]


def signed(frontier: Frontier, *counties: str, time: int = TIME) -> Note:
    """A checkpoint signed by the log and by counties."""
    point = checkpoint_of(ORIGIN, frontier)
    lines = [cosign(point, county, COUNTIES[county], time) for county in counties]
    return sign_checkpoint(point, LOG).signed_by(*lines)


def bundle(
    count: int = 11,
    old: int = 6,
    algorithm: HashName = HashName.sha256,
    shown: tuple[int, ...] = (0, 3, 5, 10),
) -> Bundle:
    """A log of `count` entries, `old` of them sealed first."""
    entries = entries_of(count)
    first, leaves = seal(Frontier(algorithm), entries[:old])
    last, more = seal(first, entries[old:])
    tree = Tree(algorithm, [*leaves, *more])
    claims = [ClaimedStatement("JS-611002-2025", 1, BODY_SHA256, 3, BODY)] if 3 in shown else []
    return prove(
        tree,
        algorithm,
        signed(first, "611002"),
        signed(last, "611021", "611022", time=TIME + 86_400),
        {index: entries[index] for index in shown},
        keys=keys(),
        statements=claims,
    )
