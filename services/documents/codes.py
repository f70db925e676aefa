"""Check codes: a few digits on the paper that name its very content."""

from typing import Any, Final

from allocation.sharing.canonical import sha256_of

GROUP: Final = 4
DIGITS: Final = 16


def check_code(digest: str) -> str:
    """Write the first 64 bits of a SHA-256 in groups, for people to compare: 3F9C-A210-77BD-E21A."""
    shown = digest[:DIGITS].upper()
    return "-".join(shown[start : start + GROUP] for start in range(0, DIGITS, GROUP))


def content_code(domain: str, facts: Any) -> str:
    """Make the check code of plain facts; `domain` keeps papers of different kinds apart."""
    return check_code(sha256_of(domain, facts))


def verify_address(public_url: str, number: str, code: str) -> str:
    """Write the address at which a paper is checked against what is stored; it is the QR code's content."""
    return f"{public_url.rstrip('/')}/verify/{number}?code={code}"
