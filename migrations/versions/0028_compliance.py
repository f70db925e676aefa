"""Compliance: lists of promises, what finance and legal review found, fair-competition reviews, minutes, clauses.

All of it is append-only. A decision becomes final only where all of it stands on record for the host's list.
"""

from alembic import op

revision = "0028_compliance"
down_revision = "0027_overrides"
branch_labels = None
depends_on = None

TABLES = (
    "commitment_sheet",
    "commitment_item",
    "commitment_opinion",
    "fair_review",
    "collective_minutes",
    "clause_clearance",
    "clause_clearance_answer",
)

DECIDED = """
CREATE FUNCTION compliance_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    standing uuid;
BEGIN
    IF NEW.state <> 'final' OR (TG_OP = 'UPDATE' AND OLD.state = 'final') THEN
        RETURN NEW;
    END IF;
    SELECT s.id INTO standing
    FROM commitment AS c
    JOIN park AS k ON k.city = c.city AND k.code = NEW.park AND k.owner = c.county
    JOIN commitment_sheet AS s ON s.city = c.city AND s.commitment = c.id
    WHERE c.city = NEW.city AND c.project = NEW.project AND c.ended_on IS NULL
    ORDER BY s.seq DESC LIMIT 1;
    IF standing IS NULL OR (
        SELECT count(*) FROM commitment_opinion AS o
        WHERE o.city = NEW.city AND o.sheet = standing AND o.outcome = 'agreed'
    ) <> 2 OR NOT EXISTS (
        SELECT FROM collective_minutes AS m WHERE m.city = NEW.city AND m.sheet = standing
    ) OR coalesce((
        SELECT r.conclusion FROM fair_review AS r
        WHERE r.city = NEW.city AND r.sheet = standing ORDER BY r.id DESC LIMIT 1
    ), 'fail') = 'fail' THEN
        RAISE EXCEPTION 'a decision needs its records of compliance'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'decision_compliance';
    END IF;
    RETURN NEW;
END
$$
"""


def _trigger(table: str, name: str, when: str, function: str, each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE commitment_sheet (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            park TEXT NOT NULL,
            commitment UUID NOT NULL,
            seq INTEGER NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_commitment_sheet PRIMARY KEY (city, id),
            CONSTRAINT uq_commitment_sheet_city_id_by UNIQUE (city, id, by),
            CONSTRAINT uq_commitment_sheet_city_commitment_seq UNIQUE (city, commitment, seq),
            CONSTRAINT fk_commitment_sheet_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_commitment_sheet_city_commitment FOREIGN KEY(city, commitment) REFERENCES commitment (city, id),
            CONSTRAINT ck_commitment_sheet_seq CHECK (seq >= 1)
        )
        """
    )
    op.execute("CREATE INDEX ix_commitment_sheet_project ON commitment_sheet (city, project, county)")
    op.execute(
        """
        CREATE TABLE commitment_item (
            city TEXT NOT NULL,
            sheet UUID NOT NULL,
            seq INTEGER NOT NULL,
            kind VARCHAR(40) NOT NULL,
            what TEXT NOT NULL,
            beneficiary VARCHAR(40) NOT NULL,
            amount_fen BIGINT CONSTRAINT ck_commitment_item_amount_fen_range CHECK (amount_fen >= 0 AND amount_fen < 9007199254740992),
            quantity BIGINT,
            unit TEXT NOT NULL,
            year INTEGER NOT NULL,
            source VARCHAR(40) NOT NULL,
            condition TEXT NOT NULL,
            CONSTRAINT pk_commitment_item PRIMARY KEY (city, sheet, seq),
            CONSTRAINT fk_commitment_item_city_sheet FOREIGN KEY(city, sheet) REFERENCES commitment_sheet (city, id),
            CONSTRAINT ck_commitment_item_seq CHECK (seq >= 1),
            CONSTRAINT ck_commitment_item_what CHECK (what <> ''),
            CONSTRAINT ck_commitment_item_measured CHECK (amount_fen IS NOT NULL OR quantity IS NOT NULL),
            CONSTRAINT ck_commitment_item_quantity CHECK (quantity IS NULL OR (quantity >= 0 AND unit <> '')),
            CONSTRAINT ck_commitment_item_money_has_source CHECK ((coalesce(amount_fen, 0) > 0) = (source <> 'none')),
            CONSTRAINT ck_commitment_item_year CHECK (year BETWEEN 2000 AND 2100),
            CONSTRAINT ck_commitment_item_kind CHECK (kind IN ('land', 'hall', 'energy', 'infrastructure', 'building', 'equity', 'interest', 'award', 'rent', 'talent', 'service', 'other')),
            CONSTRAINT ck_commitment_item_beneficiary CHECK (beneficiary IN ('firm', 'government', 'public')),
            CONSTRAINT ck_commitment_item_source CHECK (source IN ('none', 'budget', 'funds', 'special', 'bond', 'state_firm'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE commitment_opinion (
            city TEXT NOT NULL,
            sheet UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            made_by UUID NOT NULL,
            outcome VARCHAR(40) NOT NULL,
            number TEXT NOT NULL,
            opinion TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_commitment_opinion PRIMARY KEY (city, sheet, kind),
            CONSTRAINT fk_commitment_opinion_city_sheet_made_by FOREIGN KEY(city, sheet, made_by) REFERENCES commitment_sheet (city, id, by),
            CONSTRAINT ck_commitment_opinion_two_people CHECK (by <> made_by),
            CONSTRAINT ck_commitment_opinion_legal_numbered CHECK (kind <> 'legal' OR number <> ''),
            CONSTRAINT ck_commitment_opinion_returned_with_words CHECK (outcome = 'agreed' OR opinion <> ''),
            CONSTRAINT ck_commitment_opinion_kind CHECK (kind IN ('finance', 'legal')),
            CONSTRAINT ck_commitment_opinion_outcome CHECK (outcome IN ('agreed', 'returned'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE fair_review (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            sheet UUID NOT NULL,
            drafting_unit TEXT NOT NULL,
            basis TEXT NOT NULL,
            conclusion VARCHAR(40) NOT NULL,
            exception_ground VARCHAR(40),
            exception_article TEXT NOT NULL,
            no_less_harmful TEXT NOT NULL,
            until DATE,
            reviewed_on DATE NOT NULL,
            review_again_on DATE NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_fair_review PRIMARY KEY (city, id),
            CONSTRAINT fk_fair_review_city_sheet FOREIGN KEY(city, sheet) REFERENCES commitment_sheet (city, id),
            CONSTRAINT ck_fair_review_drafted CHECK (drafting_unit <> '' AND basis <> ''),
            CONSTRAINT ck_fair_review_exception_reasoned CHECK ((conclusion = 'exception') = (exception_ground IS NOT NULL) AND (conclusion = 'exception') = (exception_article <> '') AND (conclusion = 'exception') = (no_less_harmful <> '') AND (conclusion = 'exception') = (until IS NOT NULL)),
            CONSTRAINT ck_fair_review_until CHECK (until IS NULL OR until >= reviewed_on),
            CONSTRAINT ck_fair_review_review_again CHECK (review_again_on > reviewed_on),
            CONSTRAINT ck_fair_review_conclusion CHECK (conclusion IN ('pass', 'exception', 'fail')),
            CONSTRAINT ck_fair_review_exception_ground CHECK (exception_ground IN ('security', 'technology', 'relief', 'law'))
        )
        """
    )
    op.execute("CREATE INDEX ix_fair_review_sheet ON fair_review (city, sheet)")
    op.execute(
        """
        CREATE TABLE collective_minutes (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            sheet UUID NOT NULL,
            body VARCHAR(40) NOT NULL,
            number TEXT NOT NULL,
            held_on DATE NOT NULL,
            subject TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_collective_minutes PRIMARY KEY (city, id),
            CONSTRAINT fk_collective_minutes_city_sheet FOREIGN KEY(city, sheet) REFERENCES commitment_sheet (city, id),
            CONSTRAINT ck_collective_minutes_number CHECK (number <> ''),
            CONSTRAINT ck_collective_minutes_body CHECK (body IN ('government', 'party', 'joint_meeting', 'committee'))
        )
        """
    )
    op.execute("CREATE INDEX ix_collective_minutes_sheet ON collective_minutes (city, sheet)")
    op.execute(
        """
        CREATE TABLE clause_clearance (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            text_sha256 TEXT NOT NULL,
            rule VARCHAR(40) NOT NULL,
            start INTEGER NOT NULL,
            passage TEXT NOT NULL,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_clause_clearance PRIMARY KEY (city, id),
            CONSTRAINT uq_clause_clearance_city_id_by UNIQUE (city, id, by),
            CONSTRAINT fk_clause_clearance_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_clause_clearance_reason CHECK (reason <> ''),
            CONSTRAINT ck_clause_clearance_sha256 CHECK (text_sha256 ~ '^[0-9a-f]{64}$'),
            CONSTRAINT ck_clause_clearance_rule CHECK (rule IN ('refund', 'tax_reward', 'contribution', 'retained', 'bespoke', 'staying', 'factor', 'case_by_case'))
        )
        """
    )
    op.execute("CREATE INDEX ix_clause_clearance_project ON clause_clearance (city, project)")
    op.execute(
        """
        CREATE TABLE clause_clearance_answer (
            city TEXT NOT NULL,
            clearance UUID NOT NULL,
            made_by UUID NOT NULL,
            agreed BOOLEAN NOT NULL,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_clause_clearance_answer PRIMARY KEY (city, clearance),
            CONSTRAINT fk_clause_clearance_answer_city_clearance_made_by FOREIGN KEY(city, clearance, made_by) REFERENCES clause_clearance (city, id, by),
            CONSTRAINT ck_clause_clearance_answer_two_people CHECK (by <> made_by),
            CONSTRAINT ck_clause_clearance_answer_refused_with_words CHECK (agreed OR reason <> '')
        )
        """
    )
    for table in TABLES:
        for name, when, each in (
            (f"{table}_append_only", "UPDATE OR DELETE", "ROW"),
            (f"{table}_no_truncate", "TRUNCATE", "STATEMENT"),
        ):
            _trigger(table, name, when, "yipanqi_refuse_change", each)
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    op.execute(DECIDED)
    _trigger("match_decision", "match_decision_compliance", "INSERT OR UPDATE", "compliance_decided")


def downgrade() -> None:
    op.execute("DROP TRIGGER match_decision_compliance ON match_decision")
    op.execute("DROP FUNCTION compliance_decided()")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
