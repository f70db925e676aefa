"""The ledger's tables. The guards that keep them honest stand in the migration: the database enforces them.

Append-only: receipt_batch, receipt_version, receipt_declaration, incentive, calc_run, entitlement_line,
journal, leg, statement_event, objection, objection_answer, objection_message, level_share_version.
"""

from services.ledger.tables.books import (
    CalcRun,
    EntitlementLine,
    Journal,
    LedgerAccount,
    Leg,
    Period,
    YearClose,
)
from services.ledger.tables.objections import (
    ObjectionAnswer,
    ObjectionMessage,
    ObjectionRecord,
    SealedScan,
)
from services.ledger.tables.receipts import Incentive, ReceiptBatch, ReceiptDeclaration, ReceiptVersion
from services.ledger.tables.reopening import AdjustmentSheet, LevelShareVersion, YearReopening
from services.ledger.tables.statements import Statement, StatementEvent

__all__ = [
    "AdjustmentSheet",
    "CalcRun",
    "EntitlementLine",
    "Incentive",
    "Journal",
    "LedgerAccount",
    "Leg",
    "LevelShareVersion",
    "ObjectionAnswer",
    "ObjectionMessage",
    "ObjectionRecord",
    "Period",
    "ReceiptBatch",
    "ReceiptDeclaration",
    "ReceiptVersion",
    "SealedScan",
    "Statement",
    "StatementEvent",
    "YearClose",
    "YearReopening",
]
