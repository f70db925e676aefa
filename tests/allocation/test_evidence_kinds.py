"""Which kinds of evidence a step takes."""

from hypothesis import given
from hypothesis import strategies as st

from allocation.evidence_kinds import ACCEPTED, EvidenceKind, misfits
from allocation.lifecycle import Action

NOTED = {"consent", "progress", "visit", "answer_protection", "paid_in", "schedule", "unblock", "look_back"}
"""Steps of the history that leave the state as it is."""


def test_every_step_with_files_is_a_step() -> None:
    assert set(ACCEPTED) - NOTED <= {action.value for action in Action}
    assert all(ACCEPTED.values())


@given(st.sampled_from(sorted(ACCEPTED)), st.lists(st.sampled_from(EvidenceKind), max_size=6))
def test_the_misfits_are_exactly_those_that_a_step_does_not_take(
    step: str, kinds: list[EvidenceKind]
) -> None:
    wrong = misfits(step, kinds)
    for place, kind in enumerate(kinds):
        assert (place in wrong) == (kind not in ACCEPTED[step])


def test_consent_is_proved_by_consent_alone() -> None:
    assert misfits("choose", [EvidenceKind.consent, EvidenceKind.photo]) == (1,)
    assert misfits("contract", [EvidenceKind.licence]) == (0,)
    assert misfits("incorporate", [EvidenceKind.licence]) == ()


def test_a_step_without_a_row_takes_no_files() -> None:
    assert misfits("accept", [EvidenceKind.minutes, EvidenceKind.other]) == (0, 1)
    assert misfits("accept", []) == ()
