"""A report of fairness and its inputs as plain JSON values, between the solver's process and its parent."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from allocation.matching.fairness import FairnessRule, Measure, Tally
from allocation.matching.fairness_report import (
    CountyFairness,
    Displaced,
    FairnessReport,
    FairRule,
    Relaxed,
    RulePrice,
)
from allocation.matching.floors import ClashReason
from allocation.matching.pool import CountyCount

Record = dict[str, Any]


def fair_task(rule: FairnessRule, past: Mapping[str, Tally]) -> Record:
    """Write what a run needs of fairness beside its pool."""
    return {
        "rule": {**asdict(rule), "measure": rule.measure.value, "weights_bp": dict(rule.weights_bp)},
        "past": {county: asdict(tally) for county, tally in sorted(past.items())},
    }


def read_rule(record: Mapping[str, Any]) -> FairnessRule:
    """Read the rule of `fair_task` back."""
    return FairnessRule(**{**record["rule"], "measure": Measure(record["rule"]["measure"])})


def read_past(record: Mapping[str, Any]) -> dict[str, Tally]:
    """Read the window of `fair_task` back."""
    return {county: Tally(**tally) for county, tally in record["past"].items()}


def report_record(report: FairnessReport) -> Record:
    """Write a report as JSON values."""
    return asdict(report)


def read_report(record: Mapping[str, Any]) -> FairnessReport:
    """Read a report back."""
    return FairnessReport(
        measure=Measure(record["measure"]),
        counties=tuple(
            CountyFairness(
                **{
                    **line,
                    **{name: Tally(**line[name]) for name in ("past", "without", "given")},
                    "bound": CountyCount(**line["bound"]),
                }
            )
            for line in record["counties"]
        ),
        least_ratio_bp=record["least_ratio_bp"],
        most_ratio_bp=record["most_ratio_bp"],
        prices=tuple(RulePrice(**{**line, "rule": FairRule(line["rule"])}) for line in record["prices"]),
        displaced=tuple(Displaced(**line) for line in record["displaced"]),
        relaxed=read_relaxed(record["relaxed"]),
    )


def read_relaxed(record: Sequence[Mapping[str, Any]]) -> tuple[Relaxed, ...]:
    """Read lowered floors back."""
    return tuple(
        Relaxed(**{**line, "together": tuple(line["together"]), "reason": ClashReason(line["reason"])})
        for line in record
    )
