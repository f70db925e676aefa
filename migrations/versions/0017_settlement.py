"""Settlement through the city: nets, payment orders, payments, with the guards the database keeps.

Only states move, in their order. A settlement is posted only when every county confirmed its part, the nets sum to
0 and its journal is there; an order is never paid more than it says, whoever writes.
"""

from alembic import op

revision = "0017_settlement"
down_revision = "0016_objections"
branch_labels = None
depends_on = None

TABLES = (
    "settlement",
    "settlement_part",
    "settlement_line",
    "settlement_event",
    "payment_number",
    "payment_order",
    "payment",
)
APPEND_ONLY = ("settlement_line", "settlement_event", "payment_order")
MOVING = ("settlement", "settlement_part", "payment_number", "payment")

SETTLEMENT_STEP = """
CREATE FUNCTION settlement_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - 'state' - 'revision' - 'checked_by' - 'checked_name' - 'posted_on'
        IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'revision' - 'checked_by' - 'checked_name' - 'posted_on' THEN
        RAISE EXCEPTION 'the content of a settlement never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'settlement_content';
    END IF;
    IF OLD.checked_by IS NOT NULL AND NEW.checked_by IS DISTINCT FROM OLD.checked_by THEN
        RAISE EXCEPTION 'who checked a settlement never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'settlement_checker';
    END IF;
    IF (OLD.state = 'proposed' AND NEW.state IN ('proposed', 'pending', 'voided', 'expired')) IS NOT TRUE
        AND (OLD.state = 'pending' AND NEW.state IN ('pending', 'posted', 'voided', 'expired')) IS NOT TRUE THEN
        RAISE EXCEPTION 'a settlement that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'settlement_once';
    END IF;
    IF NEW.state = 'posted' AND (
        EXISTS (
            SELECT FROM settlement_part p
            WHERE p.city = NEW.city AND p.settlement = NEW.id AND p.confirmed_by IS NULL
        )
        OR (
            SELECT coalesce(sum(p.net_fen), 1) FROM settlement_part p
            WHERE p.city = NEW.city AND p.settlement = NEW.id
        ) <> 0
        OR NOT EXISTS (
            SELECT FROM journal j
            WHERE j.city = NEW.city AND j.key = 'settlement/' || NEW.number AND j.kind = 'settlement'
        )
    ) THEN
        RAISE EXCEPTION 'a settlement is posted with every confirmation, nets of 0 and its journal'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'settlement_posted';
    END IF;
    RETURN NEW;
END
$$
"""

PART_STEP = """
CREATE FUNCTION settlement_part_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - 'confirmed_by' - 'confirmed_name' - 'confirmed_on'
        IS DISTINCT FROM to_jsonb(NEW) - 'confirmed_by' - 'confirmed_name' - 'confirmed_on'
        OR OLD.confirmed_by IS NOT NULL THEN
        RAISE EXCEPTION 'a part of a settlement is confirmed once and never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'settlement_part_content';
    END IF;
    IF NOT EXISTS (
        SELECT FROM settlement s WHERE s.city = NEW.city AND s.id = NEW.settlement AND s.state = 'pending'
    ) THEN
        RAISE EXCEPTION 'a part is confirmed while its settlement is pending'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'settlement_part_pending';
    END IF;
    RETURN NEW;
END
$$
"""

# The order's row is locked, so that two payments at once cannot both fit into what is left of it.
PAYMENT_STEP = """
CREATE FUNCTION settlement_payment_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ordered bigint;
    taken numeric;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT o.fen INTO ordered FROM payment_order o
        WHERE o.city = NEW.city AND o.id = NEW.payment_order FOR UPDATE;
        SELECT coalesce(sum(p.fen), 0) INTO taken FROM payment p
        WHERE p.city = NEW.city AND p.payment_order = NEW.payment_order AND p.state NOT IN ('rejected', 'reversed');
        IF NEW.state <> 'recorded' OR taken + NEW.fen > ordered THEN
            RAISE EXCEPTION 'an order is never paid more than it says'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_within_order';
        END IF;
        RETURN NEW;
    END IF;
    IF ROW (OLD.city, OLD.id, OLD.payment_order, OLD.paid_on, OLD.voucher_no, OLD.fen, OLD.made_by, OLD.made_name, OLD.at)
        IS DISTINCT FROM
        ROW (NEW.city, NEW.id, NEW.payment_order, NEW.paid_on, NEW.voucher_no, NEW.fen, NEW.made_by, NEW.made_name, NEW.at)
        OR (OLD.checked_by IS NOT NULL AND OLD.checked_by IS DISTINCT FROM NEW.checked_by)
        OR (OLD.state || '>' || NEW.state) NOT IN (
            'recorded>posted', 'recorded>rejected', 'posted>reversing', 'reversing>posted', 'reversing>reversed'
        ) THEN
        RAISE EXCEPTION 'a payment that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_step';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("settlement_step", SETTLEMENT_STEP),
    ("settlement_part_step", PART_STEP),
    ("settlement_payment_step", PAYMENT_STEP),
)
STEPS = (
    ("settlement", "BEFORE UPDATE", "settlement_step"),
    ("settlement_part", "BEFORE UPDATE", "settlement_part_step"),
    ("payment", "BEFORE INSERT OR UPDATE", "settlement_payment_step"),
)


def _guard(table: str, name: str, event: str, each: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def _guards() -> None:
    for _name, body in FUNCTIONS:
        op.execute(body)
    for table in APPEND_ONLY:
        _guard(table, "append_only", "BEFORE UPDATE OR DELETE", "ROW", "yipanqi_refuse_change")
    for table in MOVING:
        _guard(table, "no_delete", "BEFORE DELETE", "ROW", "yipanqi_refuse_change")
    for table in TABLES:
        _guard(table, "no_truncate", "BEFORE TRUNCATE", "STATEMENT", "yipanqi_refuse_change")
    for table, event, function in STEPS:
        _guard(table, "step", event, "ROW", function)


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE settlement (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            year INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            number TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            revision INTEGER NOT NULL,
            due_on DATE NOT NULL,
            expires_on DATE NOT NULL,
            body JSONB NOT NULL,
            body_sha256 TEXT NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            checked_by UUID,
            checked_name TEXT,
            posted_on DATE,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_settlement PRIMARY KEY (city, id),
            CONSTRAINT uq_settlement_city_year_seq UNIQUE (city, year, seq),
            CONSTRAINT uq_settlement_city_number UNIQUE (city, number),
            CONSTRAINT ck_settlement_two_people CHECK (checked_by IS NULL OR checked_by <> made_by),
            CONSTRAINT ck_settlement_checker_named CHECK ((checked_by IS NULL) = (checked_name IS NULL)),
            CONSTRAINT ck_settlement_checked_first CHECK (CASE state WHEN 'proposed' THEN checked_by IS NULL WHEN 'pending' THEN checked_by IS NOT NULL WHEN 'posted' THEN checked_by IS NOT NULL ELSE TRUE END),
            CONSTRAINT ck_settlement_posted_dated CHECK ((state = 'posted') = (posted_on IS NOT NULL)),
            CONSTRAINT ck_settlement_state CHECK (state IN ('proposed', 'pending', 'posted', 'voided', 'expired'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_settlement_open ON settlement (city, year) WHERE state IN ('proposed', 'pending')"
    )
    op.execute(
        """
        CREATE TABLE settlement_part (
            city TEXT NOT NULL,
            settlement UUID NOT NULL,
            county TEXT NOT NULL,
            up_fen BIGINT NOT NULL CONSTRAINT ck_settlement_part_up_fen_range CHECK (up_fen > -9007199254740992 AND up_fen < 9007199254740992),
            down_fen BIGINT NOT NULL CONSTRAINT ck_settlement_part_down_fen_range CHECK (down_fen > -9007199254740992 AND down_fen < 9007199254740992),
            net_fen BIGINT NOT NULL CONSTRAINT ck_settlement_part_net_fen_range CHECK (net_fen > -9007199254740992 AND net_fen < 9007199254740992),
            body JSONB NOT NULL,
            sha256 TEXT NOT NULL,
            confirmed_by UUID,
            confirmed_name TEXT,
            confirmed_on DATE,
            CONSTRAINT pk_settlement_part PRIMARY KEY (city, settlement, county),
            CONSTRAINT fk_settlement_part_city_settlement FOREIGN KEY(city, settlement) REFERENCES settlement (city, id),
            CONSTRAINT fk_settlement_part_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT ck_settlement_part_net_of_gross CHECK (net_fen = down_fen - up_fen),
            CONSTRAINT ck_settlement_part_whole CHECK (num_nonnulls(confirmed_by, confirmed_name, confirmed_on) IN (0, 3))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE settlement_line (
            city TEXT NOT NULL,
            settlement UUID NOT NULL,
            seq INTEGER NOT NULL,
            agreement UUID NOT NULL,
            debtor TEXT NOT NULL,
            creditor TEXT NOT NULL,
            tax VARCHAR(40) NOT NULL,
            tax_year INTEGER NOT NULL,
            agreement_year INTEGER NOT NULL,
            fen BIGINT NOT NULL CONSTRAINT ck_settlement_line_fen_range CHECK (fen > -9007199254740992 AND fen < 9007199254740992),
            facts JSONB NOT NULL,
            CONSTRAINT pk_settlement_line PRIMARY KEY (city, settlement, seq),
            CONSTRAINT uq_settlement_line_city_settlement_agreement_tax_tax_ye_08f0 UNIQUE (city, settlement, agreement, tax, tax_year, agreement_year, debtor, creditor),
            CONSTRAINT fk_settlement_line_city_settlement FOREIGN KEY(city, settlement) REFERENCES settlement (city, id),
            CONSTRAINT fk_settlement_line_city_agreement FOREIGN KEY(city, agreement) REFERENCES agreement (city, id),
            CONSTRAINT fk_settlement_line_city_debtor FOREIGN KEY(city, debtor) REFERENCES region (city, code),
            CONSTRAINT fk_settlement_line_city_creditor FOREIGN KEY(city, creditor) REFERENCES region (city, code),
            CONSTRAINT ck_settlement_line_two_counties CHECK (debtor <> creditor),
            CONSTRAINT ck_settlement_line_not_zero CHECK (fen <> 0),
            CONSTRAINT ck_settlement_line_tax CHECK (tax IN ('vat', 'cit', 'pit', 'urban_construction', 'stamp', 'land_use', 'property'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE settlement_event (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            settlement UUID NOT NULL,
            seq INTEGER NOT NULL,
            action VARCHAR(40) NOT NULL,
            county TEXT,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            sha256 TEXT NOT NULL,
            facts JSONB NOT NULL,
            CONSTRAINT pk_settlement_event PRIMARY KEY (city, id),
            CONSTRAINT uq_settlement_event_city_settlement_seq UNIQUE (city, settlement, seq),
            CONSTRAINT fk_settlement_event_city_settlement FOREIGN KEY(city, settlement) REFERENCES settlement (city, id),
            CONSTRAINT ck_settlement_event_action CHECK (action IN ('propose', 'check', 'confirm', 'post', 'void', 'expire'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE payment_number (
            city TEXT NOT NULL,
            year INTEGER NOT NULL,
            last INTEGER NOT NULL,
            CONSTRAINT pk_payment_number PRIMARY KEY (city, year)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE payment_order (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            settlement UUID NOT NULL,
            number TEXT NOT NULL,
            payer TEXT NOT NULL,
            payee TEXT NOT NULL,
            fen BIGINT NOT NULL CONSTRAINT ck_payment_order_fen_range CHECK (fen > -9007199254740992 AND fen < 9007199254740992),
            due_on DATE NOT NULL,
            purpose TEXT NOT NULL,
            facts JSONB NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_payment_order PRIMARY KEY (city, id),
            CONSTRAINT uq_payment_order_city_number UNIQUE (city, number),
            CONSTRAINT uq_payment_order_city_settlement_payer_payee UNIQUE (city, settlement, payer, payee),
            CONSTRAINT fk_payment_order_city_settlement FOREIGN KEY(city, settlement) REFERENCES settlement (city, id),
            CONSTRAINT fk_payment_order_city_payer FOREIGN KEY(city, payer) REFERENCES region (city, code),
            CONSTRAINT fk_payment_order_city_payee FOREIGN KEY(city, payee) REFERENCES region (city, code),
            CONSTRAINT ck_payment_order_with_city CHECK (payer <> payee AND city IN (payer, payee)),
            CONSTRAINT ck_payment_order_positive CHECK (fen > 0)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE payment (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            payment_order UUID NOT NULL,
            state VARCHAR(40) NOT NULL,
            revision INTEGER NOT NULL,
            paid_on DATE NOT NULL,
            voucher_no TEXT NOT NULL,
            fen BIGINT NOT NULL CONSTRAINT ck_payment_fen_range CHECK (fen > -9007199254740992 AND fen < 9007199254740992),
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            checked_by UUID,
            checked_name TEXT,
            reverse_by UUID,
            reverse_name TEXT,
            reverse_reason TEXT,
            reversed_by UUID,
            reversed_name TEXT,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_payment PRIMARY KEY (city, id),
            CONSTRAINT fk_payment_city_payment_order FOREIGN KEY(city, payment_order) REFERENCES payment_order (city, id),
            CONSTRAINT ck_payment_positive CHECK (fen > 0),
            CONSTRAINT ck_payment_two_people CHECK (checked_by IS NULL OR checked_by <> made_by),
            CONSTRAINT ck_payment_two_people_reverse CHECK (reversed_by IS NULL OR reversed_by <> reverse_by),
            CONSTRAINT ck_payment_checked_when_moved CHECK (state = 'recorded' OR checked_by IS NOT NULL),
            CONSTRAINT ck_payment_reversal_asked CHECK (state NOT IN ('reversing', 'reversed') OR num_nulls(reverse_by, reverse_name, reverse_reason) = 0),
            CONSTRAINT ck_payment_reversal_checked CHECK ((state = 'reversed') = (reversed_by IS NOT NULL)),
            CONSTRAINT ck_payment_state CHECK (state IN ('recorded', 'posted', 'rejected', 'reversing', 'reversed'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_payment_voucher ON payment (city, voucher_no) WHERE state NOT IN ('rejected', 'reversed')"
    )
    op.execute("CREATE INDEX ix_payment_order ON payment (city, payment_order)")
    _guards()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
