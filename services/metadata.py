"""Every slice's tables in one metadata: what the migrations are compared with."""

from sqlmodel import SQLModel

import services.accounts.seat_tables
import services.accounts.tables
import services.agreements.party_tables
import services.agreements.tables
import services.agreements.term_tables
import services.approvals.tables
import services.audit.tables
import services.capacity.tables
import services.clocks.tables
import services.compliance.tables
import services.credit.tables
import services.entry.tables
import services.evidence.tables
import services.files.tables
import services.firms.tables
import services.first_talk.tables
import services.funds.tables
import services.intake.offer_tables
import services.intake.tables
import services.interchange.tables
import services.kit.events
import services.kit.idempotency
import services.kit.known
import services.ledger.tables
import services.libraries.tables
import services.maps.tables
import services.matching.fair_tables
import services.matching.objection_tables
import services.matching.questions.tables
import services.matching.tables
import services.notices.tables
import services.pooling.tables
import services.projects.tables
import services.reconciliation.tables
import services.regions.chains
import services.regions.tables
import services.reports.tables
import services.settlement.tables
import services.tracking.tables  # noqa: F401 -- imported for its tables, like those above

metadata = SQLModel.metadata
