"""The tables of the pool.

Land in hundredths of a mu, money in fen, COD in kg a year, shares in basis points.
"""

from services.projects.tables.hosts import (
    Application,
    Commitment,
    Hold,
    InvestorConsent,
    Proposal,
    TermsAcceptance,
)
from services.projects.tables.merging import MergeState, ProjectMerge
from services.projects.tables.pooling import (
    HoldProgress,
    InvestorRefusal,
    JointMeeting,
    JointVisit,
    MeetingItem,
    MeetingOpinion,
    OriginAgreement,
)
from services.projects.tables.project import Project, ProjectMove, Transfer
from services.projects.tables.protection import ProtectionAnswer, ProtectionDecision
from services.projects.tables.records import Company, PaidIn, PlannedProject
from services.projects.tables.warnings import DuplicateWarning, WarningState

__all__ = [
    "Application",
    "Commitment",
    "Company",
    "DuplicateWarning",
    "Hold",
    "HoldProgress",
    "InvestorConsent",
    "InvestorRefusal",
    "JointMeeting",
    "JointVisit",
    "MeetingItem",
    "MeetingOpinion",
    "MergeState",
    "OriginAgreement",
    "PaidIn",
    "PlannedProject",
    "Project",
    "ProjectMerge",
    "ProjectMove",
    "Proposal",
    "ProtectionAnswer",
    "ProtectionDecision",
    "TermsAcceptance",
    "Transfer",
    "WarningState",
]
