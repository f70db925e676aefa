"""产业链图谱: the nodes of a chain, up, mid and down stream, and what stands at each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Position(StrEnum):
    """Where a node lies in its chain; `whole` where the city has not drawn nodes."""

    up = "up"
    mid = "mid"
    down = "down"
    whole = "whole"


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a chain and the four-digit classes that belong to it."""

    key: str
    title: str
    position: Position
    industries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Link:
    """What stands at a node, by the keys of projects, parks, target firms and planned projects."""

    node: Node
    projects: tuple[str, ...]
    parks: tuple[str, ...]
    planned: tuple[str, ...]

    @property
    def is_gap(self) -> bool:
        """Whether no project stands here: a gap to fill (补链)."""
        return not self.projects


Classed = Sequence[tuple[str, str]]
"""Keys with their four-digit class."""


def linked(nodes: Sequence[Node], projects: Classed, parks: Classed, planned: Classed) -> tuple[Link, ...]:
    """Put what has a class at its nodes; what fits several nodes stands at each."""
    return tuple(Link(node, _at(node, projects), _at(node, parks), _at(node, planned)) for node in nodes)


def _at(node: Node, rows: Classed) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key, industry in rows if industry in node.industries))
