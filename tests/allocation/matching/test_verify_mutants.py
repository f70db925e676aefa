"""The judge of files is itself on trial: every small fault put into its source must change a verdict.

Each mutant is the module with one comparison, sign, condition or statement altered. A battery of right and
wrong answers, whose truth was set down by hand, must tell each mutant from the real module.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from allocation.matching import verify
from allocation.matching.instance import CountyLimit, Gap
from allocation.matching.result import Solution, Status
from tests.allocation.matching import factories as make

PROBLEM = make.instance(
    {"h": ("c", (10, 5)), "k": ("d", (10, 5)), "m": ("d", (9, 5))},
    make.seeker("a", make.option("h", 5, 6, 1), make.option("k", 4, 6, 1), must=True),
    make.seeker("b", make.option("h", 5, 4, 1), make.option("k", 3, 4, 5), held_by="d"),
    make.seeker("e", make.option("k", 1, 7, 1), make.option("m", 2, 9, 1), make.option("h", 1, 5, 0)),
    make.seeker("f", make.option("h", 7, 1, 1)),
    counties=(CountyLimit("c", 2, 1, (None, 2)), CountyLimit("d", None, 0, (10, None))),
)
WIDE = replace(PROBLEM, counties=(CountyLimit("c", 1, 0, (None, None)),))
GAP = Gap(((1, 2), (3, 4)), ((2, 2), (2, 3)), (2, 4))
SIGNED = Gap(((1, 5), (3, 2)), ((2, 4), (2, 3)), (9, 9))
CROWDED = make.instance(
    {"h": ("c", (3,)), "k": ("d", (3,))},
    *(make.seeker(name, make.option("h", 1, 2), make.option("k", 1, 2), must=True) for name in "xyz"),
)
NONE = Solution(Status.INFEASIBLE, {}, None, None, 1.0)

Case = tuple[str, Any, Solution, bool]


def answers() -> Iterator[Case]:
    """Right and wrong answers, each with its truth."""

    def places(a: str | None, b: str | None, e: str | None, f: str | None) -> dict[str, str | None]:
        return {"a": a, "b": b, "e": e, "f": f}

    right = make.solution(places("h", "k", None, "h"), 15)
    yield "instance_faults", PROBLEM, right, True
    yield "instance_faults", PROBLEM, make.solution(places("h", None, "m", "h"), 14), True
    # c hosts its least
    yield "instance_faults", PROBLEM, make.solution(places("h", None, None, None), 5), True
    yield "instance_faults", PROBLEM, make.solution(places(None, "k", None, "h"), 10), False  # a must
    yield "instance_faults", PROBLEM, make.solution(places("h", "h", None, None), 10), False  # b is held by d
    yield "instance_faults", PROBLEM, make.solution(places("k", "k", None, "h"), 14), False  # k gives 6 of 5
    # k gives 13 of 10
    yield "instance_faults", PROBLEM, make.solution(places("k", None, "k", "h"), 12), False
    # d gives 13 of 10
    yield "instance_faults", PROBLEM, make.solution(places("h", "k", "m", None), 10), False
    yield "instance_faults", PROBLEM, make.solution(places("h", None, "h", "h"), 13), False  # c: 3 leads
    # c: 2 of 1, 11 of 10
    yield "instance_faults", WIDE, make.solution(places("h", None, "h", None), 6), False
    yield "instance_faults", PROBLEM, make.solution(places("k", None, None, None), 4), False  # c hosts none
    yield "instance_faults", WIDE, make.solution(places("k", "k", None, None), 7), False  # k gives 6 of 5 r1
    yield "instance_faults", WIDE, make.solution(places("h", "k", "m", None), 10), True  # no quota for d
    yield "instance_faults", WIDE, make.solution(places("h", None, None, "h"), 12), False  # c hosts 2 of 1
    yield "instance_faults", PROBLEM, make.solution(places("m", "k", None, "h"), 10), False  # no option
    yield "instance_faults", PROBLEM, make.solution({"a": "h", "b": "k", "e": None}, 8), False
    yield "instance_faults", PROBLEM, replace(right, objective=14, bound=15), False
    yield "instance_faults", PROBLEM, replace(right, objective=16, bound=16), False
    yield "instance_faults", PROBLEM, replace(right, bound=14), False
    yield "instance_faults", PROBLEM, replace(right, status=Status.FEASIBLE, bound=14), False
    yield "instance_faults", PROBLEM, replace(right, bound=None), False
    yield "instance_faults", PROBLEM, replace(right, bound=16), False
    yield "instance_faults", PROBLEM, replace(right, status=Status.FEASIBLE, bound=16), True
    yield "instance_faults", PROBLEM, replace(right, status=Status.FEASIBLE), True
    yield "instance_faults", PROBLEM, replace(right, status=Status.INFEASIBLE), False
    good = make.solution({"0": "0", "1": "1"}, 5)
    yield "gap_faults", GAP, good, True
    yield "gap_faults", SIGNED, make.solution({"0": "0", "1": "0"}, 6), True
    yield "gap_faults", GAP, make.solution({"0": "1", "1": "1"}, 7), False  # agent 1 gives 5 of 4
    yield "gap_faults", GAP, make.solution({"0": "0", "1": "0"}, 3), False  # agent 0 gives 4 of 2
    yield "gap_faults", GAP, make.solution({"0": "0", "1": "2"}, 1), False
    yield "gap_faults", GAP, make.solution({"0": "0", "1": None}, 1), False
    yield "gap_faults", GAP, make.solution({"0": "0"}, 1), False
    yield "gap_faults", GAP, replace(good, objective=4, bound=4), False
    yield "gap_faults", GAP, replace(good, bound=6), False
    yield "gap_faults", GAP, replace(good, bound=4), False
    yield "gap_faults", GAP, replace(good, status=Status.FEASIBLE, bound=6), False
    yield "gap_faults", GAP, replace(good, status=Status.FEASIBLE, bound=4), True
    yield "gap_faults", GAP, replace(good, bound=None), False


def claims() -> Iterator[Case]:
    """Right and wrong claims that there is no result."""
    yield "instance_faults", CROWDED, NONE, True
    yield "instance_faults", PROBLEM, NONE, False  # though its leads crowd each other
    yield "instance_faults", replace(PROBLEM, leads=PROBLEM.leads[1:], counties=()), NONE, False  # no demand
    yield "instance_faults", CROWDED, replace(NONE, objective=0), False
    yield "instance_faults", CROWDED, replace(NONE, assignment={"x": "h", "y": "k", "z": None}), False
    yield "instance_faults", CROWDED, replace(NONE, status=Status.UNKNOWN), False
    yield "instance_faults", PROBLEM, replace(NONE, status=Status.UNKNOWN), False
    yield "gap_faults", replace(GAP, capacity=(1, 2)), NONE, True
    yield "gap_faults", GAP, NONE, False
    yield "gap_faults", SIGNED, NONE, False  # each agent could take all jobs
    yield "gap_faults", GAP, replace(NONE, objective=1), False


CASES = [*answers(), *claims()]

SWAPS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.LtE),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}


def _comparisons(node: ast.Compare) -> Iterator[Callable[[Any], None]]:
    for place, op in enumerate(node.ops):
        for other in SWAPS[type(op)]:
            yield lambda copied, place=place, other=other: copied.ops.__setitem__(place, other())


def _conditions(_: ast.AST) -> Iterator[Callable[[Any], None]]:
    for truth in (True, False):
        yield lambda copied, truth=truth: setattr(copied, "test", ast.Constant(truth))


def alterations(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    """Ways to break one node, each a change in place on a copy."""
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp(op=ast.And()):
            yield lambda copied: setattr(copied, "op", ast.Or())
        case ast.BoolOp():
            yield lambda copied: setattr(copied, "op", ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield lambda copied: setattr(copied, "op", ast.UAdd())
        case ast.AugAssign():
            yield lambda copied: setattr(copied, "op", ast.Sub())
        case ast.If() | ast.IfExp():
            yield from _conditions(node)
        case ast.Expr(value=ast.Yield()):
            yield lambda copied: setattr(copied, "value", ast.Constant(None))
        case ast.Call(func=ast.Attribute(attr="append")):
            yield lambda copied: setattr(copied.func, "attr", "count")
        case _:
            pass


def mutants() -> Iterator[tuple[str, ast.Module]]:
    """Every mutant of the module with its place in the source."""
    tree = ast.parse(inspect.getsource(verify))
    nodes = list(ast.walk(tree))
    for number, node in enumerate(nodes):
        for way, alter in enumerate(alterations(node)):
            mutant = copy.deepcopy(tree)
            alter(list(ast.walk(mutant))[number])
            kind = type(node).__name__
            yield f"line {getattr(node, 'lineno', 0)} {kind} {way}", ast.fix_missing_locations(mutant)


def verdict(module: Any, case: Case) -> bool | None:
    """Whether the module finds the answer right; None if it falls over."""
    name, problem, solution, _ = case
    try:
        return not list(getattr(module, name)(problem, solution))
    except (TypeError, KeyError, ValueError, AttributeError, IndexError):
        return None


MUTANTS = dict(mutants())


@pytest.mark.parametrize("number", range(len(CASES)))
def test_the_battery_is_judged_as_it_should_be(number: int) -> None:
    assert verdict(verify, CASES[number]) is CASES[number][3]


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_every_fault_in_the_judge_shows(name: str) -> None:
    module = ModuleType("mutant")
    exec(compile(MUTANTS[name], "mutant", "exec"), module.__dict__)  # noqa: S102 -- our own source, altered
    assert any(verdict(module, case) is not case[3] for case in CASES)


def test_there_are_mutants() -> None:
    most_that_a_careless_refactoring_may_lose = 40
    assert len(MUTANTS) > most_that_a_careless_refactoring_may_lose
