"""Every slice's tables in one metadata: what the migrations are compared with."""

from sqlmodel import SQLModel

import services.accounts.tables
import services.agreements.party_tables
import services.agreements.tables
import services.agreements.term_tables
import services.audit.tables
import services.credit.tables
import services.evidence.tables
import services.interchange.tables
import services.kit.events
import services.kit.idempotency
import services.kit.known
import services.ledger.tables
import services.matching.fair_tables
import services.matching.questions.tables
import services.matching.tables
import services.projects.tables
import services.reconciliation.tables
import services.regions.tables
import services.settlement.tables  # noqa: F401 -- imported for its tables, like those above

metadata = SQLModel.metadata
