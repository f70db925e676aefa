"""Canonical bytes: one form for one fact, none for what two readers may read differently."""

import json
import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.evidence.entry import ENTRY_DOMAIN, Entry, entry_bytes, leaf_hash
from allocation.evidence.hashing import HashName, hasher
from allocation.sharing.canonical import canonical_bytes

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
FACTS = st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), VALUES, max_size=4)


def test_the_bytes_of_an_entry():
    facts = {"fen": -1, "note": '第一笔\n"\\\x7f\x1f€', "b": [True, None, {}]}
    entry = Entry("611000", "journal", facts)
    assert entry_bytes(entry) == (
        b"yipanqi.entry/1\x00"
        b'{"city":"611000","facts":{"b":[true,null,{}],"fen":-1,"note":"'
        + '第一笔\\n\\"\\\\\x7f\\u001f€'.encode()
        + b'"},"kind":"journal"}'
    )


def test_the_hash_of_a_leaf_stands_apart_from_nodes():
    digest = hasher(HashName.sha256)
    assert leaf_hash(digest, b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(FACTS, FACTS)
def test_the_same_bytes_mean_the_same_facts(one, other):
    data = entry_bytes(Entry("611000", "run", one))
    same = data == entry_bytes(Entry("611000", "run", other))
    assert same == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))
    assert json.loads(data.removeprefix(ENTRY_DOMAIN)) == {"city": "611000", "kind": "run", "facts": one}


@given(FACTS)
def test_the_bytes_are_those_of_the_canonical_form_of_the_house(facts):
    document = Entry("611000", "run", facts).document()
    assert entry_bytes(Entry("611000", "run", facts)) == ENTRY_DOMAIN + canonical_bytes(document)


@pytest.mark.parametrize(
    "fact",
    [HashName.sha256, uuid.UUID(int=0), date(2025, 3, 1), 1.0, float("nan"), b"x", {1, 2}, object()],
)
def test_no_other_type_has_a_form(fact):
    with pytest.raises(TypeError):
        entry_bytes(Entry("611000", "run", {"fact": [fact]}))


@pytest.mark.parametrize(
    "fact",
    [2**53, -(2**53), [2**60], ({"a": 2**53},), {"税": 1}, "\ud800"],
)
def test_what_readers_may_take_differently_has_no_form(fact):
    with pytest.raises(ValueError, match=r"53|ASCII|surrogates"):
        entry_bytes(Entry("611000", "run", {"fact": fact}))


def test_the_greatest_numbers_have_a_form():
    assert b"[9007199254740991,-9007199254740991]" in entry_bytes(
        Entry("611000", "run", {"fact": [2**53 - 1, -(2**53) + 1]})
    )
