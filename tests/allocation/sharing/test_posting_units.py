"""Units of the books never mix."""

import pytest

from allocation.sharing.postings import ASSESSED, AccountKind, LegFacts, Unit, imbalances


@pytest.mark.parametrize("kind", AccountKind)
@pytest.mark.parametrize("unit", Unit)
def test_an_account_counts_in_its_own_units_alone(kind: AccountKind, unit: Unit) -> None:
    fits = unit in ({Unit.credit, Unit.land} if kind in ASSESSED else {Unit.fen})
    assert kind.holds(unit) is fits
    if fits:
        assert LegFacts("611002", kind, "611024", 1, unit).unit is unit
    else:
        with pytest.raises(ValueError, match="does not count"):
            LegFacts("611002", kind, "611024", 1, unit)


def test_each_unit_balances_by_itself() -> None:
    taken, given = (
        LegFacts("611002", AccountKind.credit_taken, "611024", 7, Unit.credit),
        LegFacts("611002", AccountKind.credit_given, "611024", -7, Unit.land),
    )
    assert imbalances((taken, given)) == {("611002", Unit.credit): 7, ("611002", Unit.land): -7}
    assert imbalances((taken, LegFacts("611002", AccountKind.credit_given, "611024", -7, Unit.credit))) == {}
