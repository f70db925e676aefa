"""What is wrong with a layout as a whole: every fault with its place, a JSON pointer below `/layout`."""

from collections.abc import Iterator, Mapping, Sequence

from allocation.libraries import wrong
from services.kit.errors import FieldError
from services.libraries.schemas import LayoutIn
from services.libraries.words import COLUMNS_OF, FAULTS

Place = tuple[str | int, ...]
RESERVED = frozenset({"chains", "layouts", "codes"})
"""Keys whose addresses are other pages."""


def faults(layout: LayoutIn, chains: Mapping[str, frozenset[str]]) -> list[FieldError]:
    """Return all faults of a layout.

    Args:
        layout: the document.
        chains: the city's chains with their four-digit classes.
    """
    found = [*_libraries(layout), *_groups(layout), *_chains(layout, chains)]
    return [
        FieldError("/layout/" + "/".join(str(part) for part in place), code, FAULTS[code])
        for place, code in found
    ]


def _libraries(layout: LayoutIn) -> Iterator[tuple[Place, str]]:
    seen: set[str] = set()
    for at, library in enumerate(layout.libraries):
        if library.key in seen:
            yield ("libraries", at, "key"), "same_key"
        if library.key in RESERVED:
            yield ("libraries", at, "key"), "reserved"
        seen.add(library.key)
        for fault in wrong(library.library()):
            yield ("libraries", at, *fault.place), fault.code
        for place, column in enumerate(library.columns):
            if column not in COLUMNS_OF[library.objects]:
                yield ("libraries", at, "columns", place), "column_of_others"


def _groups(layout: LayoutIn) -> Iterator[tuple[Place, str]]:
    kinds = {library.key: library.objects for library in layout.libraries}
    for name, groups in (("exclusive", layout.exclusive), ("covering", layout.covering)):
        for at, group in enumerate(groups):
            known = [kinds[key] for key in group if key in kinds]
            for place, key in enumerate(group):
                if key not in kinds:
                    yield (name, at, place), "unknown_library"
                elif kinds[key] is not known[0]:
                    yield (name, at, place), "other_objects"
            if len(set(group)) < len(group):
                yield (name, at), "same_key"


def _chains(layout: LayoutIn, chains: Mapping[str, frozenset[str]]) -> Iterator[tuple[Place, str]]:
    named: Sequence[str] = [one.chain for one in layout.chains]
    for at, one in enumerate(layout.chains):
        if one.chain not in chains:
            yield ("chains", at, "chain"), "unknown_chain"
            continue
        if one.chain in named[:at]:
            yield ("chains", at, "chain"), "same_key"
        seen: set[str] = set()
        keys: set[str] = set()
        for place, node in enumerate(one.nodes):
            if node.key in keys:
                yield ("chains", at, "nodes", place, "key"), "same_key"
            keys.add(node.key)
            for item, industry in enumerate(node.industries):
                spot = ("chains", at, "nodes", place, "industries", item)
                if industry not in chains[one.chain]:
                    yield spot, "unknown_industry"
                elif industry in seen:
                    yield spot, "twice"
                seen.add(industry)
