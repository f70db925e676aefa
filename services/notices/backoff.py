"""When a delivery that failed is tried again: a fixed table, spread by the delivery's own id."""

import hashlib
from typing import Final
from uuid import UUID

WAITS: Final = (10, 60, 300, 1_800, 7_200, 21_600, 86_400)
"""Seconds after the first, second, … failure; after as many and one more it is given up: about 33 hours."""
_SPREAD: Final = 5
"""A wait grows by up to a fifth, so that what failed together is not tried together."""


def wait_after(delivery: UUID, attempts: int) -> int | None:
    """Return the seconds to wait after so many failed attempts (1 or more); none to give up.

    The same delivery and attempt always give the same wait.
    """
    if attempts > len(WAITS):
        return None
    wait = WAITS[attempts - 1]
    digest = hashlib.sha256(delivery.bytes + attempts.to_bytes(2)).digest()
    return wait + int.from_bytes(digest[:8]) % (wait // _SPREAD + 1)
