"""A proof, in integers, that the must-place leads and the least counts cannot all be served.

If every worth is 0, every placement has the value 0; so prices whose bound is below 0 show that there is no
placement (Farkas' lemma). This knows nothing of the solver that may have said so before, and is a second
opinion on it. It sees what the linear relaxation sees: a clash that only whole leads make is not found.
"""

from dataclasses import replace

import numpy as np

from allocation.matching.bound import exact_bound, unplaceable
from allocation.matching.encode import Encoded
from allocation.matching.lagrange import sealed
from allocation.matching.prices import dual_prices


def cannot_fit(enc: Encoded, *, passes: int = 200) -> bool:
    """Tell whether it is proven that no placement exists; False proves nothing.

    Args:
        enc: the instance.
        passes: over all pairs, to find the proof.
    """
    if len(unplaceable(enc)) or bool((enc.least > enc.most).any()):
        return True
    free = replace(enc, worth=sealed(np.zeros(enc.pairs, np.int64)))
    return exact_bound(free, dual_prices(free, passes=passes).limit) < 0
