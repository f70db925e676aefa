"""What is due against what was posted.

for every agreement: reads only, so that it serves a run and a check alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.amounts import Amounts
from allocation.sharing.base import LevelTable, retained_fen
from allocation.sharing.canonical import sha256_of
from allocation.sharing.entitlement import Entitlement, Retained, entitle
from allocation.sharing.postings import Posting, differences
from services.ledger import repo
from services.ledger.agreed import Agreed, agreements_as_known
from services.ledger.states import ENGINE
from services.regions.repo import load_level_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculated:
    """One agreement's entitlement up to a month, what is to be posted, and what it was worked out from.

    `newest_receipt` and `newest_incentive` are the known numbers of the newest of them, 0 where there is
    none.
    """

    agreed: Agreed
    entitlement: Entitlement
    postings: tuple[Posting, ...]
    newest_receipt: int
    newest_incentive: int
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
                "lines": [line_facts(one, posting) for one in self.agreements for posting in one.postings],
            },
        )

    @property
    def settled(self) -> bool:
        """Whether everything due is posted."""
        return not any(one.postings for one in self.agreements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All that was known of a city's money at a number, read once: rows by the firm's credit code."""

    city: str
    known: int
    agreements: Sequence[Agreed]
    receipts: Mapping[str, Sequence[Mapping[str, Any]]]
    incentives: Mapping[str, Sequence[Mapping[str, Any]]]
    levels: LevelTable


async def read_knowledge(session: AsyncSession, city: str, known: int) -> Knowledge:
    """Read what was known at a number."""
    return Knowledge(
        city=city,
        known=known,
        agreements=await agreements_as_known(session, city, known),
        receipts=await repo.receipts_by_firm(session, city, known),
        incentives=await repo.incentives_by_firm(session, city, known),
        levels=await load_level_table(session, city),
    )


async def calculate(session: AsyncSession, knowledge: Knowledge, through: str) -> Calculation:
    """Work out every agreement up to a month."""
    city, known, table = knowledge.city, knowledge.known, knowledge.levels
    posted = await repo.posted_until(session, city, through)
    found = []
    for agreed in knowledge.agreements:
        firm = agreed.credit_code or ""
        paid = [row for row in knowledge.receipts.get(firm, ()) if shared_here(agreed, row)]
        given = [row for row in knowledge.incentives.get(firm, ()) if row["county"] == agreed.host]
        entitlement = Entitlement(None, ())
        if agreed.paid_in_money:
            entitlement = entitle(
                agreed.versions,
                [retained_of(row, table, city) for row in paid],
                [repo.incentive_of(row) for row in given],
                through=through,
            )
        found.append(
            Calculated(
                agreed=agreed,
                entitlement=entitlement,
                postings=differences(entitlement.lines, posted.get(agreed.id, {})),
                newest_receipt=max((row["known"] for row in paid), default=0),
                newest_incentive=max((row["known"] for row in given), default=0),
                input=_input_facts(agreed, paid, given),
            )
        )
    return Calculation(through=through, known=known, agreements=tuple(found))


def shared_here(agreed: Agreed, row: Mapping[str, Any]) -> bool:
    """Whether a receipt of the firm belongs to the agreement: paid to the host's treasury before its end."""
    return row["treasury"] == agreed.host and (agreed.ended_on is None or row["paid_on"] <= agreed.ended_on)


def retained_of(row: Mapping[str, Any], table: LevelTable, city: str) -> Retained:
    """A stored receipt's county-retained part."""
    receipt = repo.receipt_of(row)
    return Retained(
        receipt.ticket, receipt.paid_on, receipt.tax, receipt.kind, retained_fen(receipt, table, city)
    )


def amounts_facts(amounts: Amounts) -> dict[str, int]:
    """The five figures as plain facts."""
    return {
        "base_fen": amounts.base,
        "deducted_fen": amounts.deducted,
        "shared_fen": amounts.shared,
        "origin_fen": amounts.origin,
        "host_fen": amounts.host,
    }


def line_facts(one: Calculated, posting: Posting) -> dict[str, Any]:
    """All that is known of a posting, as plain facts: what the run's hash is taken over."""
    line = posting.line
    terms, start = one.agreed.terms, one.entitlement.clock_start
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
        "cap_fen": terms.cap_fen,
        "clock_start": start.isoformat() if start else None,
        "posting": amounts_facts(posting.amounts),
        "posted": amounts_facts(posting.posted),
        "cumulative": amounts_facts(line.cumulative if line else Amounts()),
    }


def _input_facts(
    agreed: Agreed, paid: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the agreement's figures were worked out from, as plain facts."""
    return {
        "agreement": agreed.code,
        "versions": [[version.version, version.terms.to_json()] for version in agreed.versions],
        "receipts": [[row["ticket"], row["revision"]] for row in paid],
        "incentives": [[row["document_no"], row["revision"]] for row in given],
    }
