"""What the auditor's questions read, as SQL over one city. Every query names its city; none changes anything.

Rows carry the project they are about (`project`, none where a paper is meant) and their figures.
"""

from typing import Final

SIGNED: Final = """
SELECT p.id AS project, coalesce(p.host_county, p.origin) AS county,
       extract(year FROM p.signed_on)::int AS year, p.investor_credit_code AS firm, p.name_key AS name
FROM project AS p WHERE p.city = :city AND p.signed_on IS NOT NULL AND p.signed_on <= :today
ORDER BY p.code
"""
"""Every project that was signed, with the firm's code and the key of its name."""

UNPAID_YEARS: Final = """
WITH last AS (
    SELECT y.year, :today - (y.closed_at AT TIME ZONE 'Asia/Shanghai')::date AS days
    FROM year_close AS y WHERE y.city = :city AND y.state = 'closed' ORDER BY y.year DESC LIMIT 1
)
SELECT l.county, last.year, last.days, -sum(l.amount_fen)::bigint AS fen
FROM last
JOIN journal AS j ON j.city = :city
    AND (j.kind IN ('settlement', 'payment') OR j.period <= last.year || '-12')
JOIN leg AS l ON l.city = j.city AND l.journal = j.id
JOIN ledger_account AS a ON a.city = l.city AND a.id = l.account AND a.kind = 'due_to'
WHERE last.days > :unpaid_days
GROUP BY l.county, last.year, last.days HAVING sum(l.amount_fen) < 0
ORDER BY l.county
"""
"""Counties whose dues of the last closed year are neither settled nor paid: the balance of `due_to`."""

UNPAID_ORDERS: Final = """
SELECT CASE o.payer WHEN o.city THEN o.payee ELSE o.payer END AS county, o.number, :today - o.due_on AS days,
       (o.fen - coalesce(sum(p.fen), 0))::bigint AS fen
FROM payment_order AS o
JOIN settlement AS s ON s.city = o.city AND s.id = o.settlement AND s.state = 'posted'
LEFT JOIN payment AS p ON p.city = o.city AND p.payment_order = o.id AND p.state IN ('posted', 'reversing')
WHERE o.city = :city AND :today - o.due_on > :unpaid_days
GROUP BY o.city, o.id, o.payer, o.payee, o.number, o.due_on, o.fen HAVING coalesce(sum(p.fen), 0) < o.fen
ORDER BY o.number
"""
"""Payment orders that are not paid in full."""

LATE: Final = """
SELECT CASE o.payer WHEN o.city THEN o.payee ELSE o.payer END AS county, o.number, p.fen,
       p.paid_on - o.due_on AS days
FROM payment AS p JOIN payment_order AS o ON o.city = p.city AND o.id = p.payment_order
WHERE p.city = :city AND p.state IN ('posted', 'reversing') AND p.paid_on - o.due_on > :late_days
ORDER BY o.number, p.paid_on
"""
"""Payments long after their order was due."""

IDLE: Final = """
SELECT p.id AS project, coalesce(p.host_county, p.origin) AS county, p.land_mu AS land, since.day AS since,
       (
           extract(year FROM age(CAST(:today AS date), since.day)) * 12
           + extract(month FROM age(CAST(:today AS date), since.day))
       )::int AS months
FROM project AS p
LEFT JOIN hold AS h ON h.city = p.city AND h.project = p.id AND h.released_at IS NULL
CROSS JOIN LATERAL (
    SELECT coalesce(p.signed_on, (h.held_at AT TIME ZONE 'Asia/Shanghai')::date) AS day
) AS since
WHERE p.city = :city AND p.land_mu > 0 AND p.started_on IS NULL AND since.day IS NOT NULL
    AND p.state IN ('held', 'signed', 'contracted', 'incorporated', 'ready')
    AND since.day + make_interval(months => :idle_months) < :today
ORDER BY since.day, p.code
"""
"""Projects that hold land, or were signed for it, and have not started."""

INCENTIVES: Final = """
WITH given AS (
    SELECT DISTINCT ON (i.credit_code, i.document_no) i.credit_code, i.document_no, i.county, i.amount_fen,
        i.paid_on
    FROM incentive AS i WHERE i.city = :city ORDER BY i.credit_code, i.document_no, i.revision DESC
), paid AS (
    SELECT DISTINCT ON (r.ticket) r.credit_code, r.treasury, r.paid_on, r.amount_fen,
        CASE r.treasury WHEN :city THEN r.city_fen ELSE r.county_fen END AS retained_fen
    FROM receipt_version AS r WHERE r.city = :city ORDER BY r.ticket, r.revision DESC
)
SELECT c.project, g.county, g.document_no AS document, g.paid_on, g.amount_fen AS fen,
       NOT EXISTS (
           SELECT FROM paid AS t
           WHERE t.credit_code = g.credit_code AND t.treasury = g.county AND t.amount_fen > 0
               AND t.paid_on <= g.paid_on
       ) AND (p.produced_on IS NULL OR p.produced_on > g.paid_on) AS early,
       extract(year FROM g.paid_on)::int AS year,
       sum(g.amount_fen) OVER (PARTITION BY g.credit_code, g.county, extract(year FROM g.paid_on))::bigint
           AS year_fen,
       (
           SELECT coalesce(sum(t.retained_fen), 0) FROM paid AS t
           WHERE t.credit_code = g.credit_code AND t.treasury = g.county
               AND extract(year FROM t.paid_on) = extract(year FROM g.paid_on)
       )::bigint AS retained
FROM given AS g
LEFT JOIN company AS c ON c.city = :city AND c.credit_code = g.credit_code
LEFT JOIN project AS p ON p.city = :city AND p.id = c.project
WHERE g.amount_fen > 0 AND g.paid_on <= :today
ORDER BY g.credit_code, g.paid_on, g.document_no
"""
"""Incentives as they stand, whether the firm had paid tax or produced by then, and its year's sums."""

UNSEALED: Final = """
SELECT s.id AS statement, s.county, s.number, e.by_name, e.on_date AS on
FROM statement AS s
JOIN statement_event AS e ON e.city = s.city AND e.statement = s.id AND e.action = 'confirm'
WHERE s.city = :city AND s.state IN ('confirmed', 'closed') AND NOT EXISTS (
    SELECT FROM sealed_scan AS c WHERE c.city = s.city AND c.statement = s.id AND c.state = 'checked'
        AND c.body_sha256 = s.body_sha256
)
ORDER BY s.number, s.version
"""
"""Confirmed statements without a checked scan that is bound to their content."""

OVERRIDES: Final = """
SELECT d.project, k.owner AS county, d.rank, d.override_reason AS reason
FROM match_decision AS d JOIN park AS k ON k.city = d.city AND k.code = d.park
WHERE d.city = :city AND d.state = 'final' AND d.rank IS DISTINCT FROM 1 AND btrim(d.minutes) = ''
ORDER BY d.decided_at
"""
"""Decisions for another than the first rank that name no minutes."""

STATEMENT_HANDS: Final = """
SELECT s.id AS statement, s.county, s.number,
       array_agg(e.action::text ORDER BY array_position(:hands, e.action::text)) AS steps
FROM statement AS s JOIN statement_event AS e ON e.city = s.city AND e.statement = s.id
WHERE s.city = :city AND e.action = ANY(:hands)
GROUP BY s.city, s.id, s.county, s.number, s.version, e.by HAVING count(DISTINCT e.action) > 1
ORDER BY s.number, s.version
"""
"""Of a statement's four hands, those that were one person's."""

PROJECT_HANDS: Final = """
SELECT m.project, coalesce(p.host_county, p.origin) AS county, ARRAY[pair.maker, pair.checker] AS steps
FROM (VALUES ('review', 'register', 'county_review'), ('pool', 'request_transfer', 'pool'))
    AS pair (action, maker, checker)
JOIN project_move AS m ON m.city = :city AND m.action = pair.action AND m.actor <> :system
JOIN project AS p ON p.city = m.city AND p.id = m.project
WHERE m.actor = CASE pair.action WHEN 'review' THEN p.registrar ELSE (
    SELECT t.requested_by FROM transfer AS t
    WHERE t.city = m.city AND t.project = m.project AND t.applied_on <= m.on_date
    ORDER BY t.applied_on DESC LIMIT 1
) END
ORDER BY p.code, pair.action
"""
"""Projects that one person both entered and let pass."""

PROJECTS: Final = """
SELECT p.id, p.code, p.name, p.code_name FROM project AS p WHERE p.city = :city AND p.id = ANY(:projects)
"""
