"""The labelled pairs: halves of the characters are apart, and the figures hold on the unseen half."""

from benchmarks.name_pairs import COMMON, Names
from benchmarks.names import found_alike, judged


def test_the_two_halves_share_no_character() -> None:
    train, unseen = (set(Names(1, held_out=held_out).characters) for held_out in (False, True))
    assert train.isdisjoint(unseen)
    assert min(len(train), len(unseen)) > 60
    assert len(COMMON) == 3_755


def test_the_same_seed_gives_the_same_pairs_half_of_them_alike() -> None:
    pairs = Names(5, held_out=True).pairs(340)
    assert pairs == Names(5, held_out=True).pairs(340)
    assert sum(pair.alike for pair in pairs) == 170
    assert len({pair.kind for pair in pairs}) == 17
    assert all(pair.one != pair.other for pair in pairs if not pair.alike)


def test_precision_and_recall_hold_on_characters_that_nothing_was_tuned_on() -> None:
    found = judged(Names(20, held_out=True).pairs(1_100), found_alike)
    assert found["pairs"] == 1_100
    assert found["precision"] >= 0.95
    assert found["recall"] >= 0.90


def test_nothing_found_is_no_precision() -> None:
    assert judged([], lambda _pair: True) == {"precision": 0.0, "recall": 0.0, "pairs": 0, "right": {}}
