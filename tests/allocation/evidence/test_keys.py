"""Keys and signatures against RFC 8032, C2SP signed-note and the notes of Go's checksum database."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from allocation.evidence.keys import (
    SignatureKind,
    VerifierKey,
    from_base64,
    parse_key,
    public_of,
    sign,
    to_base64,
    verified,
    weak_point,
)

RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
            "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
            "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
            "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
ORDER_EIGHT = int("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16)
SMALL = [0, 1, PRIME - 1, ORDER_EIGHT, PRIME - ORDER_EIGHT]
WEAK = [
    (y + sign_bit * 2**255).to_bytes(32, "little")
    for y in [*SMALL, PRIME, PRIME + 1, 2**255 - 1]
    for sign_bit in (0, 1)
]
OFF_CURVE = (2).to_bytes(32, "little")


@pytest.mark.parametrize(("private", "public", "message", "signature"), RFC_8032)
def test_vectors_of_rfc_8032(private, public, message, signature):
    secret, data = bytes.fromhex(private), bytes.fromhex(message)
    assert public_of(secret).hex() == public
    assert sign(secret, data).hex() == signature
    assert verified(bytes.fromhex(public), data, bytes.fromhex(signature))
    assert not verified(bytes.fromhex(public), data + b"\x00", bytes.fromhex(signature))


@pytest.mark.parametrize(
    "text",
    [
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
    ],
)
def test_published_keys_are_read_and_written(text):
    key = parse_key(text)
    assert key.text == text
    assert key.kind is SignatureKind.note


def test_a_key_has_another_id_for_another_use():
    keys = [VerifierKey("a", kind, public_of(b"\x01" * 32)) for kind in SignatureKind]
    assert len({key.key_id for key in keys}) == 2
    assert [parse_key(key.text) for key in keys] == keys


GOOD = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        GOOD.replace("530d903a", "530D903A"),
        GOOD.replace("530d903a", "530d903b"),
        GOOD.replace("example.com/foo", ""),
        GOOD.replace("example.com/foo", "example.com/ foo"),
        GOOD.replace("example.com/foo", "example.com/\u2003foo"),
        GOOD.replace("example.com/foo", "example.com/\x00foo"),
        GOOD.replace("example.com/foo", "\ud800"),
        GOOD + "=",
        GOOD[:-1],
        GOOD.replace("+Aek", "+Zek"),
        GOOD.replace("+Aek", "+Ä"),
        f"a+00000000+{to_base64(b'')}",
        *(f"a+00000000+{to_base64(bytes([1]) + point)}" for point in (*WEAK, OFF_CURVE, b"\x05" * 31)),
    ],
)
def test_no_other_line_is_a_key(text):
    with pytest.raises(ValueError, match=r"key|base64|id of|surrogates|Signature"):
        parse_key(text)


@pytest.mark.parametrize("point", [*WEAK, OFF_CURVE])
def test_weak_points_are_refused_as_keys_and_in_signatures(point):
    _, public, message, signature = RFC_8032[2]
    assert weak_point(point)
    assert not verified(bytes.fromhex(public), bytes.fromhex(message), point + bytes.fromhex(signature)[32:])


def signed_with_neutral_commitment(private: bytes, message: bytes) -> bytes:
    """A signature that satisfies the equation, with the neutral point as commitment."""
    digest = hashlib.sha512(private).digest()
    secret = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    start = (1).to_bytes(32, "little")
    h = int.from_bytes(hashlib.sha512(start + public_of(private) + message).digest(), "little")
    return start + (h * secret % ORDER).to_bytes(32, "little")


def test_a_commitment_of_small_order_is_refused_where_others_let_it_in():
    private = b"\x07" * 32
    signature = signed_with_neutral_commitment(private, b"x")
    Ed25519PublicKey.from_public_bytes(public_of(private)).verify(signature, b"x")
    assert not verified(public_of(private), b"x", signature)


def test_a_signature_of_another_length():
    _, public, message, signature = RFC_8032[1]
    assert not verified(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)[:-1])


def test_a_signature_is_not_malleable():
    _, public, message, signature = RFC_8032[0]
    raw = bytes.fromhex(signature)
    larger = int.from_bytes(raw[32:], "little") + ORDER
    again = raw[:32] + larger.to_bytes(32, "little")
    assert not verified(bytes.fromhex(public), bytes.fromhex(message), again)


@given(st.binary(max_size=40))
def test_base64_has_one_text(data):
    assert from_base64(to_base64(data)) == data


@pytest.mark.parametrize("text", ["A", "AA", "AA=", "AB==", "AA==\n", " AA==", "AA==AA==", "A-==", "Ａ==="])
def test_no_other_text_is_base64(text):
    with pytest.raises(ValueError, match="base64"):
        from_base64(text)
