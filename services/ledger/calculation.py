"""What is due against what was posted, for every agreement: reads only, so that it serves a run and a check.

It can be done as of any known number, so that a run can be repeated as it was.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.amounts import Amounts
from allocation.sharing.canonical import sha256_of
from allocation.sharing.entitlement import Entitlement
from allocation.sharing.postings import Posting, differences
from services.ledger import repo
from services.ledger.agreed import Agreed
from services.ledger.causes import Divider, Part, Work
from services.ledger.history import read_history
from services.ledger.knowledge import (
    Knowledge,
    Rows,
    due_of,
    given_of,
    paid_of,
    read_knowledge,
    retained_of,
    shared_here,
)
from services.ledger.states import ENGINE

__all__ = [
    "Calculated",
    "Calculation",
    "Knowledge",
    "amounts_facts",
    "calculate",
    "line_facts",
    "read_knowledge",
    "retained_of",
    "shared_here",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculated:
    """One agreement's entitlement up to a month, and what it was worked out from.

    `booked` is to be posted now; `held` changes a closed year for another cause than receipts and waits for
    an adjustment sheet.
    """

    agreed: Agreed
    entitlement: Entitlement
    booked: tuple[Part, ...]
    held: tuple[Part, ...]
    input: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """All agreements up to a month."""

    through: str
    known: int
    agreements: tuple[Calculated, ...]

    @property
    def input_sha256(self) -> str:
        """The hash of terms, receipts and incentives that went in."""
        facts = {"through": self.through, "agreements": [one.input for one in self.agreements]}
        return sha256_of("run-input", facts)

    @property
    def output_sha256(self) -> str:
        """The hash of what is due and what is to be posted."""
        return sha256_of(
            "run-output",
            {
                "engine": ENGINE,
                "through": self.through,
                "lines": [line_facts(one, part) for one in self.agreements for part in one.booked],
            },
        )

    @property
    def settled(self) -> bool:
        """Whether everything due is posted, but for what waits for an adjustment sheet."""
        return not any(one.booked for one in self.agreements)


async def calculate(
    session: AsyncSession, knowledge: Knowledge, through: str, *, before: int | None = None
) -> Calculation:
    """Work out every agreement up to a month.

    Args:
        session: the request's transaction.
        knowledge: what is known.
        through: the month.
        before: runs, closes and sheets count that took a smaller number than this; all that are known without
            it.
    """
    bound = knowledge.known + 1 if before is None else before
    posted = await repo.posted_until(session, knowledge.city, through, bound)
    inputs: list[dict[str, Any]] = []
    works = []
    for agreed in knowledge.agreements:
        paid, given = paid_of(agreed, knowledge.receipts), given_of(agreed, knowledge.incentives)
        due = due_of(agreed, paid, given, knowledge.levels, knowledge.city, through)
        inputs.append(_input_facts(agreed, paid, given))
        works.append(Work(agreed=agreed, entitlement=due, posted=posted.get(agreed.id, {})))
    divider = Divider(knowledge, await read_history(session, knowledge.city, bound), through)
    changes = [differences(work.entitlement.lines, work.posted) for work in works]
    looked = [
        divider.asks(work, late=any(posting.key.month < through for posting in change))
        for work, change in zip(works, changes, strict=True)
    ]
    await divider.read(session, [work for work, asked in zip(works, looked, strict=True) if asked])
    found = []
    for work, change, asked, facts in zip(works, changes, looked, inputs, strict=True):
        booked, held = divider.parts(work) if asked else ([], [])
        terms, start = work.agreed.terms, work.entitlement.clock_start
        booked += [
            Part(posting, None, None, terms.cap_fen, start)
            for posting in change
            if posting.key.month == through
        ]
        found.append(
            Calculated(
                agreed=work.agreed,
                entitlement=work.entitlement,
                booked=tuple(booked),
                held=tuple(held),
                input=facts,
            )
        )
    return Calculation(through=through, known=knowledge.known, agreements=tuple(found))


def amounts_facts(amounts: Amounts) -> dict[str, int]:
    """The five figures as plain facts."""
    return {
        "base_fen": amounts.base,
        "deducted_fen": amounts.deducted,
        "shared_fen": amounts.shared,
        "origin_fen": amounts.origin,
        "host_fen": amounts.host,
    }


def line_facts(one: Calculated, part: Part) -> dict[str, Any]:
    """All that is known of a posting, as plain facts: what the run's hash is taken over."""
    posting: Posting = part.posting
    line, start = posting.line, part.clock_start
    return {
        "agreement": one.agreed.code,
        "agreement_version": line.version if line else one.agreed.version,
        "origin": one.agreed.origin,
        "host": one.agreed.host,
        "agreement_year": posting.key.agreement_year,
        "tax": posting.key.tax.value,
        "month": posting.key.month,
        "ratio_bp": line.ratio_bp if line else 0,
        "carried_fen": line.carried_fen if line else 0,
        "before_cap_fen": line.before_cap_fen if line else 0,
        "cap_fen": part.cap_fen,
        "clock_start": start.isoformat() if start else None,
        "posting": amounts_facts(posting.amounts),
        "posted": amounts_facts(posting.posted),
        "cumulative": amounts_facts(line.cumulative if line else Amounts()),
    }


def _input_facts(agreed: Agreed, paid: Rows, given: Rows) -> dict[str, Any]:
    """What the agreement's figures were worked out from, as plain facts."""
    return {
        "agreement": agreed.code,
        "versions": [[version.version, version.terms.to_json()] for version in agreed.versions],
        "receipts": [[row["ticket"], row["revision"]] for row in paid],
        "incentives": [[row["document_no"], row["revision"]] for row in given],
    }
