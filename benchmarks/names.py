"""Labelled pairs of firms' names, drawn from a seed: `python -m benchmarks.names [--pairs 2400] [--seed 7]`.

Every name is made up from the word lists below; no firm is meant. The characters of cores are split in two
halves: rules are written and tuned on `--train` alone, and what is reported comes from the other half, under
other seeds. The lists here (look-alikes, traditional characters, lines of
work) are the generator's own, not those of `allocation.names`: the program does not know all of them.

The last line is one JSON object: precision, recall, and the share that is right of each kind.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence

from allocation.names import Verdict, compare
from benchmarks.name_pairs import Names, Pair
from benchmarks.name_words import COUNTIES


def found_alike(pair: Pair) -> bool:
    """Tell whether the program calls a pair alike, by the name itself or by the one on record."""
    others = [pair.other, pair.alias] if pair.alias else [pair.other]
    own = frozenset(COUNTIES)
    return any(compare(pair.one, other, own_places=own).verdict is not Verdict.different for other in others)


def judged(pairs: Sequence[Pair], found: Callable[[Pair], bool]) -> dict[str, object]:
    """Count how many are told rightly: precision, recall, and the share that is right of each kind."""
    told = [(pair, found(pair)) for pair in pairs]
    hits = sum(pair.alike and yes for pair, yes in told)
    flagged = sum(yes for _, yes in told)
    wanted = sum(pair.alike for pair in pairs)
    right = Counter(pair.kind for pair, yes in told if pair.alike == yes)
    kinds = Counter(pair.kind for pair in pairs)
    return {
        "precision": round(hits / flagged, 4) if flagged else 0.0,
        "recall": round(hits / wanted, 4) if wanted else 0.0,
        "pairs": len(pairs),
        "right": {kind: round(right[kind] / count, 3) for kind, count in sorted(kinds.items())},
    }


def main() -> None:
    """Draw, compare and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names")
    parser.add_argument("--pairs", type=int, default=2_400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--train", action="store_true", help="the half of the characters that rules are tuned on"
    )
    parser.add_argument("--wrong", type=int, default=0, help="print so many pairs that are told wrongly")
    asked = parser.parse_args()
    pairs = Names(asked.seed, held_out=not asked.train).pairs(asked.pairs)
    wrong = [pair for pair in pairs if pair.alike != found_alike(pair)]
    for pair in wrong[: asked.wrong]:
        print(pair.kind, pair.one, pair.other, pair.alias)
    figures = judged(pairs, found_alike)
    print(json.dumps({**figures, "seed": asked.seed, "train": asked.train}, ensure_ascii=False))


if __name__ == "__main__":
    main()
