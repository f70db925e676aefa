"""What an operation needs and what a role has. One table, readable by an auditor."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from auth.principal import Role


class Scope(StrEnum):
    """A right to use a kind of operation; on which object is the policy's question."""

    me = "me"  # one's own account: who am I, change password, sign out
    accounts_read = "accounts:read"
    accounts_write = "accounts:write"  # create, disable, reset
    regions_read = "regions:read"  # counties, parks, plots, halls, chains, targets
    regions_write = "regions:write"  # quotas, floors, chains, level tables: the city's own settings
    stock_write = "stock:write"  # plots and halls of one's own parks
    projects_read = "projects:read"  # masked by policy.view_of
    projects_write = "projects:write"  # register and correct
    projects_review = "projects:review"  # county leader approves a registration
    projects_accept = "projects:accept"  # city accepts a lead
    projects_transfer = "projects:transfer"  # ask to pass a lead on, withdraw that
    projects_pool = "projects:pool"  # city reviews a transfer request
    projects_apply = "projects:apply"  # county or park applies for a pooled lead
    projects_terms = "projects:terms"  # accept the floor terms, decline
    projects_commit = "projects:commit"  # 要素承诺函
    projects_consent = "projects:consent"  # record the investor's choice or consent
    projects_hold = "projects:hold"  # city decides; gives the hold
    projects_release = "projects:release"  # decline, recall, release
    projects_progress = "projects:progress"  # signed, contract, incorporated, started, ...
    matches_read = "matches:read"
    matches_ask = "matches:ask"  # why not us, and what would change it: of projects whose match one may read
    matches_object = "matches:object"  # object to a match for one's county; the city speaks in the thread
    matches_inspect = "match_officers:read"  # overrides by the officers who signed them
    matches_run = "matches:run"
    matches_decide = "matches:decide"
    agreements_read = "agreements:read"
    agreements_write = "agreements:write"  # draft, new version
    agreements_upload = "agreements:upload"  # one side's signed scan
    agreements_sign = "agreements:sign"
    agreements_witness = "agreements:witness"
    receipts_read = "receipts:read"  # per-firm receipts: taxpayer secrecy
    receipts_write = "receipts:write"
    statements_read = "statements:read"
    statements_write = "statements:write"  # compute, issue
    statements_confirm = "statements:confirm"  # confirm or object for one's own county
    statements_close = "statements:close"  # close, and check another's close
    ledger_read = "ledger:read"
    reconciliation_read = "reconciliation:read"  # both sides' figures, their differences, 对账单
    reconciliation_write = "reconciliation:write"  # state figures, explain, acknowledge for one's own side
    evidence_keys = "evidence:keys"  # hand in, confirm, retire a county's public key
    compliance_read = "compliance:read"  # a host's promises, their checks, reviews and minutes
    compliance_write = "compliance:write"  # list promises, record review and minutes, explain a clause
    compliance_check = "compliance:check"  # the finance check and the legal opinion
    credit_read = "credit:read"  # what counts in the assessment: one's own county's, or the city's
    credit_write = "credit:write"  # count, file, examine, confirm
    funds_read = "funds:read"  # funds paid in and targets: one's own projects' and units', or the city's
    funds_write = "funds:write"  # enter, confirm, withdraw funds; exchange rates
    reports_read = "reports:read"  # month statistics, quarter report, year assessment
    reports_freeze = "reports:freeze"  # freeze reports, award land quota by them
    imports_read = "imports:read"
    imports_write = "imports:write"
    exports_read = "exports:read"
    files_read = "files:read"  # evidence files: which of them is the walls' question
    files_write = "files:write"  # upload a file, take back what one bound
    approvals_read = "approvals:read"  # sheets of one's own office and those one signed
    approvals_write = "approvals:write"  # sign, delegate, hand over
    channels_write = "channels:write"  # where notices go outside, and what was not taken there
    audit_read = "audit:read"  # events: who did what
    audit_check = "audit_checks:read"  # the auditor's ready questions over all counties
    audit_letters = "audit_letters:write"  # record, check and end an auditor's letter
    audit_unlock = "audit_names:read"  # read a masked name under one's own letter


_COMMON: Final = frozenset({Scope.me})
_APPROVALS: Final = frozenset({Scope.approvals_read, Scope.approvals_write})
_COUNTY_READ: Final = frozenset(
    {
        Scope.regions_read,
        Scope.projects_read,
        Scope.matches_read,
        Scope.agreements_read,
        Scope.statements_read,
        Scope.credit_read,
        Scope.exports_read,
        Scope.files_read,
        Scope.funds_read,
    }
)
_COUNTY_OFFICER: Final = (
    _COMMON
    | _COUNTY_READ
    | _APPROVALS
    | {
        Scope.reports_read,
        Scope.stock_write,
        Scope.projects_write,
        Scope.projects_transfer,
        Scope.projects_apply,
        Scope.projects_commit,
        Scope.projects_consent,
        Scope.projects_release,
        Scope.projects_progress,
        Scope.compliance_read,
        Scope.compliance_write,
        Scope.compliance_check,
        Scope.matches_object,
        Scope.matches_ask,
        Scope.agreements_write,
        Scope.agreements_upload,
        Scope.files_write,
        Scope.funds_write,
    }
)

ROLE_SCOPES: Final = MappingProxyType(
    {
        Role.county_officer: _COUNTY_OFFICER,
        Role.county_leader: _COUNTY_OFFICER
        | {
            Scope.projects_review,
            Scope.projects_terms,
            Scope.agreements_sign,
            Scope.statements_confirm,
            Scope.evidence_keys,
        },
        Role.park_officer: _COMMON
        | _APPROVALS
        | {
            Scope.compliance_read,
            Scope.regions_read,
            Scope.stock_write,
            Scope.projects_read,
            Scope.projects_write,
            Scope.projects_apply,
            Scope.projects_progress,
            Scope.matches_read,
            Scope.matches_ask,
            Scope.files_read,
            Scope.files_write,
            Scope.funds_read,
            Scope.funds_write,
        },
        Role.city_office: _COMMON
        | _COUNTY_READ
        | _APPROVALS
        | {
            Scope.compliance_read,
            Scope.compliance_write,
            Scope.compliance_check,
            Scope.regions_write,
            Scope.stock_write,
            Scope.projects_write,
            Scope.projects_accept,
            Scope.projects_transfer,
            Scope.projects_pool,
            Scope.projects_consent,
            Scope.projects_terms,
            Scope.projects_commit,
            Scope.projects_hold,
            Scope.projects_release,
            Scope.projects_progress,
            Scope.matches_object,
            Scope.matches_ask,
            Scope.matches_run,
            Scope.matches_decide,
            Scope.agreements_write,
            Scope.agreements_upload,
            Scope.agreements_sign,
            Scope.imports_read,
            Scope.imports_write,
            Scope.reports_read,
            Scope.reports_freeze,
            Scope.statements_confirm,  # of the city's own units
            Scope.credit_write,
            Scope.files_write,
            Scope.funds_write,
            Scope.audit_read,
            Scope.audit_check,
            Scope.audit_letters,
        },
        Role.county_finance: _COMMON
        | _APPROVALS
        | {
            Scope.compliance_read,
            Scope.compliance_check,
            Scope.regions_read,
            Scope.projects_read,
            Scope.agreements_read,
            Scope.receipts_read,
            Scope.statements_read,
            Scope.statements_confirm,
            Scope.evidence_keys,
            Scope.ledger_read,
            Scope.reconciliation_read,
            Scope.reconciliation_write,
            Scope.credit_read,
            Scope.exports_read,
            Scope.files_read,
            Scope.files_write,
            Scope.funds_read,
            Scope.funds_write,
        },
        Role.city_finance: _COMMON
        | _APPROVALS
        | {
            Scope.compliance_read,
            Scope.compliance_check,
            Scope.regions_read,
            Scope.projects_read,
            Scope.agreements_read,
            Scope.agreements_upload,
            Scope.agreements_witness,
            Scope.receipts_read,
            Scope.receipts_write,
            Scope.statements_read,
            Scope.statements_write,
            Scope.statements_close,
            Scope.evidence_keys,
            Scope.ledger_read,
            Scope.reconciliation_read,
            Scope.reconciliation_write,
            Scope.credit_read,
            Scope.credit_write,
            Scope.imports_read,
            Scope.imports_write,
            Scope.exports_read,
            Scope.files_read,
            Scope.files_write,
            Scope.funds_read,
            Scope.funds_write,
            Scope.audit_check,
            Scope.audit_letters,
        },
        Role.auditor: _COMMON
        | {
            Scope.compliance_read,
            Scope.approvals_read,
            Scope.regions_read,
            Scope.projects_read,
            Scope.matches_inspect,
            Scope.reports_read,
            Scope.matches_read,
            Scope.agreements_read,
            Scope.receipts_read,
            Scope.statements_read,
            Scope.ledger_read,
            Scope.reconciliation_read,
            Scope.credit_read,
            Scope.funds_read,
            Scope.imports_read,
            Scope.accounts_read,
            Scope.files_read,
            Scope.audit_read,
            Scope.audit_check,
            Scope.audit_unlock,
        },
        Role.administrator: _COMMON
        | {Scope.accounts_read, Scope.accounts_write, Scope.regions_read, Scope.channels_write},
    }
)
"""The rights of each role. The administrator reads no leads and no money."""


def scopes_of(role: Role) -> frozenset[Scope]:
    """Return the scopes of a role."""
    return frozenset(ROLE_SCOPES[role])


def has_scope(role: Role, scope: Scope) -> bool:
    """Tell whether a role has a scope."""
    return scope in ROLE_SCOPES[role]
