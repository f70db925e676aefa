"""Keys of a log and its cosigners: Ed25519 (RFC 8032), named as C2SP signed-note names them.

A private key is 32 bytes handed in by whoever holds it; nothing here reads or keeps one.

Verification is stricter than RFC 8032 asks: points must be written in the one canonical way and not be of
small order, so that every program says the same of every signature.
"""

import hashlib
from binascii import Error as BadBase64
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_PRIME: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _PRIME) % _PRIME
"""Of the curve -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, 5.1)."""
_Y_OF_ORDER_EIGHT: Final = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL_ORDER: Final = frozenset({0, 1, _PRIME - 1, _Y_OF_ORDER_EIGHT, _PRIME - _Y_OF_ORDER_EIGHT})
"""The y of all eight points whose order divides eight."""


class SignatureKind(IntEnum):
    """What a key signs, as the byte that C2SP signed-note assigns."""

    note = 1
    """A log's own signature over a note's text."""

    cosignature = 4
    """A cosigner's over a checkpoint and the time it names (C2SP tlog-cosignature)."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and its name.

    Raises:
        ValueError: the name is empty or has a blank or a plus; the key is not 32 bytes, or a weak point.
    """

    name: str
    kind: SignatureKind
    public: bytes

    def __post_init__(self) -> None:
        if not good_name(self.name):
            raise ValueError(f"not a key name: {self.name!r}")
        if len(self.public) != KEY_BYTES or weak_point(self.public):
            raise ValueError(f"not a sound Ed25519 key: {self.public.hex()}")

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before this key's signatures. They identify; they prove nothing."""
        material = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(material).digest()[:4]

    @property
    def text(self) -> str:
        """The key as one line: name, key id and key, joined by plus signs (a *vkey*)."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"


def parse_key(text: str) -> VerifierKey:
    """Read a key from its line.

    Raises:
        ValueError: the line has another form, its id is not the key's, or the key is unsound.
    """
    name, _, rest = text.partition("+")
    key_id, _, material = rest.partition("+")
    raw = from_base64(material)
    key = VerifierKey(name, SignatureKind(raw[0] if raw else 0), raw[1:])
    if key.key_id.hex() != key_id:
        raise ValueError(f"not the id of {name}: {key_id}")
    return key


def good_name(name: str) -> bool:
    """Whether C2SP signed-note allows the name: not empty, no blank, no plus, no control character."""
    return bool(name) and not any(sign.isspace() or sign == "+" or sign < " " for sign in name)


def public_of(private: bytes) -> bytes:
    """The public key of a private one."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """Sign; the same key and message give the same 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def verified(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's over the message."""
    if len(signature) != SIGNATURE_BYTES or weak_point(signature[:KEY_BYTES]):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def weak_point(encoded: bytes) -> bool:
    """Whether a point is written in another than the canonical way, of small order, or not on the curve."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    if y >= _PRIME or y in _SMALL_ORDER:
        return True
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _PRIME) % _PRIME
    return pow(square, (_PRIME - 1) // 2, _PRIME) != 1


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return b2a_base64(data, newline=False).decode("ascii")


def from_base64(text: str) -> bytes:
    """Read standard base64; only the one text that `to_base64` writes is let in.

    Raises:
        ValueError: it is not that text.
    """
    try:
        data = a2b_base64(text.encode("ascii"), strict_mode=True)
    except (BadBase64, UnicodeEncodeError) as error:
        raise ValueError(f"not base64: {text!r}") from error
    if to_base64(data) != text:
        raise ValueError(f"not base64 as it is written: {text!r}")
    return data
