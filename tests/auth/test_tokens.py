from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.errors import ExpiredToken, InvalidToken, UnknownKey
from auth.keys import KeyRing
from auth.tokens import MAX_LIFETIME, Tokens

NOW = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
ACCOUNT, SESSION, TOKEN = uuid4(), uuid4(), uuid4()


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens(keys=KeyRing.generate())


def issue(tokens: Tokens, now: datetime = NOW) -> str:
    return tokens.issue(account=ACCOUNT, city="611000", session=SESSION, token=TOKEN, now=now)


def forge(tokens: Tokens, *, key=None, header=None, **changes) -> str:
    """A token signed by our own key with some claims changed; None drops one."""
    claims = jwt.decode(issue(tokens), options={"verify_signature": False})
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode(
        claims,
        key or tokens.keys.keys[tokens.keys.current],
        algorithm="EdDSA",
        headers={"kid": tokens.keys.current, "typ": "at+jwt", **(header or {})},
    )


def test_a_token_says_who_and_not_what_role(tokens: Tokens) -> None:
    claims = tokens.verify(issue(tokens), NOW)
    assert (claims.account, claims.city, claims.session, claims.token) == (ACCOUNT, "611000", SESSION, TOKEN)
    assert claims.expires_at - claims.issued_at == tokens.lifetime
    assert "role" not in jwt.decode(issue(tokens), options={"verify_signature": False})


def test_another_library_s_reading_agrees(tokens: Tokens) -> None:
    # The outside judge: PyJWT's own key set and decoder, given nothing but the published keys.
    keys = jwt.PyJWKSet.from_dict(tokens.keys.jwks())
    key = keys[tokens.keys.current]
    claims = jwt.decode(
        issue(tokens, datetime.now(UTC)), key, algorithms=["EdDSA"], audience="yipanqi-api", issuer="yipanqi"
    )
    assert UUID(claims["sub"]) == ACCOUNT


def test_it_expires_to_the_second(tokens: Tokens) -> None:
    token = issue(tokens)
    tokens.verify(token, NOW + tokens.lifetime - timedelta(seconds=1))
    with pytest.raises(ExpiredToken):
        tokens.verify(token, NOW + tokens.lifetime)


def test_a_clock_a_little_ahead_is_borne_and_a_token_of_the_future_is_not(tokens: Tokens) -> None:
    tokens.verify(issue(tokens), NOW - timedelta(seconds=5))
    with pytest.raises(InvalidToken):
        tokens.verify(issue(tokens), NOW - timedelta(seconds=6))


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "iat", "exp", "jti", "sid", "city"])
def test_every_claim_is_required(tokens: Tokens, claim: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.verify(forge(tokens, **{claim: None}), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "another-api"},
        {"aud": ["yipanqi-api", "another-api"]},
        {"sub": "not-a-uuid"},
        {"sid": "1"},
        {"jti": "1"},
        {"city": 611000},
        {"iat": "now"},
        {"iat": True},
        {"exp": int(NOW.timestamp()) + 901},
        {"exp": 10**30},
        {"exp": 1.5e9},
    ],
    ids=repr,
)
def test_our_own_signature_does_not_excuse_bad_claims(tokens: Tokens, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidToken):
        tokens.verify(forge(tokens, **changes), NOW)


def test_fifteen_minutes_is_the_longest(tokens: Tokens) -> None:
    longest = int((NOW + MAX_LIFETIME).timestamp())
    tokens.verify(forge(tokens, exp=longest), NOW)
    with pytest.raises(ValueError, match="at most"):
        Tokens(keys=tokens.keys, lifetime=MAX_LIFETIME + timedelta(seconds=1))
    with pytest.raises(ValueError, match="at most"):
        Tokens(keys=tokens.keys, lifetime=timedelta(0))


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": None}, {"typ": "application/at+jwt"}])
def test_only_access_tokens_are_taken(tokens: Tokens, header: dict[str, str | None]) -> None:
    with pytest.raises(InvalidToken):
        tokens.verify(forge(tokens, header=header), NOW)


def test_another_s_key_under_our_key_id_is_refused(tokens: Tokens) -> None:
    with pytest.raises(InvalidToken) as refused:
        tokens.verify(forge(tokens, key=Ed25519PrivateKey.generate()), NOW)
    assert not isinstance(refused.value, UnknownKey)


def test_an_unknown_key_id_is_told_apart(tokens: Tokens) -> None:
    with pytest.raises(UnknownKey):
        tokens.verify(issue(Tokens(keys=KeyRing.generate())), NOW)


def test_the_algorithm_is_ours_to_choose(tokens: Tokens) -> None:
    claims = jwt.decode(issue(tokens), options={"verify_signature": False})
    headers = {"kid": tokens.keys.current, "typ": "at+jwt"}
    unsigned = jwt.encode(claims, None, algorithm="none", headers=headers)
    public = tokens.keys.keys[tokens.keys.current].public_key().public_bytes_raw()
    confused = jwt.encode(claims, public, algorithm="HS256", headers=headers)
    for token in (unsigned, confused):
        with pytest.raises(InvalidToken):
            tokens.verify(token, NOW)


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "…", "\ud800.a.b", "x" * 2049, "a.b.c.d.e"])
def test_what_is_no_token_is_refused(tokens: Tokens, text: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.verify(text, NOW)


def test_one_changed_character_is_found(tokens: Tokens) -> None:
    token = issue(tokens)
    head, body, signature = token.split(".")
    for part in (head, body, signature):
        middle = len(part) // 2
        other = "A" if part[middle] != "A" else "B"
        with pytest.raises(InvalidToken):
            tokens.verify(token.replace(part, part[:middle] + other + part[middle + 1 :]), NOW)


def test_rotation_signs_nobody_out(tokens: Tokens) -> None:
    old = issue(tokens)
    rotated = Tokens(keys=tokens.keys.rotated())
    assert rotated.verify(old, NOW).account == ACCOUNT
    new = issue(rotated)
    assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(old)["kid"]
    retired = Tokens(keys=rotated.keys.without(tokens.keys.current))
    retired.verify(new, NOW)
    with pytest.raises(UnknownKey):
        retired.verify(old, NOW)
