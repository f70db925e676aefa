"""Capacity: what is used outside the program, stock that is not true any more, and nothing promised twice."""

from alembic import op

revision = "0029_capacity"
down_revision = "0028_compliance"
branch_labels = None
depends_on = None

AMOUNTS = ("land_mu", "hall_m2", "energy_tce", "water_td", "cod_kg")

# What binds a park beside one project: holds, and commitment letters of projects that nobody holds. Which plot or
# hall each takes is what its county's latest application named.
BOUND = """
CREATE FUNCTION capacity_bound(a_city text, a_park text, but uuid)
RETURNS TABLE (source text, project uuid, plot text, hall text, land_mu bigint, hall_m2 bigint,
    energy_tce bigint, water_td bigint, cod_kg bigint, due_on date)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT b.source, b.project, a.plot, a.hall, b.land_mu, b.hall_m2, b.energy_tce, b.water_td, b.cod_kg, b.due_on
    FROM (
        SELECT 'hold' AS source, h.city, h.park, h.project, h.land_mu, h.hall_m2, h.energy_tce, h.water_td, h.cod_kg,
            h.land_deadline AS due_on
        FROM hold AS h
        WHERE h.city = a_city AND h.park = a_park AND h.released_at IS NULL
        UNION ALL
        SELECT 'commitment', c.city, c.park, c.project, c.land_mu, c.hall_m2, c.energy_tce, c.water_td, c.cod_kg,
            c.ready_on
        FROM commitment AS c
        WHERE c.city = a_city AND c.park = a_park AND c.ended_on IS NULL AND NOT EXISTS (
            SELECT FROM hold AS h WHERE h.city = c.city AND h.project = c.project AND h.released_at IS NULL
        )
    ) AS b
    LEFT JOIN LATERAL (
        SELECT o.plot, o.hall FROM application AS o
        WHERE o.city = b.city AND o.project = b.project AND o.park = b.park
        ORDER BY o.applied_on DESC, o.id DESC LIMIT 1
    ) AS a ON true
    WHERE b.project IS DISTINCT FROM but
$$
"""

# What others use now; of stock that is not true any more nothing is taken, for nothing is there.
OUTSIDE = """
CREATE FUNCTION capacity_outside(a_city text, a_park text)
RETURNS TABLE (id uuid, plot text, hall text, land_mu bigint, hall_m2 bigint, energy_tce bigint, water_td bigint,
    cod_kg bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id, u.plot, u.hall,
        CASE WHEN s.code IS NULL OR (s.untrue_on >= s.verified_on) THEN 0 ELSE u.land_mu END,
        CASE WHEN f.code IS NULL OR (f.untrue_on >= f.verified_on) THEN 0 ELSE u.hall_m2 END,
        u.energy_tce, u.water_td, u.cod_kg
    FROM outside_use AS u JOIN city AS c ON c.city = u.city
    LEFT JOIN plot AS s ON s.city = u.city AND s.code = u.plot
    LEFT JOIN hall AS f ON f.city = u.city AND f.code = u.hall
    WHERE u.city = a_city AND u.park = a_park AND u.ended_on IS NULL AND (u.until IS NULL OR u.until >=
        coalesce(c.business_date, (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date))
$$
"""

# What may still be promised at a park, and of one plot or hall, beside one project.
LEFT = """
CREATE FUNCTION capacity_left(a_city text, a_park text, but uuid)
RETURNS TABLE (land_mu bigint, hall_m2 bigint, energy_tce bigint, water_td bigint, cod_kg bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT
        coalesce((SELECT sum(s.area_mu) FROM plot AS s WHERE s.city = p.city AND s.park = p.code
            AND s.land_use = 'industrial' AND (s.untrue_on IS NULL OR s.verified_on > s.untrue_on)), 0)::bigint
            - taken.land_mu,
        coalesce((SELECT sum(s.area_m2) FROM hall AS s WHERE s.city = p.city AND s.park = p.code
            AND (s.untrue_on IS NULL OR s.verified_on > s.untrue_on)), 0)::bigint - taken.hall_m2,
        p.energy_tce - taken.energy_tce, p.water_td - taken.water_td, p.cod_kg - taken.cod_kg
    FROM park AS p, LATERAL (
        SELECT coalesce(sum(b.land_mu), 0)::bigint AS land_mu, coalesce(sum(b.hall_m2), 0)::bigint AS hall_m2,
            coalesce(sum(b.energy_tce), 0)::bigint AS energy_tce, coalesce(sum(b.water_td), 0)::bigint AS water_td,
            coalesce(sum(b.cod_kg), 0)::bigint AS cod_kg
        FROM (
            SELECT x.land_mu, x.hall_m2, x.energy_tce, x.water_td, x.cod_kg FROM capacity_bound(p.city, p.code, but) AS x
            UNION ALL
            SELECT y.land_mu, y.hall_m2, y.energy_tce, y.water_td, y.cod_kg FROM capacity_outside(p.city, p.code) AS y
        ) AS b
    ) AS taken
    WHERE p.city = a_city AND p.code = a_park
$$
"""

LEFT_OF_PLOT = """
CREATE FUNCTION capacity_left_of_plot(a_city text, a_park text, a_plot text, but uuid) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.area_mu
        - coalesce((SELECT sum(b.land_mu) FROM capacity_bound(a_city, a_park, but) AS b WHERE b.plot = s.code), 0)::bigint
        - coalesce((SELECT sum(u.land_mu) FROM capacity_outside(a_city, a_park) AS u WHERE u.plot = s.code), 0)::bigint
    FROM plot AS s
    WHERE s.city = a_city AND s.park = a_park AND s.code = a_plot AND s.land_use = 'industrial'
        AND (s.untrue_on IS NULL OR s.verified_on > s.untrue_on)
$$
"""

LEFT_OF_HALL = """
CREATE FUNCTION capacity_left_of_hall(a_city text, a_park text, a_hall text, but uuid) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.area_m2
        - coalesce((SELECT sum(b.hall_m2) FROM capacity_bound(a_city, a_park, but) AS b WHERE b.hall = s.code), 0)::bigint
        - coalesce((SELECT sum(u.hall_m2) FROM capacity_outside(a_city, a_park) AS u WHERE u.hall = s.code), 0)::bigint
    FROM hall AS s
    WHERE s.city = a_city AND s.park = a_park AND s.code = a_hall
        AND (s.untrue_on IS NULL OR s.verified_on > s.untrue_on)
$$
"""

# The park's row is held: of two promises of the same land one waits, and then sees the other.
NOTHING_TWICE = """
CREATE FUNCTION capacity_nothing_twice() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    room record;
    letters record;
    but uuid;
BEGIN
    PERFORM FROM park AS p WHERE p.city = NEW.city AND p.code = NEW.park FOR NO KEY UPDATE;
    IF TG_TABLE_NAME <> 'outside_use' THEN
        but := (to_jsonb(NEW) ->> 'project')::uuid;
    END IF;
    SELECT * INTO room FROM capacity_left(NEW.city, NEW.park, but);
    IF TG_TABLE_NAME = 'hold' THEN
        -- A decision may take what other letters promise: letters that lose are ended, holds never exceed the park.
        SELECT coalesce(sum(b.land_mu), 0)::bigint AS land_mu, coalesce(sum(b.hall_m2), 0)::bigint AS hall_m2,
            coalesce(sum(b.energy_tce), 0)::bigint AS energy_tce, coalesce(sum(b.water_td), 0)::bigint AS water_td,
            coalesce(sum(b.cod_kg), 0)::bigint AS cod_kg
        INTO letters FROM capacity_bound(NEW.city, NEW.park, but) AS b WHERE b.source = 'commitment';
        room.land_mu := room.land_mu + letters.land_mu;
        room.hall_m2 := room.hall_m2 + letters.hall_m2;
        room.energy_tce := room.energy_tce + letters.energy_tce;
        room.water_td := room.water_td + letters.water_td;
        room.cod_kg := room.cod_kg + letters.cod_kg;
    END IF;
    IF (NEW.land_mu > 0 AND NEW.land_mu > room.land_mu) OR (NEW.hall_m2 > 0 AND NEW.hall_m2 > room.hall_m2)
        OR (NEW.energy_tce > 0 AND NEW.energy_tce > room.energy_tce)
        OR (NEW.water_td > 0 AND NEW.water_td > room.water_td) OR (NEW.cod_kg > 0 AND NEW.cod_kg > room.cod_kg) THEN
        RAISE EXCEPTION 'park % cannot give this beside what it has promised', NEW.park
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'over_offered';
    END IF;
    RETURN NEW;
END
$$
"""

OUTSIDE_GUARD = """
CREATE FUNCTION capacity_outside_use() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.land_mu > coalesce(capacity_left_of_plot(NEW.city, NEW.park, NEW.plot, NULL), 0)
            OR NEW.hall_m2 > coalesce(capacity_left_of_hall(NEW.city, NEW.park, NEW.hall, NULL), 0) THEN
            RAISE EXCEPTION 'the plot or hall is not of the park, or has not so much left'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'over_offered';
        END IF;
    ELSIF TG_OP = 'DELETE' OR OLD.ended_on IS NOT NULL OR NEW.ended_on IS NULL OR
        to_jsonb(OLD) - 'ended_on' - 'ended_by' - 'end_reason' - 'revision'
        IS DISTINCT FROM to_jsonb(NEW) - 'ended_on' - 'ended_by' - 'end_reason' - 'revision' THEN
        RAISE EXCEPTION 'a use outside the program is ended once, as it was recorded'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'outside_use_ended_once';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("capacity_bound(text, text, uuid)", BOUND),
    ("capacity_outside(text, text)", OUTSIDE),
    ("capacity_left(text, text, uuid)", LEFT),
    ("capacity_left_of_plot(text, text, text, uuid)", LEFT_OF_PLOT),
    ("capacity_left_of_hall(text, text, text, uuid)", LEFT_OF_HALL),
    ("capacity_nothing_twice()", NOTHING_TWICE),
    ("capacity_outside_use()", OUTSIDE_GUARD),
)
PROMISES = ("commitment", "hold", "outside_use")


def _trigger(table: str, name: str, when: str, function: str, each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def upgrade() -> None:
    """Make the table, mark stock that is not true, and let nothing be promised twice."""
    for table in ("plot", "hall"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN untrue_on DATE")
        op.execute(f"ALTER TABLE {table} ADD COLUMN untrue_reason TEXT")
        op.execute(
            "-- squawk-ignore constraint-missing-not-valid\n"
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_untrue"
            " CHECK ((untrue_on IS NULL) = (untrue_reason IS NULL) AND untrue_reason <> '')"
        )
    amounts = ",\n            ".join(
        f"{name} BIGINT NOT NULL CONSTRAINT ck_outside_use_{name}_range"
        f" CHECK ({name} >= 0 AND {name} < 9007199254740992)"
        for name in AMOUNTS
    )
    op.execute(
        f"""
        CREATE TABLE outside_use (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            park TEXT NOT NULL,
            plot TEXT,
            hall TEXT,
            {amounts},
            used_by TEXT NOT NULL,
            since DATE NOT NULL,
            until DATE,
            evidence TEXT NOT NULL,
            recorded_on DATE NOT NULL,
            recorded_by UUID NOT NULL,
            recorded_name TEXT NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            ended_on DATE,
            ended_by UUID,
            end_reason TEXT NOT NULL,
            revision INTEGER NOT NULL,
            CONSTRAINT pk_outside_use PRIMARY KEY (city, id),
            CONSTRAINT fk_outside_use_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT fk_outside_use_city_plot FOREIGN KEY(city, plot) REFERENCES plot (city, code),
            CONSTRAINT fk_outside_use_city_hall FOREIGN KEY(city, hall) REFERENCES hall (city, code),
            CONSTRAINT ck_outside_use_plot_named CHECK ((land_mu > 0) = (plot IS NOT NULL)),
            CONSTRAINT ck_outside_use_hall_named CHECK ((hall_m2 > 0) = (hall IS NOT NULL)),
            CONSTRAINT ck_outside_use_something CHECK (land_mu + hall_m2 + energy_tce + water_td + cod_kg > 0),
            CONSTRAINT ck_outside_use_period CHECK (until >= since),
            CONSTRAINT ck_outside_use_filled CHECK (used_by <> '' AND evidence <> ''),
            CONSTRAINT ck_outside_use_ended CHECK ((ended_on IS NULL) = (ended_by IS NULL) AND (ended_on IS NULL) = (end_reason = '')),
            CONSTRAINT ck_outside_use_revision CHECK (revision = CASE WHEN ended_on IS NULL THEN 1 ELSE 2 END)
        )
        """
    )
    op.execute("CREATE INDEX ix_outside_use_park ON outside_use (city, park) WHERE ended_on IS NULL")
    for _name, body in FUNCTIONS:
        op.execute(body)
    for table in PROMISES:
        _trigger(table, f"{table}_nothing_twice", "INSERT", "capacity_nothing_twice")
    # After the park's row is held: triggers of one kind run in the order of their names.
    _trigger("outside_use", "outside_use_w_guard", "INSERT OR UPDATE OR DELETE", "capacity_outside_use")
    _trigger("outside_use", "outside_use_no_truncate", "TRUNCATE", "yipanqi_refuse_change", "STATEMENT")


def downgrade() -> None:
    """Undo it."""
    for table in PROMISES:
        op.execute(f"DROP TRIGGER {table}_nothing_twice ON {table}")
    op.execute("DROP TABLE outside_use")
    for name, _body in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
    for table in ("plot", "hall"):
        op.execute(
            f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT ck_{table}_untrue"
        )
        op.execute(f"-- squawk-ignore ban-drop-column\nALTER TABLE {table} DROP COLUMN untrue_reason")
        op.execute(f"-- squawk-ignore ban-drop-column\nALTER TABLE {table} DROP COLUMN untrue_on")
