"""What is sealed: for each kind of row, how the database writes its entry.

The database writes an entry's canonical JSON itself, for a row that becomes a Python object and JSON again
costs more than its posting: `row_to_json` puts no blanks, keeps the order of its columns and escapes as RFC
8785 does, and the columns are put in order here. Facts of free form (jsonb) are sealed as the text that the
database shows, so that no number or key in them can stop the log.

To seal another kind of row, add its `Kind` and a `Source`; a city's log takes up its rows by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from services.evidence.states import Kind

# The text of legs is put together by hand: a row for each leg that becomes JSON, and an array of them, cost
# twice as much. The names of accounts and units are closed lists; codes of counties may be anybody's.
_ACCOUNT: Final = """'{{"account":"' || {a}.kind || '","amount":' AS head,
        ',"county":' || to_json({a}.county) || ',"seq":' AS middle,
        ',"towards":' || to_json({a}.counterparty) || ',"unit":"' || {a}.unit || '"}}' AS tail"""
_LIST: Final = """('[' || string_agg(
        a.head || l.amount_fen || a.middle || l.seq || a.tail, ',' ORDER BY l.seq
    ) || ']')::json"""

# OFFSET keeps the planner from reading all accounts for each journal.
_LEGS: Final = f"""(SELECT {_LIST} FROM leg AS l CROSS JOIN LATERAL (
        SELECT {_ACCOUNT.format(a="o")} FROM ledger_account AS o
        WHERE o.city = l.city AND o.id = l.account OFFSET 0
    ) AS a
    WHERE l.city = t.city AND l.journal = t.id)"""  # noqa: S608 -- constants of this module

# The columns are named one by one: a column that comes later must not change what was sealed before.
_RECEIPTS: Final = """(SELECT encode(sha256(convert_to(coalesce(string_agg(
    concat_ws('|', r.ticket, r.revision, r.tax_period, r.paid_on, r.treasury, r.credit_code, r.taxpayer,
        r.tax, r.subject, r.kind, r.amount_fen,
        coalesce(r.central_fen::text, '-'), coalesce(r.province_fen::text, '-'),
        coalesce(r.city_fen::text, '-'), coalesce(r.county_fen::text, '-')),
    E'\\n' ORDER BY r.ticket COLLATE "C", r.revision
), ''), 'UTF8')), 'hex') FROM receipt_version AS r WHERE r.city = t.city AND r.batch = t.id)"""
_INCENTIVES: Final = """(SELECT encode(sha256(convert_to(coalesce(string_agg(
    concat_ws('|', r.credit_code, r.document_no, r.revision, r.county, r.amount_fen, r.paid_on),
    E'\\n' ORDER BY r.id
), ''), 'UTF8')), 'hex') FROM incentive AS r WHERE r.city = t.city AND r.batch = t.id)"""
_TOTAL: Final = """coalesce(
    (SELECT sum(r.amount_fen)::bigint FROM receipt_version AS r WHERE r.city = t.city AND r.batch = t.id),
    (SELECT sum(r.amount_fen)::bigint FROM incentive AS r WHERE r.city = t.city AND r.batch = t.id), 0)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of row that is sealed.

    Attributes:
        kind: of its entries.
        table: where the rows are; `t` in the expressions below.
        key: the expression that names a row among those of its kind; never two for the same content.
        facts: what is sealed of a row, name to expression.
        where: which rows; all of the city's by default.
        order: rows that are new together are sealed in this order.
        lasting: whether a row, once sealed, must be found again. A month that is opened again is not.
    """

    kind: Kind
    table: str
    key: str = "t.id::text"
    facts: Mapping[str, str]
    where: str = "true"
    order: str = "t.id"
    lasting: bool = True

    @property
    def entry(self) -> str:
        """The expression of an entry's canonical JSON, where `facts` are joined as `f`."""
        return (
            f"""'{{"city":"' || t.city || '","facts":' || row_to_json(f)::text || ',"kind":"{self.kind}"}}'"""
        )

    @property
    def columns(self) -> str:
        """The facts as columns, in the order of their names."""
        return ", ".join(f'{self.facts[name]} AS "{name}"' for name in sorted(self.facts))

    @property
    def rows(self) -> str:
        """The FROM and WHERE of all rows of a city that are to be sealed."""
        return (
            f"FROM {self.table} AS t CROSS JOIN LATERAL (SELECT {self.columns}) AS f"
            f" WHERE t.city = $1 AND {self.where}"
        )


def _same(*names: str, **others: str) -> dict[str, str]:
    """Facts that are columns of the row by their own names, and others by expressions."""
    return {name: f't."{name}"' for name in names} | others


def _moment(name: str) -> str:
    """A moment, written the same whatever the session's time zone is."""
    return f"""t."{name}" AT TIME ZONE 'UTC'"""


_AT: Final = _moment("at")

JOURNALS: Final = Source(
    kind=Kind.journal,
    table="journal",
    facts=_same(
        "id",
        "key",
        "sha256",
        "kind",
        "period",
        "agreement",
        "run",
        "reverses",
        "note",
        "by",
        at=_AT,
        legs=_LEGS,
    ),
    order="t.xact, t.id",
)

MANY_JOURNALS: Final = f"""
WITH account AS MATERIALIZED (
    SELECT o.id, {_ACCOUNT.format(a="o")} FROM ledger_account AS o WHERE o.city = $1
), drawn AS MATERIALIZED (
    SELECT l.journal, {_LIST} AS legs FROM leg AS l JOIN account AS a ON a.id = l.account
    WHERE l.city = $1 AND l.journal = ANY ($2) GROUP BY l.journal
)
SELECT t.id::text AS source, {JOURNALS.entry} AS entry, row_number() OVER (ORDER BY t.xact, t.id) AS place
FROM journal AS t JOIN drawn AS d ON d.journal = t.id
CROSS JOIN LATERAL (SELECT {replace(JOURNALS, facts={**JOURNALS.facts, "legs": "d.legs"}).columns}) AS f
WHERE t.city = $1 AND t.id = ANY ($2) ORDER BY t.xact, t.id
"""  # noqa: S608 -- constants of this module
"""The same entries for many journals at once, by their ids: accounts are read once, legs in one pass."""

SOURCES: Final = (
    Source(
        kind=Kind.agreement_version,
        table="agreement_version",
        key="t.agreement::text || '/' || t.version",
        facts=_same(
            "agreement",
            "version",
            "known",
            "effective_on",
            "method",
            "remark",
            "imported",
            terms="t.terms::text",
        ),
        where="t.known IS NOT NULL",
        order="t.known, t.agreement",
    ),
    Source(
        kind=Kind.receipt_batch,
        table="receipt_batch",
        facts=_same(
            "id",
            "kind",
            "known",
            "rows",
            "sha256",
            "by",
            at=_AT,
            content=f"CASE WHEN t.kind = 'incentives' THEN {_INCENTIVES} ELSE {_RECEIPTS} END",
            total_fen=_TOTAL,
        ),
        order="t.known",
    ),
    Source(
        kind=Kind.run,
        table="calc_run",
        facts=_same(
            "id", "period", "known", "engine", "input_sha256", "output_sha256", "lines", "by", at=_AT
        ),
        order="t.known",
    ),
    JOURNALS,
    Source(
        kind=Kind.statement,
        table="statement",
        facts=_same(
            "id",
            "county",
            "period",
            "version",
            "number",
            "known",
            "supersedes",
            "made_on",
            form="t.kind",
            sha256="t.body_sha256",
            at=_AT,
        ),
    ),
    Source(
        kind=Kind.statement_event,
        table="statement_event",
        facts=_same(
            "id",
            "statement",
            "seq",
            "action",
            "by",
            "by_name",
            "office",
            "on_date",
            "body_sha256",
            facts="t.facts::text",
            at=_AT,
        ),
    ),
    Source(
        kind=Kind.period_close,
        table="period",
        key="t.code || '@' || t.watermark",
        facts=_same("watermark", period="t.code", closed_at=_moment("closed_at")),
        where="t.state = 'closed'",
        order="t.code",
        lasting=False,
    ),
    Source(
        kind=Kind.year_close,
        table="year_close",
        key="""t.year || '@' || to_char(t.closed_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')""",
        facts=_same(
            "year",
            "requested_by",
            "requested_name",
            "checked_by",
            "checked_name",
            facts="t.facts::text",
            closed_at=_moment("closed_at"),
        ),
        where="t.state = 'closed' AND t.closed_at IS NOT NULL",
        order="t.year",
        lasting=False,
    ),
    Source(
        kind=Kind.settlement,
        table="settlement",
        facts=_same("id", "year", "seq", "number", "made_by", "made_name", "made_on", sha256="t.body_sha256"),
    ),
    Source(
        kind=Kind.settlement_event,
        table="settlement_event",
        facts=_same(
            *("id", "settlement", "seq", "action", "county", "by", "by_name", "office", "on_date", "sha256"),
            facts="t.facts::text",
            at=_AT,
        ),
    ),
    Source(
        kind=Kind.payment_order,
        table="payment_order",
        facts=_same(
            *("id", "settlement", "number", "payer", "payee", "fen", "due_on", "purpose"),
            facts="t.facts::text",
            at=_AT,
        ),
    ),
)
"""All sources, in the order in which a pass takes them."""
