"""A pool and a match as plain JSON values, and a pool's canonical bytes, whose hash names a run's input.

The record of a pool is what a run stores: reading it back gives an equal pool, so that any run can be
    replayed.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from hashlib import sha256
from typing import Any, Final

from allocation.matching.pool import (
    County,
    CountyCount,
    Hall,
    Hold,
    Industry,
    LandUse,
    Lead,
    Needs,
    Park,
    Plot,
    Pool,
    Rules,
    Weights,
)
from allocation.matching.result import (
    Blocker,
    Candidate,
    Explanation,
    Match,
    Rule,
    Score,
    Solution,
    Status,
)

POOL_FORMAT: Final = "yipanqi.pool/1"

Record = dict[str, Any]


def pool_record(pool: Pool) -> Record:
    """Write a pool as JSON values; sets become sorted lists, dates ISO text.

    Fairness bounds and multipliers stand in the record only where there are any, so that a pool without them
    keeps the hash that it had before they existed.
    """
    return {
        "format": POOL_FORMAT,
        "as_of": pool.as_of.isoformat(),
        "leads": [_lead_record(lead) for lead in pool.leads],
        "parks": [_park_record(park) for park in pool.parks],
        "counties": [
            {**asdict(county), "chains": sorted(county.chains)} for _, county in sorted(pool.counties.items())
        ],
        "chains": [
            {**asdict(industry), "chains": sorted(chains)} for industry, chains in sorted(pool.chains.items())
        ],
        "weights": weights_record(pool.weights),
        "rules": asdict(pool.rules),
        **({"limits": {code: asdict(count) for code, count in pool.limits.items()}} if pool.limits else {}),
        **({"multipliers_bp": dict(pool.multipliers_bp)} if pool.multipliers_bp else {}),
    }


def weights_record(weights: Weights) -> Record:
    """Write weights as JSON values."""
    return {**asdict(weights), "by_investment": [list(line) for line in weights.by_investment]}


def _lead_record(lead: Lead) -> Record:
    record = {**asdict(lead), "deadline": lead.deadline.isoformat(), "declined": list(lead.declined)}
    if not lead.declined:  # as above: a lead that nobody declined keeps its bytes
        del record["declined"]
    return record


def _park_record(park: Park) -> Record:
    return {
        **asdict(park),
        "leading": [asdict(industry) for industry in sorted(park.leading)],
        "main": [asdict(industry) for industry in sorted(park.main)],
        "forbidden": [asdict(industry) for industry in sorted(park.forbidden)],
        "plots": [_dates(asdict(plot)) for plot in park.plots],
        "halls": [_dates(asdict(hall)) for hall in park.halls],
        "holds": [_dates(asdict(hold)) for hold in park.holds],
    }


def _dates(record: Record) -> Record:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in record.items()}


def canonical(record: Mapping[str, Any]) -> bytes:
    """Write a record as canonical bytes: keys sorted, no spaces, UTF-8."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(record: Mapping[str, Any]) -> str:
    """Hash a record: SHA-256 of its canonical bytes, in hexadecimal."""
    return sha256(canonical(record)).hexdigest()


def read_pool(record: Mapping[str, Any]) -> Pool:
    """Read a pool back.

    Raises:
        ValueError: the record is of another format.
        KeyError: something is missing.
        TypeError: something does not belong.
    """
    if record["format"] != POOL_FORMAT:
        raise ValueError(f"not {POOL_FORMAT}")
    return Pool(
        as_of=date.fromisoformat(record["as_of"]),
        leads=tuple(_read_lead(lead) for lead in record["leads"]),
        parks=tuple(_read_park(park) for park in record["parks"]),
        counties={
            county["code"]: County(**{**county, "chains": frozenset(county["chains"])})
            for county in record["counties"]
        },
        chains={
            Industry(line["edition"], line["code"]): frozenset(line["chains"]) for line in record["chains"]
        },
        weights=Weights(
            **{**record["weights"], "by_investment": tuple(map(tuple, record["weights"]["by_investment"]))}
        ),
        rules=Rules(**record["rules"]),
        limits={code: CountyCount(**count) for code, count in record.get("limits", {}).items()},
        multipliers_bp=dict(record.get("multipliers_bp", {})),
    )


def _read_lead(record: Mapping[str, Any]) -> Lead:
    return Lead(
        **{
            **record,
            "industry": Industry(**record["industry"]),
            "needs": Needs(**record["needs"]),
            "deadline": date.fromisoformat(record["deadline"]),
            "declined": tuple(record.get("declined", ())),
        }
    )


def _read_park(record: Mapping[str, Any]) -> Park:
    return Park(
        **{
            **record,
            "leading": frozenset(Industry(**item) for item in record["leading"]),
            "main": frozenset(Industry(**item) for item in record["main"]),
            "forbidden": frozenset(Industry(**item) for item in record["forbidden"]),
            "plots": tuple(
                Plot(**{**_read_dates(item), "land_use": LandUse(item["land_use"])})
                for item in record["plots"]
            ),
            "halls": tuple(Hall(**_read_dates(item)) for item in record["halls"]),
            "holds": tuple(
                Hold(
                    lead=item["lead"],
                    needs=Needs(**item["needs"]),
                    deadline=date.fromisoformat(item["deadline"]),
                )
                for item in record["holds"]
            ),
        }
    )


def _read_dates(record: Mapping[str, Any]) -> Record:
    days = {key: date.fromisoformat(record[key]) for key in ("ready_on", "verified_on")}
    return {**record, **days}


def parts(value: Any) -> Record:
    """Name what a dataclass holds, as it is: for `json.dumps` to ask when it meets one.

    So a match is handed from the solver's process to the judge's part by part. A record of the whole beside
    it would take twice what the match takes.

    Raises:
        TypeError: the value is no dataclass.
    """
    return {field.name: getattr(value, field.name) for field in fields(value)}


def read_match(record: Mapping[str, Any]) -> Match:
    """Read back a match that was written by means of `parts`.

    Raises:
        KeyError: something is missing.
        TypeError: something does not belong.
        ValueError: a status or rule is unknown.
    """
    solution = record["solution"]
    return Match(
        Solution(**{**solution, "status": Status(solution["status"])}),
        tuple(_read_explanation(item) for item in record["explanations"]),
    )


def _read_explanation(record: Mapping[str, Any]) -> Explanation:
    return Explanation(
        record["lead"],
        tuple(
            Candidate(
                **{
                    **item,
                    "score": Score(**item["score"]),
                    "shortfalls": _read_blockers(item["shortfalls"]),
                }
            )
            for item in record["candidates"]
        ),
        {park: _read_blockers(items) for park, items in record["rejections"].items()},
        tuple(record["crowded"]),
    )


def _read_blockers(records: list[Mapping[str, Any]]) -> tuple[Blocker, ...]:
    return tuple(Blocker(Rule(item["rule"]), item["measured"], item["limit"]) for item in records)
