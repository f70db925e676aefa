"""Signed notes: a text, an empty line, and lines of signatures (C2SP signed-note, v1.0.0)."""

from dataclasses import dataclass
from typing import Final

from allocation.evidence.keys import from_base64, good_name, to_base64

MOST_SIGNATURES: Final = 100
_DASH: Final = "— "
_ID_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature: the key's name, its id of four bytes, and what the key made of the text."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def text(self) -> str:
        """The line, with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures."""

    text: str
    signatures: tuple[SignatureLine, ...]

    @property
    def document(self) -> str:
        """The note as it is handed round."""
        return self.text + "\n" + "".join(line.text for line in self.signatures)

    def signed_by(self, *lines: SignatureLine) -> "Note":
        """The same note with more signatures."""
        return Note(self.text, (*self.signatures, *lines))


def parse_note(document: str) -> Note:
    """Read a signed note. No signature is checked.

    Raises:
        ValueError: it is no note of that form: half a character or a control character, no empty line before
            the signatures, a line that is none, no signature or more than `MOST_SIGNATURES`.
    """
    document.encode()  # half a character raises here
    if any(sign < " " and sign != "\n" for sign in document):
        raise ValueError("a control character")
    before, gap, after = document.rpartition("\n\n")
    if not gap or not after.endswith("\n"):
        raise ValueError("no text and signatures")
    lines = after[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise ValueError("too many signatures")
    return Note(before + "\n", tuple(_line(line) for line in lines))


def _line(line: str) -> SignatureLine:
    name, _, signature = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not good_name(name):
        raise ValueError(f"no signature line: {line!r}")
    data = from_base64(signature)
    if len(data) <= _ID_BYTES:
        raise ValueError(f"no signature: {line!r}")
    return SignatureLine(name, data[:_ID_BYTES], data[_ID_BYTES:])
