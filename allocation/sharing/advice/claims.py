"""Claims rules: dividing an estate that is smaller than what is claimed of it.

Sources: O'Neill (1982), "A problem of rights arbitration from the Talmud", Mathematical Social Sciences 2;
Aumann and Maschler (1985), "Game theoretic analysis of a bankruptcy problem from the Talmud", Journal of
Economic Theory 36; Thomson (2003), "Axiomatic and game-theoretic analysis of bankruptcy and taxation
problems: a survey", Mathematical Social Sciences 45.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocation.sharing.advice.refusal import Fault, Refusal

Shares = tuple[Fraction, ...]
"""One share a party, in the order in which the question names them."""


@dataclass(frozen=True, slots=True)
class Claims:
    """An estate and what each party claims of it, in any one unit.

    Attributes:
        parties: names, in the order asked.
        claims: one a party, none negative.
        estate: what there is, from 0 to the sum of the claims.
    """

    parties: tuple[str, ...]
    claims: tuple[Fraction, ...]
    estate: Fraction

    def __post_init__(self) -> None:
        """Refuse what no claims rule is defined on.

        Raises:
            Refusal: a negative claim or estate, or an estate above all claims together.
        """
        for party, claim in zip(self.parties, self.claims, strict=True):
            if claim < 0:
                raise Refusal(Fault.negative, ("claims", party))
        if self.estate < 0:
            raise Refusal(Fault.negative, ("estate",))
        total = sum(self.claims, Fraction(0))
        if self.estate > total:
            raise Refusal(Fault.estate_above_claims, ("estate",), estate=self.estate, total=total)


def proportional(problem: Claims) -> Shares:
    """Divide in proportion to the claims: x_i = E·c_i / Σc. No claims at all: nothing for everybody."""
    total = sum(problem.claims, Fraction(0))
    return tuple(problem.estate * claim / total if total else Fraction(0) for claim in problem.claims)


def equal_awards(problem: Claims) -> Shares:
    """Give all the same, but nobody above the claim: x_i = min(c_i, λ), with λ such that Σx = E."""
    return _equal_up_to(problem.claims, problem.estate)


def equal_losses(problem: Claims) -> Shares:
    """Let all lose the same, but nobody below 0: x_i = max(0, c_i − λ), with λ such that Σx = E."""
    loss = sum(problem.claims, Fraction(0)) - problem.estate
    lost = _equal_up_to(problem.claims, loss)
    return tuple(claim - less for claim, less in zip(problem.claims, lost, strict=True))


def talmud(problem: Claims) -> Shares:
    """Apply Aumann and Maschler's rule: equal awards of half the claims, beyond that equal losses of half.

    With half the claims to give or less, nobody gets more than half the claim; with more, nobody loses more
    than half.
    """
    halves = tuple(claim / 2 for claim in problem.claims)
    half = sum(halves, Fraction(0))
    if problem.estate <= half:
        return _equal_up_to(halves, problem.estate)
    lost = _equal_up_to(halves, 2 * half - problem.estate)
    return tuple(claim - less for claim, less in zip(problem.claims, lost, strict=True))


def _equal_up_to(caps: Sequence[Fraction], total: Fraction) -> Shares:
    """Give everybody the same until the cap: smallest caps are filled first, the others share the rest."""
    given = [Fraction(0)] * len(caps)
    left = total
    by_cap = sorted(range(len(caps)), key=lambda index: caps[index])
    for position, index in enumerate(by_cap):
        given[index] = min(caps[index], left / (len(caps) - position))
        left -= given[index]
    return tuple(given)
