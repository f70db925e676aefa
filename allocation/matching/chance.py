"""Numbers that look random and depend on a seed alone, for kernels: the same on every machine.

The state is one word, started by splitmix64 (Steele, Lea and Flood, OOPSLA 2014) and moved on by xorshift64
(Marsaglia, Journal of Statistical Software 8(14), 2003), which shifts and never multiplies, so plain Python
with numpy's words gives the same numbers as compiled code.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from allocation.matching.kernel import inlined

Words = NDArray[np.uint64]

_MASK: Final = 2**64 - 1
_LEFT: Final = np.uint64(13)
_RIGHT: Final = np.uint64(7)
_AGAIN: Final = np.uint64(17)
_SPARE: Final = np.uint64(11)
_FRACTION: Final = 2.0**-53


def seeded(seed: int) -> Words:
    """Make a state of a seed, any integer."""
    word = (seed + 0x9E3779B97F4A7C15) & _MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
    return np.array([(word ^ (word >> 31)) or 1], np.uint64)  # 0 would stay 0 for ever


@inlined
def unit(state: Words) -> float:
    """Draw from 0 up to, not including, 1."""
    word = state[0]
    word ^= word << _LEFT
    word ^= word >> _RIGHT
    word ^= word << _AGAIN
    state[0] = word
    return np.float64(word >> _SPARE) * _FRACTION


@inlined
def below(state: Words, count: int) -> int:
    """Draw one of 0 … count − 1, count below 2^53."""
    return int(unit(state) * count)
