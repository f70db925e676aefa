"""Accounts: who may sign in, sign-ins, one-time tokens, sealed signing keys, failed attempts."""

from alembic import op

revision = "0002_accounts"
down_revision = "0001_kit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE account (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            login TEXT NOT NULL,
            display_name TEXT NOT NULL,
            role VARCHAR(40) NOT NULL,
            office TEXT NOT NULL,
            county TEXT NOT NULL,
            password_hash TEXT,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            created_by UUID,
            disabled_at TIMESTAMP WITH TIME ZONE,
            version INTEGER NOT NULL,
            CONSTRAINT pk_account PRIMARY KEY (city, id),
            CONSTRAINT ck_account_login_form CHECK (login ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
            CONSTRAINT ck_account_office_named CHECK (office <> '' AND county <> ''),
            CONSTRAINT ck_account_office_fits_role CHECK ((role IN ('county_officer', 'county_leader', 'county_finance') AND office = county) OR (role IN ('city_office', 'city_finance', 'auditor', 'administrator') AND office = city AND county = city) OR (role = 'park_officer' AND office <> county)),
            CONSTRAINT ck_account_role CHECK (role IN ('county_officer', 'county_leader', 'park_officer', 'city_office', 'county_finance', 'city_finance', 'auditor', 'administrator'))
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX uq_account_login ON account (city, login)")
    op.execute(
        """
        CREATE TABLE account_session (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            account UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            secret_sha256 TEXT,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
            expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
            ended_at TIMESTAMP WITH TIME ZONE,
            end_reason VARCHAR(40),
            CONSTRAINT pk_account_session PRIMARY KEY (city, id),
            CONSTRAINT fk_account_session_city_account FOREIGN KEY(city, account) REFERENCES account (city, id),
            CONSTRAINT ck_account_session_cookie_has_secret CHECK ((kind = 'console') = (secret_sha256 IS NOT NULL)),
            CONSTRAINT ck_account_session_end_has_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
            CONSTRAINT ck_account_session_kind CHECK (kind IN ('api', 'console')),
            CONSTRAINT ck_account_session_end_reason CHECK (end_reason IN ('signed_out', 'disabled', 'password_changed', 'refresh_reused'))
        )
        """
    )
    op.execute("CREATE INDEX ix_account_session_account ON account_session (city, account)")
    op.execute(
        """
        CREATE TABLE refresh_token (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            session UUID NOT NULL,
            secret_sha256 TEXT NOT NULL,
            issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
            expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
            used_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_refresh_token PRIMARY KEY (city, id),
            CONSTRAINT fk_refresh_token_city_session FOREIGN KEY(city, session) REFERENCES account_session (city, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_refresh_token_session ON refresh_token (city, session)")
    op.execute(
        """
        CREATE TABLE one_time_token (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            purpose VARCHAR(40) NOT NULL,
            account UUID,
            secret_sha256 TEXT NOT NULL,
            created_by UUID,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
            used_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_one_time_token PRIMARY KEY (city, id),
            CONSTRAINT fk_one_time_token_city_account FOREIGN KEY(city, account) REFERENCES account (city, id),
            CONSTRAINT ck_one_time_token_account_fits_purpose CHECK ((purpose = 'bootstrap') = (account IS NULL)),
            CONSTRAINT ck_one_time_token_purpose CHECK (purpose IN ('bootstrap', 'password'))
        )
        """
    )
    op.execute("CREATE INDEX ix_one_time_token_account ON one_time_token (city, account)")
    op.execute(
        """
        CREATE TABLE signing_key (
            city TEXT NOT NULL,
            kid TEXT NOT NULL,
            sealed BYTEA NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            retired_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_signing_key PRIMARY KEY (city, kid)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE sign_in_attempt (
            city TEXT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            key_sha256 TEXT NOT NULL,
            failures INTEGER NOT NULL,
            since TIMESTAMP WITH TIME ZONE NOT NULL,
            locked_until TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_sign_in_attempt PRIMARY KEY (city, kind, key_sha256),
            CONSTRAINT ck_sign_in_attempt_kind CHECK (kind IN ('login', 'address'))
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE sign_in_attempt")
    op.execute("DROP TABLE signing_key")
    op.execute("DROP TABLE one_time_token")
    op.execute("DROP TABLE refresh_token")
    op.execute("DROP TABLE account_session")
    op.execute("DROP TABLE account")
