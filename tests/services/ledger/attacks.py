"""Attacks on the books in SQL, written past every program: bare journals, and the roles that try them."""

from dataclasses import dataclass
from uuid import uuid4

from tests.services.ledger.factories import CITY

HOST, ORIGIN, OTHER = "611002", "611024", "611026"
OPEN, CLOSED = "2025-12", "2025-06"
OWNER, WRITER, READER = "ledger_owner", "ledger_writer", "ledger_reader"

MAKE_ROLES = "".join(
    f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
    for role in (OWNER, WRITER, READER)
)

GIVE_AWAY = f"""
DO $$
DECLARE
    part record;
BEGIN
    FOR part IN
        SELECT c.oid::regclass AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('public', 'pgqueuer') AND c.relkind IN ('r', 'v')
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO {OWNER}', part.name);
    END LOOP;
    FOR part IN
        SELECT p.oid::regprocedure AS name FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE n.nspname IN ('public', 'pgqueuer')
            AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO {OWNER}', part.name);
    END LOOP;
    ALTER SCHEMA public OWNER TO {OWNER};
    ALTER SCHEMA pgqueuer OWNER TO {OWNER};
END
$$
"""
"""A database that its superuser made becomes one that an ordinary role owns, as on a server of the city's."""

BOOK_BEFORE = f"""
UPDATE period SET state = 'closed', watermark = 1 WHERE code <= '{CLOSED}';
INSERT INTO receipt_declaration (city, month, reason, by)
    VALUES ('{CITY}', '2025-01', 'x', gen_random_uuid()) ON CONFLICT DO NOTHING;
"""

Leg = tuple[str, str, str, str]
"""County, kind of account, counterparty, amount as SQL."""


def halves(county: str, other: str, amount: str = "100") -> tuple[Leg, Leg]:
    """Two legs that balance in a host's book."""
    return (county, "share_expense", other, amount), (county, "due_to", other, f"-({amount})")


SOUND = halves(HOST, ORIGIN)


@dataclass(frozen=True, kw_only=True)
class Bare:
    """A journal and its legs in one statement; as it stands the database takes it."""

    legs: tuple[Leg, ...] = SOUND
    city: str = CITY
    key: str = ""
    kind: str = "share"
    period: str = OPEN
    agreement: str = "(SELECT id FROM agreement WHERE code = '6110-XY-006')"
    run: str = "NULL"
    reverses: str = "NULL"
    xact: str = "DEFAULT"
    leg_city: str = ""
    leg_county: str = "county"
    leg_unit: str = "unit"

    def sql(self) -> str:
        """The statement."""
        made = uuid4()
        number = f"'{made}'"
        columns = "city, id, key, sha256, kind, period, agreement, run, reverses, note, by, xact"
        values = (
            f"'{self.city}', {number}, '{self.key or made}', 'x', '{self.kind}', '{self.period}',"
            f" {self.agreement}, {self.run}, {self.reverses}, '', {number}, {self.xact}"
        )
        rows = " UNION ALL ".join(
            f"SELECT '{self.leg_city or self.city}', {number}::uuid, {seq}, id, {self.leg_county},"
            f" {self.leg_unit}, {amount} FROM ledger_account"
            f" WHERE county = '{county}' AND kind = '{kind}' AND counterparty = '{other}'"
            for seq, (county, kind, other, amount) in enumerate(self.legs, start=1)
        )
        put = f"INSERT INTO leg (city, journal, seq, account, county, unit, amount_fen) {rows}"
        return (
            f"WITH made AS (INSERT INTO journal ({columns}) VALUES ({values}) RETURNING id)"
            f" {put if rows else 'SELECT id FROM made'}"
        )


def stored(key: str) -> str:
    """The id of a journal booked before."""
    return f"(SELECT id FROM journal WHERE key = '{key}')"


def account(county: str, kind: str, other: str, unit: str) -> str:
    """The statement that opens an account."""
    return (
        "INSERT INTO ledger_account (city, id, county, kind, counterparty, unit)"
        f" VALUES ('{CITY}', gen_random_uuid(), '{county}', '{kind}', '{other}', '{unit}')"
    )


BACK = (
    (HOST, "share_expense", ORIGIN, "-100"),
    (HOST, "due_to", ORIGIN, "100"),
)
CREDIT = account(HOST, "credit_taken", ORIGIN, "credit")

FORBIDDEN: dict[str, tuple[str, str]] = {
    "unbalanced in a county": (
        Bare(legs=((HOST, "share_expense", ORIGIN, "100"), (ORIGIN, "share_income", HOST, "-100"))).sql(),
        "does not balance in every book",
    ),
    "unbalanced in a unit": (
        f"{CREDIT}; "
        + Bare(legs=((HOST, "share_expense", ORIGIN, "100"), (HOST, "credit_taken", ORIGIN, "-100"))).sql(),
        "does not balance in every book",
    ),
    "a leg in another unit than its account": (Bare(leg_unit="'credit'").sql(), "own county and unit"),
    "a leg in another county than its account": (Bare(leg_county=f"'{OTHER}'").sql(), "own county and unit"),
    "a journal without legs": (Bare(legs=()).sql(), "has no legs"),
    "legs added later": (
        (
            "INSERT INTO leg (city, journal, seq, account, county, unit, amount_fen)"
            " SELECT city, journal, seq + 100, account, county, unit, amount_fen FROM leg"
            f" WHERE journal = {stored('first')}"
        ),
        "written with their journal",
    ),
    "a journal of another transaction": (Bare(xact="7").sql(), "written with their journal"),
    "a closed month": (Bare(period=CLOSED).sql(), "is not open"),
    "an unknown month": (Bare(period="2031-01").sql(), "is not open"),
    "an unknown agreement": (Bare(agreement="gen_random_uuid()").sql(), "agreement of its own city"),
    "a share without an agreement": (Bare(agreement="NULL").sql(), "ck_journal_agreement_named"),
    "an unknown run": (Bare(run="gen_random_uuid()").sql(), "run of its own city"),
    "an unknown journal reversed": (
        Bare(kind="reversal", reverses="gen_random_uuid()", legs=BACK).sql(),
        "journal of its own city",
    ),
    "a reversal that names none": (Bare(kind="reversal").sql(), "ck_journal_reversal_names"),
    "a share that reverses": (Bare(reverses=stored("second"), legs=BACK).sql(), "ck_journal_reversal_names"),
    "a reversal in part": (
        Bare(kind="reversal", reverses=stored("second"), legs=halves(HOST, ORIGIN, "-99")).sql(),
        "exactly what was booked",
    ),
    "a reversal under another agreement": (
        Bare(
            kind="reversal",
            reverses=stored("second"),
            legs=BACK,
            agreement="(SELECT id FROM agreement WHERE code <> '6110-XY-006' LIMIT 1)",
        ).sql(),
        "names the agreement",
    ),
    "a second reversal": (
        Bare(kind="reversal", reverses=stored("first"), legs=BACK).sql(),
        "uq_journal_city_reverses",
    ),
    "a reversal reversed": (
        Bare(kind="reversal", reverses=stored("back")).sql(),
        "never reversed",
    ),
    "a key used twice": (Bare(key="first").sql(), "uq_journal_city_key"),
    "nothing booked": (Bare(legs=halves(HOST, ORIGIN, "0")).sql(), "ck_leg_not_zero"),
    "not a number": (Bare(legs=halves(HOST, ORIGIN, "'NaN'::numeric::bigint")).sql(), "NaN"),
    "more than a spreadsheet holds": (
        Bare(legs=halves(HOST, ORIGIN, "9007199254740992")).sql(),
        "amount_fen_range",
    ),
    "more than the column holds": (
        Bare(legs=halves(HOST, ORIGIN, "9223372036854775807 + 1")).sql(),
        "out of range",
    ),
    "another city's journal": (Bare(city="999900").sql(), "own county and unit|is not open"),
    "another city's legs": (Bare(leg_city="999900").sql(), "written with their journal|has no legs"),
    "a unit that does not fit the account": (
        account(HOST, "share_expense", ORIGIN, "credit"),
        "unit_fits",
    ),
    "clearing between two counties": (account(HOST, "clearing", ORIGIN, "fen"), "with_city"),
    "an account with oneself": (account(HOST, "due_to", HOST, "fen"), "two_counties"),
    "an account of another city": (
        account(HOST, "due_to", ORIGIN, "fen").replace(CITY, "999900", 1),
        "fk_ledger_account",
    ),
}
"""What nobody may write, and the words of what refuses it."""
