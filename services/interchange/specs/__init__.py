"""The fifteen tables, in the order in which they depend on one another."""

from types import MappingProxyType
from typing import Final

from services.interchange.specs.columns import Column, Grounds, Sight, Table
from services.interchange.specs.ground import (
    CHAINS,
    COUNTIES,
    HALLS,
    LEVEL_SHARES,
    PARKS,
    PLOTS,
    TARGETS,
)
from services.interchange.specs.money import AGREEMENTS, INCENTIVES, RECEIPTS
from services.interchange.specs.pool import COMPANIES, PAID_IN, PLANNED_PROJECTS, PROJECTS, TRANSFERS

__all__ = ["TABLES", "TABLES_BY_KIND", "Column", "Grounds", "Sight", "Table"]

TABLES: Final = (
    COUNTIES,
    CHAINS,
    PARKS,
    PLOTS,
    HALLS,
    PLANNED_PROJECTS,
    PROJECTS,
    TRANSFERS,
    AGREEMENTS,
    COMPANIES,
    PAID_IN,
    LEVEL_SHARES,
    RECEIPTS,
    INCENTIVES,
    TARGETS,
)
TABLES_BY_KIND: Final = MappingProxyType({table.kind: table for table in TABLES})
