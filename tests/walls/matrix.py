"""Who may use which operation: one row each, by the letters of the roles.

o county officer, l county leader, p park officer, f county finance, C city office, F city finance, A auditor,
X administrator; - anybody, signed in or not. On which object is the policy's question, tried elsewhere.
"""

from auth.principal import Role

LETTERS = {
    "o": Role.county_officer,
    "l": Role.county_leader,
    "p": Role.park_officer,
    "f": Role.county_finance,
    "C": Role.city_office,
    "F": Role.city_finance,
    "A": Role.auditor,
    "X": Role.administrator,
}

ROWS = """
GET / | olpfCFAX
GET /.well-known/jwks.json | -
GET /account | olpfCFAX
POST /account/password | olpfCFAX
GET /accounts | AX
GET /accounts/new | X
POST /accounts/new | X
GET /accounts/{account} | AX
POST /accounts/{account}/disable | X
POST /accounts/{account}/enable | X
POST /accounts/{account}/password-token | X
GET /advice | olfCFA
GET /agreements | olfCFA
GET /agreements/new | olC
POST /agreements/new | olC
GET /agreements/{agreement_id:uuid} | olfCFA
GET /agreements/{agreement_id:uuid}.pdf | olfCFA
GET /agreements/{agreement_id:uuid}.xlsx | olfCFA
GET /agreements/{agreement_id:uuid}/amend | olC
POST /agreements/{agreement_id:uuid}/amend | olC
GET /agreements/{agreement_id:uuid}/edit | olC
POST /agreements/{agreement_id:uuid}/edit | olC
GET /agreements/{agreement_id:uuid}/end | olC
POST /agreements/{agreement_id:uuid}/end | olC
GET /agreements/{agreement_id:uuid}/send | olC
POST /agreements/{agreement_id:uuid}/send | olC
GET /confirmations | olfCFA
GET /confirmations/new | olC
POST /confirmations/new | olC
GET /confirmations/{confirmation_id:uuid} | olfCFA
GET /confirmations/{confirmation_id:uuid}.pdf | olfCFA
POST /confirmations/{confirmation_id:uuid}/void | olC
GET /credits | olfCFA
GET /credits/{sheet:uuid} | olfCFA
GET /credits/{sheet:uuid}.pdf | olfCFA
GET /credits/{sheet:uuid}.xlsx | olfCFA
POST /credits/runs | CF
POST /credits/sheets | CF
POST /credits/{sheet:uuid}/confirmation | CF
POST /credits/{sheet:uuid}/opinions | CF
GET /exports/{kind}.{form} | olfCF
GET /fairness | olpCA
GET /fairness.xlsx | olpCA
GET /fairness/edit | C
POST /fairness/edit | C
GET /first-administrator | -
POST /first-administrator | -
GET /health | -
GET /help | olpfCFAX
GET /imports | CFA
POST /imports | CF
GET /imports/{plan} | CFA
POST /imports/{plan}/commits | CF
GET /imports/{plan}/errors.xlsx | CFA
GET /language | -
GET /matches | olpCA
GET /matches/card | olpfCFAX
GET /matches/decisions/{decision_id} | C
POST /matches/decisions/{decision_id} | C
GET /matches/questions/{question_id} | olpCA
GET /matches/runs | olpCA
POST /matches/runs | C
GET /matches/runs/new | C
GET /matches/runs/{run_id} | olpCA
GET /matches/scenarios | C
POST /matches/scenarios | C
GET /matches/scenarios/new | C
GET /matches/{ref} | olpCA
POST /matches/{ref} | C
POST /matches/{ref}/questions | olpC
GET /matches/{ref}/why-not | olpCA
GET /packs | olfCFA
GET /packs/{pack_id} | olfCFA
GET /parks | olpfCFAX
GET /parks/{code} | olpfCFAX
POST /parks/{code}/halls/{hall}/verifications | olpC
POST /parks/{code}/plots/{plot}/verifications | olpC
GET /pool | olpfCFA
GET /pool.xlsx | olpfCFA
GET /projects | olpfCFA
GET /projects/new | olpC
POST /projects/new | olpC
GET /projects/{ref} | olpfCFA
GET /projects/{ref}/edit | olpC
POST /projects/{ref}/edit | olpC
GET /projects/{ref}/moves/{action} | olpfCFA
POST /projects/{ref}/moves/{action} | olpfCFA
GET /projects/{ref}/{act} | olpfCFA
POST /projects/{ref}/{act} | olpfCFA
GET /receipts | fFA
GET /set-password | -
POST /set-password | -
GET /sign-in | -
POST /sign-in | -
POST /sign-out | olpfCFAX
GET /statements | olfCFA
GET /statements/books | fFA
GET /statements/books/export | fFA
GET /statements/close/{year} | F
POST /statements/close/{year} | F
POST /statements/close/{year}/nil | F
POST /statements/close/{year}/request | F
GET /statements/compute | F
POST /statements/compute | F
POST /statements/prepare | F
GET /statements/{number:uuid} | olfCFA
GET /statements/{number:uuid}.pdf | olfCFA
GET /statements/{number:uuid}.xlsx | olfCFA
GET /statements/{number:uuid}/lines/{line} | olfCFA
GET /statements/{number:uuid}/object | olfCFA
POST /statements/{number:uuid}/object | olfCFA
GET /statements/{number:uuid}/{step} | olfCFA
POST /statements/{number:uuid}/{step} | olfCFA
GET /static/{digest}/{name} | -
GET /templates/{kind}.{form} | olpfCFAX
GET /v1/accounts | AX
POST /v1/accounts | X
GET /v1/accounts/{account} | AX
POST /v1/accounts/{account}/disable | X
POST /v1/accounts/{account}/enable | X
POST /v1/accounts/{account}/password-tokens | X
GET /v1/agreements | olfCFA
POST /v1/agreements | olC
GET /v1/agreements/{agreement_id:uuid} | olfCFA
GET /v1/agreements/{agreement_id:uuid}.pdf | olfCFA
GET /v1/agreements/{agreement_id:uuid}.xlsx | olfCFA
PUT /v1/agreements/{agreement_id:uuid}/draft | olC
POST /v1/agreements/{agreement_id:uuid}/end | olC
POST /v1/agreements/{agreement_id:uuid}/send | olC
GET /v1/agreements/{agreement_id:uuid}/versions | olfCFA
POST /v1/agreements/{agreement_id:uuid}/versions | olC
GET /v1/balances | fFA
GET /v1/books | fFA
POST /v1/bootstrap | -
GET /v1/chains | olpfCFAX
GET /v1/confirmations | olfCFA
POST /v1/confirmations | olC
GET /v1/confirmations/{confirmation_id:uuid} | olfCFA
GET /v1/confirmations/{confirmation_id:uuid}.pdf | olfCFA
POST /v1/confirmations/{confirmation_id:uuid}/void | olC
GET /v1/exports/{kind}.{form} | olfCF
POST /v1/halls/{code}/verifications | olpC
GET /v1/imports | CFA
POST /v1/imports | CF
GET /v1/imports/{plan} | CFA
POST /v1/imports/{plan}/commits | CF
GET /v1/imports/{plan}/errors.xlsx | CFA
GET /v1/imports/{plan}/rows | CFA
GET /v1/matches/card | olpfCFAX
POST /v1/matches/decisions/{decision_id}/signatures | C
GET /v1/matches/fairness | olpCA
PUT /v1/matches/fairness | C
GET /v1/matches/fairness/balances | olpCA
GET /v1/matches/fairness/months | olpCA
GET /v1/matches/fairness/watch | olpCA
GET /v1/matches/projects/{ref} | olpCA
POST /v1/matches/projects/{ref}/alternatives | C
POST /v1/matches/projects/{ref}/decisions | C
POST /v1/matches/projects/{ref}/override-prices | C
GET /v1/matches/projects/{ref}/questions | olpCA
POST /v1/matches/projects/{ref}/why-not | olpC
POST /v1/matches/projects/{ref}/would-win | olpC
GET /v1/matches/questions/{question_id} | olpCA
GET /v1/matches/runs | olpCA
POST /v1/matches/runs | C
GET /v1/matches/runs/{run_id} | olpCA
GET /v1/matches/runs/{run_id}/changes | olpCA
GET /v1/matches/runs/{run_id}/fairness | olpCA
GET /v1/matches/runs/{run_id}/placements | olpCA
GET /v1/matches/runs/{run_id}/projects/{ref}/why-not | olpCA
GET /v1/matches/scenarios | olpCA
POST /v1/matches/scenarios | C
GET /v1/me | olpfCFAX
POST /v1/me/password | olpfCFAX
GET /v1/parks | olpfCFAX
GET /v1/parks/{code} | olpfCFAX
POST /v1/passwords | -
POST /v1/periods/{month}/nil-declaration | F
POST /v1/periods/{month}/runs | F
GET /v1/plots | olpfCFAX
POST /v1/plots/{code}/verifications | olpC
GET /v1/pool | olpfCFA
GET /v1/projects | olpfCFA
POST /v1/projects | olpC
POST /v1/projects/duplicates | olpC
GET /v1/projects/{project_id}.pdf | olpfCFA
GET /v1/projects/{ref} | olpfCFA
PATCH /v1/projects/{ref} | olpC
GET /v1/projects/{ref}/applications | olpfCFA
POST /v1/projects/{ref}/applications | olp
GET /v1/projects/{ref}/candidates | olpfCFA
POST /v1/projects/{ref}/choices | olC
POST /v1/projects/{ref}/commitments | olC
POST /v1/projects/{ref}/consents | olC
POST /v1/projects/{ref}/declines | olp
GET /v1/projects/{ref}/estimate | olC
GET /v1/projects/{ref}/moves | olpfCFA
POST /v1/projects/{ref}/moves | olpfCFA
POST /v1/projects/{ref}/proposals | C
POST /v1/projects/{ref}/terms-acceptances | lC
POST /v1/projects/{ref}/transfers | olC
POST /v1/projects/{ref}/withdrawals | olp
GET /v1/receipts | fFA
GET /v1/receipts/level-differences | fFA
GET /v1/receipts/unmatched | fFA
GET /v1/regions | olpfCFAX
POST /v1/sharing/advice | olpfCFAX
POST /v1/sharing/estimate | olC
GET /v1/sharing/packs | olfCFA
GET /v1/sharing/packs/{pack_id} | olfCFA
POST /v1/sign-in | -
POST /v1/sign-out | olpfCFAX
GET /v1/credits | olfCFA
GET /v1/credits/sheets | olfCFA
GET /v1/credits/sheets/{sheet:uuid} | olfCFA
GET /v1/credits/sheets/{sheet:uuid}.pdf | olfCFA
GET /v1/credits/sheets/{sheet:uuid}.xlsx | olfCFA
POST /v1/credits/runs | CF
POST /v1/credits/sheets | CF
POST /v1/credits/sheets/{sheet:uuid}/confirmation | CF
POST /v1/credits/sheets/{sheet:uuid}/opinions | CF
GET /v1/statements | olfCFA
POST /v1/statements | F
GET /v1/statements/{statement:uuid} | olfCFA
POST /v1/statements/{statement:uuid}/approve | F
POST /v1/statements/{statement:uuid}/check | F
POST /v1/statements/{statement:uuid}/confirm | lf
GET /v1/statements/{statement:uuid}/lines/{line}/trace | olfCFA
POST /v1/statements/{statement:uuid}/confirmation-by-rule | F
GET /v1/statements/{statement:uuid}/objections | olfCFA
POST /v1/statements/{statement:uuid}/objections | lf
POST /v1/statements/{statement:uuid}/objections/{objection:uuid}/answer | F
POST /v1/statements/{statement:uuid}/objections/{objection:uuid}/messages | olfCFA
GET /v1/statements/{statement:uuid}/objections/{objection:uuid}/messages/{message:uuid}/file | olfCFA
POST /v1/statements/{statement:uuid}/objections/{objection:uuid}/withdrawal | lf
POST /v1/statements/{statement:uuid}/rejection | lf
POST /v1/statements/{statement:uuid}/rejection-request | F
POST /v1/statements/{statement:uuid}/reissue | F
POST /v1/statements/{statement:uuid}/review | F
GET /v1/statements/{statement:uuid}/scans | olfCFA
POST /v1/statements/{statement:uuid}/scans | lf
POST /v1/statements/{statement:uuid}/scans/{scan:uuid}/check | lf
GET /v1/statements/{statement:uuid}/scans/{scan:uuid}/file | olfCFA
POST /v1/statements/{statement:uuid}/uphold | F
GET /v1/statements/{statement_id:uuid}.pdf | olfCFA
GET /v1/statements/{statement_id:uuid}.xlsx | olfCFA
GET /v1/tables | olpfCFAX
GET /v1/templates/{kind}.{form} | olpfCFAX
POST /v1/token/refresh | -
GET /v1/years/{year}/close | F
POST /v1/years/{year}/close | F
POST /v1/years/{year}/close-request | F
POST /v1/{papers}/{paper_id:uuid}/signatures | olCF
POST /v1/{papers}/{paper_id:uuid}/signatures/{signature_id:uuid}/check | lC
GET /v1/{papers}/{paper_id:uuid}/signatures/{signature_id:uuid}/scan | olfCFA
POST /v1/{papers}/{paper_id:uuid}/signatures/{signature_id:uuid}/witness | F
GET /verify | -
GET /verify/{number} | -
GET /{papers}/{paper_id:uuid}/sign/{party} | olfCFA
POST /{papers}/{paper_id:uuid}/sign/{party} | olfCFA
GET /{papers}/{paper_id:uuid}/signatures/{signature_id:uuid} | olfCFA
POST /{papers}/{paper_id:uuid}/signatures/{signature_id:uuid} | olfCFA
GET /{papers}/{paper_id:uuid}/signatures/{signature_id:uuid}/scan | olfCFA
"""


def matrix() -> dict[str, frozenset[Role] | None]:
    """The roles of each operation; None for what anybody may use."""
    rows = [line.split(" | ") for line in ROWS.strip().splitlines()]
    assert len({name for name, _ in rows}) == len(rows), "an operation stands twice"
    return {
        name: None if letters == "-" else frozenset(LETTERS[letter] for letter in letters)
        for name, letters in rows
    }
