"""Questions as documents: what is read, what is refused and where."""

import json
from fractions import Fraction
from typing import Any

import pytest

from allocation.sharing.advice import case
from allocation.sharing.advice.case import CLAIMS_ONLY, AdviceMethod, advise, read_question
from allocation.sharing.advice.claims import Claims
from allocation.sharing.advice.figures import LIMIT, MOST_PARTIES
from allocation.sharing.advice.games import MOST_PLAYERS, Game
from allocation.sharing.advice.nucleolus import Nucleolus
from allocation.sharing.advice.refusal import Fault, Refusal
from allocation.sharing.advice.text import parse

CLAIMS = {"estate": "200", "claims": {"a": "100", "b": "200"}}
VALUES = {"values": {"a": 0, "b": 0, "a,b": 10}}


def refusal(document: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read_question(document)
    return refused.value


def test_claims_are_read() -> None:
    found = read_question({"estate": " 33.5", "claims": {" a ": "100/3", "b": 7}})
    assert found.problem == Claims(("a", "b"), (Fraction(100, 3), Fraction(7)), Fraction(67, 2))
    assert found.disagreement is None


def test_games_are_read_in_any_order_of_names_and_with_either_comma() -> None:
    found = read_question(
        {"costs": {"b": 2, "a": 1, "a , b": 3, "c": 4, "b,c": 5, "c\uff0ca": 6, "c,a,b": 7}}
    )
    assert found.problem == Game(tuple("bac"), tuple(map(Fraction, (0, 2, 1, 3, 4, 5, 6, 7))), costs=True)


def test_every_method_answers_a_question_of_claims() -> None:
    found = {method: advise(read_question(CLAIMS), method) for method in AdviceMethod}
    assert {str(method): [str(share) for share in one.shares.values()] for method, one in found.items()} == {
        "proportional": ["200/3", "400/3"],
        "cea": ["100", "100"],
        "cel": ["50", "150"],
        "talmud": ["50", "150"],
        "shapley": ["50", "150"],
        "nucleolus": ["50", "150"],
        "nash": ["100", "100"],
    }
    assert all(one.in_core for one in found.values())
    assert all(one.method is method for method, one in found.items())


def test_claims_rules_do_not_answer_a_game() -> None:
    question = read_question({"values": {"a": 1, "b": 3, "a,b": 10}})
    for method in AdviceMethod:
        if method in CLAIMS_ONLY:
            with pytest.raises(Refusal) as refused:
                advise(question, method)
            assert refused.value.fault is Fault.wants_claims
        else:
            assert sum(advise(question, method).shares.values()) == 10


def test_a_disagreement_is_what_nash_starts_from() -> None:
    of_game = read_question({**VALUES, "disagreement": {"b": 0, "a": 4}})
    assert advise(of_game, AdviceMethod.nash).shares == {"a": 7, "b": 3}
    assert advise(of_game, AdviceMethod.shapley).shares == {"a": 5, "b": 5}
    of_claims = read_question({**CLAIMS, "disagreement": {"a": 0, "b": 150}})
    assert advise(of_claims, AdviceMethod.nash).shares == {"a": 25, "b": 175}


def test_a_nucleolus_without_a_proof_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case, "nucleolus", lambda _: Nucleolus((Fraction(10), Fraction(0)), ()))
    with pytest.raises(ArithmeticError, match="do not prove"):
        advise(read_question(VALUES), AdviceMethod.nucleolus)


def game_of_ones(players: int) -> dict[str, Any]:
    return {"values": {",".join(f"p{index}" for index in range(players)): 1}}


@pytest.mark.parametrize(
    ("document", "fault", "place"),
    [
        ([], Fault.not_an_object, ()),
        (None, Fault.not_an_object, ()),
        ({}, Fault.no_form, ()),
        ({"estate": 1}, Fault.no_form, ()),
        ({**CLAIMS, **VALUES}, Fault.two_forms, ("values",)),
        ({**VALUES, "estate": 1}, Fault.unknown_key, ("estate",)),
        ({**CLAIMS, "method": "cea"}, Fault.unknown_key, ("method",)),
        ({"claims": {"a": 1}}, Fault.missing_key, ("estate",)),
        ({"estate": 1, "claims": []}, Fault.not_an_object, ("claims",)),
        ({"estate": 1, "claims": {}}, Fault.no_players, ("claims",)),
        ({"values": {}}, Fault.no_players, ("values",)),
        ({"values": 5}, Fault.not_an_object, ("values",)),
        ({"estate": 1, "claims": {" ": 1}}, Fault.empty_name, ("claims", " ")),
        ({"values": {"": 0}}, Fault.empty_name, ("values", "")),
        ({"values": {"a,": 0}}, Fault.empty_name, ("values", "a,")),
        ({"values": {"a\x00": 0}}, Fault.strange_name, ("values", "a\x00")),
        ({"values": {"x" * 65: 0}}, Fault.strange_name, ("values", "x" * 65)),
        ({"estate": 1, "claims": {"a,b": 1}}, Fault.comma_in_name, ("claims", "a,b")),
        ({"estate": 1, "claims": {"a\uff0cb": 1}}, Fault.comma_in_name, ("claims", "a\uff0cb")),
        ({"estate": 1, "claims": {"a": 1, "a ": 1}}, Fault.repeated_name, ("claims", "a ")),
        ({"values": {"a": 1, "a,a": 1}}, Fault.repeated_name, ("values", "a,a")),
        ({"values": {"a": 1, "b": 1, "a,b": 2, "b,a": 2}}, Fault.repeated_coalition, ("values", "b,a")),
        ({"values": {"a": 1, "b": 1}}, Fault.missing_coalitions, ("values",)),
        (game_of_ones(MOST_PLAYERS + 1), Fault.too_many_players, ()),
        (
            {"estate": 1, "claims": {str(name): 1 for name in range(MOST_PARTIES + 1)}},
            Fault.too_many_players,
            ("claims",),
        ),
        ({"estate": 1.0, "claims": {"a": 1}}, Fault.a_float, ("estate",)),
        ({"estate": 1, "claims": {"a": float("nan")}}, Fault.a_float, ("claims", "a")),
        ({"estate": True, "claims": {"a": 1}}, Fault.not_a_number, ("estate",)),
        ({"estate": None, "claims": {"a": 1}}, Fault.not_a_number, ("estate",)),
        ({"estate": LIMIT, "claims": {"a": 1}}, Fault.too_large, ("estate",)),
        ({"values": {"a": -LIMIT}}, Fault.too_large, ("values", "a")),
        ({"estate": 1, "claims": {"a": f"1/{LIMIT}"}}, Fault.too_fine, ("claims", "a")),
        ({"values": {"a": f"1/{3**30}", "b": f"1/{2**30}"}}, Fault.too_fine, ("values", "b")),
        ({**VALUES, "disagreement": {"a": 1}}, Fault.missing_key, ("disagreement", "b")),
        ({**VALUES, "disagreement": {"a": 1, "c": 1}}, Fault.unknown_name, ("disagreement", "c")),
        ({**CLAIMS, "disagreement": 3}, Fault.not_an_object, ("disagreement",)),
    ],
)
def test_what_is_strange_is_refused_with_its_place(
    document: object, fault: Fault, place: tuple[str, ...]
) -> None:
    refused = refusal(document)
    assert (refused.fault, refused.place) == (fault, place)


@pytest.mark.parametrize(
    "text", ["", "one", "1e3", "nan", "1/0", "1/-2", ".5", "5.", "1_000", "\u0663", "1" * 41, "1.5/2"]
)
def test_a_text_that_is_no_exact_figure_is_refused(text: str) -> None:
    assert refusal({"estate": text, "claims": {"a": 1}}).fault is Fault.not_a_number


def test_missing_coalitions_are_named() -> None:
    refused = refusal({"values": {"a": 1, "b": 1, "c": 1, "a,b,c": 3}})
    assert refused.facts == {"count": 3, "first": "a,b; a,c; b,c"}


def test_the_largest_figures_are_divided_exactly() -> None:
    most = LIMIT - 1
    question = read_question({"estate": most, "claims": {"a": most, "b": most, "c": most}})
    for method in AdviceMethod:
        assert advise(question, method).shares == dict.fromkeys("abc", Fraction(most, 3))


def test_text_is_read_strictly() -> None:
    assert parse('\ufeff{"a": 1}'.encode()) == {"a": 1}
    assert parse(b"1" * 10_000) == int("1" * 40)
    for data, fault in (
        (b"\xff", Fault.not_text),
        (b"{", Fault.not_json),
        (b'{"a": 1, "a": 1}', Fault.duplicate_key),
        (b"[" * 100_000, Fault.too_deep),
    ):
        with pytest.raises(Refusal) as refused:
            parse(data)
        assert refused.value.fault is fault


def test_not_a_number_in_json_is_refused_at_its_place() -> None:
    for written in ("NaN", "Infinity", "-Infinity", "1e400", "2.5"):
        document = parse(json.dumps({"estate": 1, "claims": {"a": "?"}}).replace('"?"', written).encode())
        assert refusal(document).place == ("claims", "a")
