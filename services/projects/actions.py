"""What somebody may do next with a project: one list, used by the API's answers and by the pages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from allocation.lifecycle import POOL_STATES, Action, Hand, open_moves
from auth.policy import View
from auth.principal import Role
from auth.scopes import Scope, has_scope
from services.projects.dossier import Dossier, facts_of

SCOPES: Final[Mapping[Action, frozenset[Scope]]] = MappingProxyType(
    {
        Action.resubmit: frozenset({Scope.projects_write}),
        Action.review: frozenset({Scope.projects_review, Scope.projects_accept}),
        Action.return_: frozenset({Scope.projects_review, Scope.projects_accept}),
        Action.accept: frozenset({Scope.projects_accept}),
        Action.extend: frozenset({Scope.projects_accept}),
        Action.release: frozenset({Scope.projects_accept}),
        Action.reaccept: frozenset({Scope.projects_accept}),
        Action.request_transfer: frozenset({Scope.projects_transfer}),
        Action.refuse_transfer: frozenset({Scope.projects_pool}),
        Action.pool: frozenset({Scope.projects_pool}),
        Action.apply: frozenset({Scope.projects_apply}),
        Action.propose: frozenset({Scope.projects_pool}),
        Action.accept_terms: frozenset({Scope.projects_terms}),
        Action.commit: frozenset({Scope.projects_commit}),
        Action.step_back: frozenset({Scope.projects_apply}),
        Action.decline: frozenset({Scope.projects_release, Scope.projects_apply}),
        Action.choose: frozenset({Scope.projects_consent}),
        Action.refuse_hosts: frozenset({Scope.projects_consent}),
        Action.hold: frozenset({Scope.projects_hold}),
        Action.release_hold: frozenset({Scope.projects_release}),
        Action.recall: frozenset({Scope.projects_release}),
        Action.sign: frozenset({Scope.projects_progress}),
        Action.sign_own: frozenset({Scope.projects_progress}),
        Action.contract: frozenset({Scope.projects_progress}),
        Action.incorporate: frozenset({Scope.projects_progress}),
        Action.make_ready: frozenset({Scope.projects_progress}),
        Action.start: frozenset({Scope.projects_progress}),
        Action.enlist: frozenset({Scope.projects_progress}),
        Action.complete: frozenset({Scope.projects_progress}),
        Action.produce: frozenset({Scope.projects_progress}),
        Action.reach_output: frozenset({Scope.projects_progress}),
        Action.fail_to_pool: frozenset({Scope.projects_release}),
        Action.fail_to_origin: frozenset({Scope.projects_release}),
        Action.dispute: frozenset({Scope.projects_accept}),
        Action.rule: frozenset({Scope.projects_accept}),
        Action.resume: frozenset({Scope.projects_accept}),
        Action.give_way: frozenset({Scope.projects_accept}),
        Action.withdraw: frozenset({Scope.projects_write}),
        Action.lose: frozenset({Scope.projects_release}),
        Action.end: frozenset({Scope.projects_release}),
    }
)
"""The rights of which one is needed for a move; the table of moves says in what capacity."""

DISPUTED: Final = frozenset({Action.dispute, Action.rule, Action.resume, Action.give_way})
"""Moves that are made by a case between counties, with its statements, hearing and ruling."""

ELSEWHERE: Final = frozenset({Action.hold, Action.sign}) | DISPUTED
"""Moves that are made by a decision on a match, by the papers or by a case, not here."""


def has_right(dossier: Dossier, action: Action) -> bool:
    """Tell whether the asker's role has a right that the move needs."""
    return any(has_scope(dossier.principal.role, scope) for scope in SCOPES[action])


def own_side(dossier: Dossier) -> tuple[str | None, str | None]:
    """Return the county, and for a park's officer the park, for which the asker could be a host."""
    principal = dossier.principal
    if principal.role is Role.park_officer:
        return principal.county, principal.office
    return principal.county, None


def actions(dossier: Dossier) -> tuple[Action, ...]:
    """Return the moves that the asker may make now, as the table of moves orders them.

    What the asker can still supply in the form (a reason, evidence, a date) does not stand against a move.
    """
    if dossier.view in {View.finance, View.auditor}:
        return ()
    project = dossier.project
    sides = {(None, None), (project.host_county, project.host_park), own_side(dossier)}
    sides |= {(row.county, row.park) for row in dossier.commitments}
    found = {
        action
        for county, park in sides
        for action in open_moves(project.state, facts_of(dossier, county, park))
    }
    return tuple(action for action in Action if action in found and has_right(dossier, action))


def may_record_consent(dossier: Dossier) -> bool:
    """Tell whether the asker may record that the investor agrees to be named to counties."""
    speaks = facts_of(dossier).hands & {Hand.origin, Hand.city}
    return bool(
        dossier.project.state in POOL_STATES
        and speaks
        and has_scope(dossier.principal.role, Scope.projects_consent)
    )
