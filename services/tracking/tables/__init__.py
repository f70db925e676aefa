"""The tables of tracking. All but the item of a schedule list are append-only."""

from services.tracking.tables.outings import Outing, OutingFirm, OutingWithdrawal
from services.tracking.tables.promises import FiscalStrength, PromiseFulfilment, PromiseReview
from services.tracking.tables.rules import Cultivation, LookBack, StageDepartment
from services.tracking.tables.schedule import ScheduleItem, ScheduleStep
from services.tracking.tables.support import (
    BlockingFactor,
    BlockingFactorEnd,
    Coordination,
    Sponsorship,
    SponsorshipEnd,
)

__all__ = [
    "BlockingFactor",
    "BlockingFactorEnd",
    "Coordination",
    "Cultivation",
    "FiscalStrength",
    "LookBack",
    "Outing",
    "OutingFirm",
    "OutingWithdrawal",
    "PromiseFulfilment",
    "PromiseReview",
    "ScheduleItem",
    "ScheduleStep",
    "Sponsorship",
    "SponsorshipEnd",
    "StageDepartment",
]
