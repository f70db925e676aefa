"""Libraries (库) as stage views: what is in one on a day, since when, by which rule, and what moves it on.

A library is an entry rule and an exit rule over dated facts. Being in it is never stored: it follows from the
facts, so that every day of the past answers as well as today.
"""

from allocation.libraries.chain_map import Link, Node, Position, linked
from allocation.libraries.checking import Fault, overlaps, uncovered, wrong
from allocation.libraries.course import course, starts
from allocation.libraries.rules import Clause, Condition, History, Item, Library, constant
from allocation.libraries.standing import Missing, Span, entered_by, is_in, left_by, missing, since, spans
from allocation.libraries.words import FACTS, STAGES, Fact, FactKind, Objects

__all__ = [
    "FACTS",
    "STAGES",
    "Clause",
    "Condition",
    "Fact",
    "FactKind",
    "Fault",
    "History",
    "Item",
    "Library",
    "Link",
    "Missing",
    "Node",
    "Objects",
    "Position",
    "Span",
    "constant",
    "course",
    "entered_by",
    "is_in",
    "left_by",
    "linked",
    "missing",
    "overlaps",
    "since",
    "spans",
    "starts",
    "uncovered",
    "wrong",
]
