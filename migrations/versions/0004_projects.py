"""Projects: the pool's tables, with append-only moves and consents, and holds that can only be released."""

from alembic import op

revision = "0004_projects"
down_revision = "0003_regions"
branch_labels = None
depends_on = None

APPEND_ONLY = ("project_move", "investor_consent")
"""Tables whose rows are never changed or removed."""

HOLD_GUARD = """
CREATE FUNCTION yipanqi_guard_hold() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a hold is released, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.released_at IS NOT NULL
        OR to_jsonb(NEW) - ARRAY['released_at', 'release_reason']
        IS DISTINCT FROM to_jsonb(OLD) - ARRAY['released_at', 'release_reason']
    THEN
        RAISE EXCEPTION 'of a hold only its release may be written, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""

ACCEPTANCE_GUARD = """
CREATE FUNCTION yipanqi_guard_acceptance() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an accepted floor is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - ARRAY['revealed_at', 'ended_on']
        IS DISTINCT FROM to_jsonb(OLD) - ARRAY['revealed_at', 'ended_on']
    THEN
        RAISE EXCEPTION 'floor terms that were accepted do not change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.revealed_at IS NOT NULL AND NEW.revealed_at IS DISTINCT FROM OLD.revealed_at THEN
        RAISE EXCEPTION 'a name is revealed once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE planned_project (
            city TEXT NOT NULL,
            code TEXT NOT NULL,
            name TEXT NOT NULL,
            county TEXT NOT NULL,
            chain TEXT NOT NULL,
            edition TEXT NOT NULL,
            industry TEXT NOT NULL,
            investment_fen BIGINT NOT NULL CONSTRAINT ck_planned_project_investment_fen_range CHECK (investment_fen >= 0 AND investment_fen < 9007199254740992),
            library TEXT NOT NULL,
            CONSTRAINT pk_planned_project PRIMARY KEY (city, code),
            CONSTRAINT fk_planned_project_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT ck_planned_project_industry CHECK (industry ~ '^[0-9]{4}$')
        )
        """
    )
    op.execute(
        """
        CREATE TABLE project (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            code TEXT NOT NULL,
            public_id TEXT NOT NULL,
            code_name TEXT NOT NULL,
            channel TEXT NOT NULL,
            origin TEXT NOT NULL,
            name TEXT NOT NULL,
            investor_name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            investor_credit_code TEXT NOT NULL,
            investor_registered TEXT NOT NULL,
            fund_kind VARCHAR(40) NOT NULL,
            edition TEXT NOT NULL,
            industry TEXT NOT NULL,
            investment_fen BIGINT NOT NULL CONSTRAINT ck_project_investment_fen_range CHECK (investment_fen >= 0 AND investment_fen < 9007199254740992),
            fixed_investment_fen BIGINT NOT NULL CONSTRAINT ck_project_fixed_investment_fen_range CHECK (fixed_investment_fen >= 0 AND fixed_investment_fen < 9007199254740992),
            land_mu BIGINT NOT NULL CONSTRAINT ck_project_land_mu_range CHECK (land_mu >= 0 AND land_mu < 9007199254740992),
            hall_m2 BIGINT NOT NULL CONSTRAINT ck_project_hall_m2_range CHECK (hall_m2 >= 0 AND hall_m2 < 9007199254740992),
            energy_tce BIGINT NOT NULL CONSTRAINT ck_project_energy_tce_range CHECK (energy_tce >= 0 AND energy_tce < 9007199254740992),
            water_td BIGINT NOT NULL CONSTRAINT ck_project_water_td_range CHECK (water_td >= 0 AND water_td < 9007199254740992),
            cod_kg BIGINT NOT NULL CONSTRAINT ck_project_cod_kg_range CHECK (cod_kg >= 0 AND cod_kg < 9007199254740992),
            output_fen BIGINT NOT NULL CONSTRAINT ck_project_output_fen_range CHECK (output_fen >= 0 AND output_fen < 9007199254740992),
            tax_fen BIGINT NOT NULL CONSTRAINT ck_project_tax_fen_range CHECK (tax_fen >= 0 AND tax_fen < 9007199254740992),
            registered_on DATE NOT NULL,
            first_talk_on DATE,
            accepted_on DATE,
            land_deadline DATE NOT NULL,
            protected_until DATE,
            protection_extended BOOLEAN NOT NULL,
            pooled_on DATE,
            window_until DATE,
            recall_from DATE,
            state VARCHAR(40) NOT NULL,
            signed_on DATE,
            contracted_on DATE,
            incorporated_on DATE,
            ready_on DATE,
            started_on DATE,
            counted_on DATE,
            completed_on DATE,
            produced_on DATE,
            full_output_on DATE,
            host_county TEXT,
            host_park TEXT,
            registrar UUID,
            version INTEGER NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            updated_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_project PRIMARY KEY (city, id),
            CONSTRAINT uq_project_city_code UNIQUE (city, code),
            CONSTRAINT uq_project_city_public_id UNIQUE (city, public_id),
            CONSTRAINT fk_project_city_origin FOREIGN KEY(city, origin) REFERENCES region (city, code),
            CONSTRAINT fk_project_city_host_county FOREIGN KEY(city, host_county) REFERENCES region (city, code),
            CONSTRAINT fk_project_city_host_park FOREIGN KEY(city, host_park) REFERENCES park (city, code),
            CONSTRAINT ck_project_industry CHECK (industry ~ '^[0-9]{4}$'),
            CONSTRAINT ck_project_park_in_county CHECK (host_park IS NULL OR host_county IS NOT NULL),
            CONSTRAINT ck_project_signed CHECK (state NOT IN ('signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed', 'producing', 'full_output') OR (signed_on IS NOT NULL AND host_county IS NOT NULL)),
            CONSTRAINT ck_project_held CHECK (state <> 'held' OR host_park IS NOT NULL),
            CONSTRAINT ck_project_version CHECK (version >= 1),
            CONSTRAINT ck_project_fund_kind CHECK (fund_kind IN ('province_outside', 'province_inside', 'foreign')),
            CONSTRAINT ck_project_state CHECK (state IN ('registered', 'returned', 'reviewed', 'accepted', 'transfer_requested', 'pooled', 'applied', 'terms_accepted', 'committed', 'chosen', 'held', 'signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed', 'producing', 'full_output', 'released', 'recalled', 'disputed', 'withdrawn', 'lost', 'ended'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ix_project_credit_code ON project (city, investor_credit_code)
        """
    )
    op.execute(
        """
        CREATE INDEX ix_project_host ON project (city, host_county, state)
        """
    )
    op.execute(
        """
        CREATE INDEX ix_project_name_key ON project (city, name_key)
        """
    )
    op.execute(
        """
        CREATE INDEX ix_project_origin ON project (city, origin, state)
        """
    )
    op.execute(
        """
        CREATE INDEX ix_project_state ON project (city, state, land_deadline, public_id)
        """
    )
    op.execute(
        """
        CREATE TABLE application (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            park TEXT NOT NULL,
            plot TEXT,
            hall TEXT,
            land_mu BIGINT NOT NULL CONSTRAINT ck_application_land_mu_range CHECK (land_mu >= 0 AND land_mu < 9007199254740992),
            hall_m2 BIGINT NOT NULL CONSTRAINT ck_application_hall_m2_range CHECK (hall_m2 >= 0 AND hall_m2 < 9007199254740992),
            energy_tce BIGINT NOT NULL CONSTRAINT ck_application_energy_tce_range CHECK (energy_tce >= 0 AND energy_tce < 9007199254740992),
            water_td BIGINT NOT NULL CONSTRAINT ck_application_water_td_range CHECK (water_td >= 0 AND water_td < 9007199254740992),
            cod_kg BIGINT NOT NULL CONSTRAINT ck_application_cod_kg_range CHECK (cod_kg >= 0 AND cod_kg < 9007199254740992),
            ready_on DATE NOT NULL,
            remark TEXT NOT NULL,
            applied_on DATE NOT NULL,
            applied_by UUID,
            state VARCHAR(40) NOT NULL,
            CONSTRAINT pk_application PRIMARY KEY (city, id),
            CONSTRAINT fk_application_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_application_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT fk_application_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_application_state CHECK (state IN ('open', 'withdrawn', 'declined', 'closed'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ix_application_county ON application (city, county, state)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX uq_application_open ON application (city, project, county) WHERE state = 'open'
        """
    )
    op.execute(
        """
        CREATE TABLE commitment (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            park TEXT NOT NULL,
            land_mu BIGINT NOT NULL CONSTRAINT ck_commitment_land_mu_range CHECK (land_mu >= 0 AND land_mu < 9007199254740992),
            hall_m2 BIGINT NOT NULL CONSTRAINT ck_commitment_hall_m2_range CHECK (hall_m2 >= 0 AND hall_m2 < 9007199254740992),
            energy_tce BIGINT NOT NULL CONSTRAINT ck_commitment_energy_tce_range CHECK (energy_tce >= 0 AND energy_tce < 9007199254740992),
            water_td BIGINT NOT NULL CONSTRAINT ck_commitment_water_td_range CHECK (water_td >= 0 AND water_td < 9007199254740992),
            cod_kg BIGINT NOT NULL CONSTRAINT ck_commitment_cod_kg_range CHECK (cod_kg >= 0 AND cod_kg < 9007199254740992),
            ready_on DATE NOT NULL,
            promises TEXT NOT NULL,
            finance_review TEXT NOT NULL,
            legal_review TEXT NOT NULL,
            committed_on DATE NOT NULL,
            committed_by UUID,
            ended_on DATE,
            CONSTRAINT pk_commitment PRIMARY KEY (city, id),
            CONSTRAINT fk_commitment_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_commitment_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT fk_commitment_city_park FOREIGN KEY(city, park) REFERENCES park (city, code)
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX uq_commitment_live ON commitment (city, project, county) WHERE ended_on IS NULL
        """
    )
    op.execute(
        """
        CREATE TABLE company (
            city TEXT NOT NULL,
            project UUID NOT NULL,
            credit_code TEXT NOT NULL,
            name TEXT NOT NULL,
            registered_in TEXT NOT NULL,
            registered_on DATE NOT NULL,
            CONSTRAINT pk_company PRIMARY KEY (city, project),
            CONSTRAINT uq_company_city_credit_code UNIQUE (city, credit_code),
            CONSTRAINT fk_company_city_project FOREIGN KEY(city, project) REFERENCES project (city, id)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE hold (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            park TEXT NOT NULL,
            run UUID,
            land_mu BIGINT NOT NULL CONSTRAINT ck_hold_land_mu_range CHECK (land_mu >= 0 AND land_mu < 9007199254740992),
            hall_m2 BIGINT NOT NULL CONSTRAINT ck_hold_hall_m2_range CHECK (hall_m2 >= 0 AND hall_m2 < 9007199254740992),
            energy_tce BIGINT NOT NULL CONSTRAINT ck_hold_energy_tce_range CHECK (energy_tce >= 0 AND energy_tce < 9007199254740992),
            water_td BIGINT NOT NULL CONSTRAINT ck_hold_water_td_range CHECK (water_td >= 0 AND water_td < 9007199254740992),
            cod_kg BIGINT NOT NULL CONSTRAINT ck_hold_cod_kg_range CHECK (cod_kg >= 0 AND cod_kg < 9007199254740992),
            land_deadline DATE NOT NULL,
            held_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            held_by UUID,
            released_at TIMESTAMP WITH TIME ZONE,
            release_reason TEXT,
            CONSTRAINT pk_hold PRIMARY KEY (city, id),
            CONSTRAINT fk_hold_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_hold_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT fk_hold_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_hold_release CHECK ((released_at IS NULL) = (release_reason IS NULL))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ix_hold_park ON hold (city, park) WHERE released_at IS NULL
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX uq_hold_active ON hold (city, project) WHERE released_at IS NULL
        """
    )
    op.execute(
        """
        CREATE TABLE investor_consent (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            counties TEXT[] DEFAULT '{}' NOT NULL,
            park TEXT,
            consented_on DATE NOT NULL,
            evidence TEXT NOT NULL,
            recorded_by UUID,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_investor_consent PRIMARY KEY (city, id),
            CONSTRAINT fk_investor_consent_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_investor_consent_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_investor_consent_counties_named CHECK ((kind = 'pool') = (cardinality(counties) = 0)),
            CONSTRAINT ck_investor_consent_one_host CHECK (kind <> 'host' OR (cardinality(counties) = 1 AND park IS NOT NULL)),
            CONSTRAINT ck_investor_consent_kind CHECK (kind IN ('pool', 'counties', 'host'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ix_investor_consent_project ON investor_consent (city, project)
        """
    )
    op.execute(
        """
        CREATE TABLE paid_in (
            city TEXT NOT NULL,
            project UUID NOT NULL,
            month TEXT NOT NULL,
            fund_kind VARCHAR(40) NOT NULL,
            seq INTEGER NOT NULL,
            amount BIGINT NOT NULL CONSTRAINT ck_paid_in_amount_range CHECK (amount >= 0 AND amount < 9007199254740992),
            unit TEXT NOT NULL,
            evidence TEXT NOT NULL,
            CONSTRAINT pk_paid_in PRIMARY KEY (city, project, month, fund_kind, seq),
            CONSTRAINT fk_paid_in_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_paid_in_month CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
            CONSTRAINT ck_paid_in_seq CHECK (seq >= 1),
            CONSTRAINT ck_paid_in_fund_kind CHECK (fund_kind IN ('province_outside', 'province_inside', 'foreign'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE project_move (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            seq INTEGER NOT NULL,
            action TEXT NOT NULL,
            from_state VARCHAR(40),
            to_state VARCHAR(40) NOT NULL,
            actor UUID,
            actor_office TEXT NOT NULL,
            actor_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            facts JSONB NOT NULL,
            CONSTRAINT pk_project_move PRIMARY KEY (city, id),
            CONSTRAINT uq_project_move_city_project_seq UNIQUE (city, project, seq),
            CONSTRAINT fk_project_move_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_project_move_seq CHECK (seq >= 1),
            CONSTRAINT ck_project_move_from_state CHECK (from_state IN ('registered', 'returned', 'reviewed', 'accepted', 'transfer_requested', 'pooled', 'applied', 'terms_accepted', 'committed', 'chosen', 'held', 'signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed', 'producing', 'full_output', 'released', 'recalled', 'disputed', 'withdrawn', 'lost', 'ended')),
            CONSTRAINT ck_project_move_to_state CHECK (to_state IN ('registered', 'returned', 'reviewed', 'accepted', 'transfer_requested', 'pooled', 'applied', 'terms_accepted', 'committed', 'chosen', 'held', 'signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed', 'producing', 'full_output', 'released', 'recalled', 'disputed', 'withdrawn', 'lost', 'ended'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE proposal (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            park TEXT NOT NULL,
            run UUID,
            rank INTEGER,
            proposed_on DATE NOT NULL,
            answer_by DATE NOT NULL,
            state VARCHAR(40) NOT NULL,
            CONSTRAINT pk_proposal PRIMARY KEY (city, id),
            CONSTRAINT fk_proposal_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_proposal_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT fk_proposal_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_proposal_state CHECK (state IN ('open', 'declined', 'closed'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ix_proposal_county ON proposal (city, county, state)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX uq_proposal_open ON proposal (city, project, park) WHERE state = 'open'
        """
    )
    op.execute(
        """
        CREATE TABLE transfer (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            applicant TEXT NOT NULL,
            reason TEXT NOT NULL,
            evidence TEXT NOT NULL,
            investor_consent_on DATE,
            applied_on DATE NOT NULL,
            floor_ratio_bp BIGINT NOT NULL CONSTRAINT ck_transfer_floor_ratio_bp_range CHECK (floor_ratio_bp >= 0 AND floor_ratio_bp < 9007199254740992),
            floor_years INTEGER NOT NULL,
            upfront_fen BIGINT NOT NULL CONSTRAINT ck_transfer_upfront_fen_range CHECK (upfront_fen >= 0 AND upfront_fen < 9007199254740992),
            recall_days INTEGER NOT NULL,
            remark TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            requested_by UUID,
            CONSTRAINT pk_transfer PRIMARY KEY (city, id),
            CONSTRAINT fk_transfer_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_transfer_city_applicant FOREIGN KEY(city, applicant) REFERENCES region (city, code),
            CONSTRAINT ck_transfer_ratio_whole CHECK (floor_ratio_bp <= 10000),
            CONSTRAINT ck_transfer_years_range CHECK (floor_years BETWEEN 0 AND 30),
            CONSTRAINT ck_transfer_recall_range CHECK (recall_days BETWEEN 1 AND 3650),
            CONSTRAINT uq_transfer_city_project_applied_on UNIQUE (city, project, applied_on),
            CONSTRAINT ck_transfer_state CHECK (state IN ('requested', 'approved', 'refused', 'ended'))
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX uq_transfer_live ON transfer (city, project) WHERE state IN ('requested', 'approved')
        """
    )
    op.execute(
        """
        CREATE TABLE terms_acceptance (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            transfer UUID NOT NULL,
            county TEXT NOT NULL,
            park TEXT NOT NULL,
            floor_ratio_bp BIGINT NOT NULL CONSTRAINT ck_terms_acceptance_floor_ratio_bp_range CHECK (floor_ratio_bp >= 0 AND floor_ratio_bp < 9007199254740992),
            floor_years INTEGER NOT NULL,
            upfront_fen BIGINT NOT NULL CONSTRAINT ck_terms_acceptance_upfront_fen_range CHECK (upfront_fen >= 0 AND upfront_fen < 9007199254740992),
            accepted_by UUID,
            accepted_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revealed_at TIMESTAMP WITH TIME ZONE,
            ended_on DATE,
            CONSTRAINT pk_terms_acceptance PRIMARY KEY (city, id),
            CONSTRAINT fk_terms_acceptance_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_terms_acceptance_city_transfer FOREIGN KEY(city, transfer) REFERENCES transfer (city, id),
            CONSTRAINT fk_terms_acceptance_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT fk_terms_acceptance_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_terms_acceptance_terms_before_name CHECK (revealed_at >= accepted_at)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ix_terms_acceptance_county ON terms_acceptance (city, county)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX uq_terms_acceptance_live ON terms_acceptance (city, project, county) WHERE ended_on IS NULL
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION yipanqi_refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION yipanqi_refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")
    op.execute(HOLD_GUARD)
    op.execute(
        "CREATE TRIGGER hold_guard BEFORE UPDATE OR DELETE ON hold "
        "FOR EACH ROW EXECUTE FUNCTION yipanqi_guard_hold()"
    )
    op.execute("ALTER TABLE hold ENABLE ALWAYS TRIGGER hold_guard")
    op.execute(ACCEPTANCE_GUARD)
    op.execute(
        "CREATE TRIGGER terms_acceptance_guard BEFORE UPDATE OR DELETE ON terms_acceptance "
        "FOR EACH ROW EXECUTE FUNCTION yipanqi_guard_acceptance()"
    )
    op.execute("ALTER TABLE terms_acceptance ENABLE ALWAYS TRIGGER terms_acceptance_guard")


def downgrade() -> None:
    op.execute("DROP TABLE terms_acceptance")
    op.execute("DROP TABLE transfer")
    op.execute("DROP TABLE proposal")
    op.execute("DROP TABLE project_move")
    op.execute("DROP TABLE paid_in")
    op.execute("DROP TABLE investor_consent")
    op.execute("DROP TABLE hold")
    op.execute("DROP TABLE company")
    op.execute("DROP TABLE commitment")
    op.execute("DROP TABLE application")
    op.execute("DROP TABLE project")
    op.execute("DROP TABLE planned_project")
    op.execute("DROP FUNCTION yipanqi_guard_acceptance()")
    op.execute("DROP FUNCTION yipanqi_guard_hold()")
