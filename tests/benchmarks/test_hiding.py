"""The simulation of passing on against hiding keeps to what it states."""

from dataclasses import replace

from benchmarks.hiding import (
    Behaviour,
    hide,
    make_leads,
    name_first,
    played,
    regimes,
    shared_fen,
    terms_first,
    total,
)

LEADS = make_leads(7, 120)
STATED = Behaviour()


def test_terms_first_beats_hiding_and_bargaining_under_the_stated_behaviour() -> None:
    figures = played(LEADS, STATED)
    assert figures["terms_first_wan"] > figures["hide_wan"]
    assert figures["terms_first_wan"] > figures["name_first_wan"]
    assert figures["money_pays"]
    assert figures["credit_pays"]


def test_a_county_with_room_of_its_own_keeps_its_leads() -> None:
    figures = played(LEADS, replace(STATED, room=1.0, match=0.2))
    assert not figures["money_pays"]
    assert not figures["credit_pays"]
    assert any(how.room >= 0.4 for how in regimes()), "such regimes are told, not left out"


def test_what_cannot_be_hosted_is_worth_nothing_in_the_drawer() -> None:
    never = replace(STATED, room=0.0)
    assert total(hide(lead, never) for lead in LEADS).money_fen == 0
    assert total(terms_first(lead, never) for lead in LEADS).money_fen > 0


def test_a_name_behind_terms_is_never_bargained_down() -> None:
    for lead in LEADS:
        got = terms_first(lead, replace(STATED, match=1.0, accept=1.0, leak=0.0)).money_fen
        assert got == shared_fen(lead.retained_fen, STATED.ratio_bp)
        assert got >= name_first(lead, replace(STATED, match=1.0, poach=0.0)).money_fen


def test_half_the_tax_is_half_the_tax() -> None:
    assert shared_fen((100, 200, 301), 5000) == 50 + 100 + 151
