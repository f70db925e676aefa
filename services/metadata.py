"""Every slice's tables in one metadata: what the migrations are compared with."""

from sqlmodel import SQLModel

import services.accounts.tables
import services.agreements.tables
import services.interchange.tables
import services.kit.events
import services.kit.idempotency
import services.kit.known
import services.ledger.tables
import services.matching.fair_tables
import services.matching.questions.tables
import services.matching.tables
import services.projects.tables
import services.regions.tables  # noqa: F401 -- imported for its tables, like those above

metadata = SQLModel.metadata
