"""The five tables of projects as imports see them: what is stored, and how rows are written in bulk.

`existing_x` answers in the very shape that `write_x` takes, so that a plan can tell new, changed and equal
rows apart and an export loads back unchanged. Keys: projects, companies and planned projects by 登记编号 or
谋划编号, transfers by (登记编号, 申请日期), paid-in funds by (登记编号, month, fund kind, sequence).
"""

from services.projects.inputs import (
    EDITION,
    CompanyInput,
    PaidInInput,
    PlannedProjectInput,
    ProjectInput,
    TransferInput,
)
from services.projects.loading.projects import existing_projects, set_hosts, write_projects
from services.projects.loading.records import (
    existing_companies,
    existing_paid_in,
    existing_planned_projects,
    write_companies,
    write_paid_in,
    write_planned_projects,
)
from services.projects.loading.transfers import existing_transfers, write_transfers

__all__ = [
    "EDITION",
    "CompanyInput",
    "PaidInInput",
    "PlannedProjectInput",
    "ProjectInput",
    "TransferInput",
    "existing_companies",
    "existing_paid_in",
    "existing_planned_projects",
    "existing_projects",
    "existing_transfers",
    "set_hosts",
    "write_companies",
    "write_paid_in",
    "write_planned_projects",
    "write_projects",
    "write_transfers",
]
