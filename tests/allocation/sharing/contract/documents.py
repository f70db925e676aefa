"""A sound case as a document, and copies of it with changes at JSON pointers."""

import copy
from typing import Any

from tests.allocation.sharing.contract.making import A, B, C

GONE = object()


def document() -> dict[str, Any]:
    """Three parties of which one has no treasury, with nearly every clause."""
    return {
        "format": "yipanqi.share/1",
        "title": "case",
        "city": "611000",
        "terms": [
            {
                "version": 1,
                "parties": [
                    {"code": A, "name": "甲县"},
                    {"code": B, "name": "乙县"},
                    {"code": C, "name": "驻外局", "kind": "outpost"},
                ],
                "origin": A,
                "host": B,
                "effective_on": "2020-01-01",
                "years": 3,
                "year_basis": "calendar",
                "clock": {"kind": "first_tax"},
                "base": {"taxes": ["vat", "cit"], "kinds": ["normal"], "negative": "carry"},
                "shares": [
                    {"first_year": 1, "last_year": 1, "ratio_bp": {A: 5000, B: 5000}},
                    {
                        "first_year": 2,
                        "last_year": 2,
                        "tier_basis": "term",
                        "tiers": [
                            {"up_to_fen": 1000, "ratio_bp": {A: 5000, B: 5000}},
                            {"ratio_bp": {A: 3000, B: 7000}},
                        ],
                    },
                    {"first_year": 3, "last_year": 3, "weights": {A: 1, B: 2}},
                ],
                "caps": [{"party": A, "span": "year", "fen": 100_000}],
                "floors": [{"party": A, "fen": 100}],
                "guarantees": [{"party": A, "payer": B, "fen": 50}],
                "entry": {"party": A, "before_fen": [1, 2, 3], "average_fen": 2, "cap_at_sum": False},
                "clawback": {"giver": A, "taker": B, "years": 2, "part_bp": 5000},
                "credits": [
                    {
                        "indicator": "产值",
                        "doctrine": "split",
                        "parts": {A: 4000, B: 4000, C: 2000},
                        "years": 5,
                        "clock": {"kind": "fixed", "on": "2019-01-01"},
                    },
                    {"indicator": "固投", "doctrine": "full", "parts": {A: 1, B: 1}, "years": 5},
                    {"indicator": "到位资金", "doctrine": "single", "parts": {C: 1}, "years": 5},
                ],
                "land": [{"giver": A, "taker": B, "on": "2020-03-01", "mu_hundredths": 10_050}],
                "other": ["双方每季度会商一次。"],
                "follows": {"shares": "某办法 第三条"},
            },
        ],
        "levels": [
            {
                "treasury": B,
                "tax": "vat",
                "effective_from": "2020-01-01",
                "central_bp": 5000,
                "province_bp": 2000,
                "city_bp": 1000,
                "county_bp": 2000,
            }
        ],
        "receipts": [
            {"ticket": "1", "paid_on": "2020-02-01", "treasury": B, "tax": "vat", "amount_fen": 10_000},
            {"ticket": "2", "paid_on": "2020-03-01", "tax": "cit", "retained_fen": 700},
        ],
        "incentives": [{"document_no": "1号", "paid_on": "2020-03-05", "fen": 100}],
        "events": [{"kind": "construction", "on": "2020-02-01"}],
        "indicators": [{"indicator": "产值", "on": "2020-12-31", "value": 10}],
        "through": "2020-12",
    }


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """A copy with values set at JSON pointers; `GONE` takes one away, an index at a list's end adds one."""
    found = copy.deepcopy(document())
    for pointer, value in changes.items():
        *way, last = pointer.strip("/").split("/")
        at: Any = found
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if isinstance(at, list) and int(last) == len(at):
            at.append(value)
        elif value is GONE:
            del at[last]
        else:
            at[int(last) if isinstance(at, list) else last] = value
    return found
