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
from services.projects.tables.project import Project, ProjectMove, Transfer
from services.projects.tables.records import Company, PaidIn, PlannedProject

__all__ = [
    "Application",
    "Commitment",
    "Company",
    "Hold",
    "InvestorConsent",
    "PaidIn",
    "PlannedProject",
    "Project",
    "ProjectMove",
    "Proposal",
    "TermsAcceptance",
    "Transfer",
]
