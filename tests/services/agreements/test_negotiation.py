"""Both sides propose and counter-propose; every proposal is kept; the other side accepts the last one."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from allocation.sharing.differences import Piece
from auth.principal import Principal
from services.agreements import comparing, negotiation, repo, service
from services.agreements.errors import (
    BelowFloor,
    NoSuchAgreement,
    NoSuchProposal,
    NotAgreed,
    NotYourPaper,
    WrongState,
)
from services.agreements.negotiation_schemas import ProposalIn
from services.agreements.words import PaperState, ProposalAct, Side
from services.kit.errors import Stale
from services.kit.events import AuditEvent
from tests.services.agreements import factories as make


async def propose(session, by: Principal, agreement, note: str = "", **changes):
    """One side's proposal on the draft as it stands."""
    body = ProposalIn.model_validate(make.edit(**changes).model_dump() | {"note": note})
    return await service.edit_agreement(session, by, agreement.id, agreement.revision, body)


async def countered(session):
    """The host drafts 40 %, the origin asks for 50 %, with a remark and another clause."""
    project, agreement = await make.drafted(session)
    await propose(
        session, make.ORIGIN_OFFICER, agreement, "保底外再争取", ratios_bp=[5000], remark="按季对账。"
    )
    return project, agreement


async def test_every_proposal_is_kept_with_its_side_and_remark(session):
    _, agreement = await countered(session)
    await propose(session, make.HOST_OFFICER, agreement, "折中", ratios_bp=[4500])
    shown = await negotiation.show_negotiation(session, make.HOST_OFFICER, agreement.id)
    assert [(one.seq, one.side, one.act, one.note) for one in shown.items] == [
        (1, Side.host, ProposalAct.propose, ""),
        (2, Side.origin, ProposalAct.propose, "保底外再争取"),
        (3, Side.host, ProposalAct.propose, "折中"),
    ]
    assert [one.terms.ratios_bp[0] for one in shown.items] == [4000, 5000, 4500]
    assert (shown.standing, shown.agreed, shown.may_propose, shown.may_accept) == (3, False, True, False)
    (version,) = await repo.load_versions(session, make.CITY, agreement.id)
    assert version.terms["ratios_bp"] == [4500] * 5


async def test_once_both_proposed_the_other_side_must_accept_before_it_is_sent(session):
    _, agreement = await countered(session)
    with pytest.raises(NotAgreed):
        await service.send_agreement(session, make.ORIGIN_OFFICER, agreement.id, agreement.revision)
    await negotiation.accept(session, make.HOST_OFFICER, agreement.id, agreement.revision, 2, "同意")
    shown = await negotiation.show_negotiation(session, make.ORIGIN_OFFICER, agreement.id)
    assert shown.agreed
    assert (shown.items[-1].act, shown.items[-1].answers, shown.items[-1].terms) == (
        ProposalAct.accept,
        2,
        shown.items[1].terms,
    )
    await service.send_agreement(session, make.ORIGIN_OFFICER, agreement.id, agreement.revision)
    assert agreement.state is PaperState.signing
    after = await negotiation.show_negotiation(session, make.ORIGIN_OFFICER, agreement.id)
    assert (after.standing, after.may_propose, after.may_accept) == (None, False, False)
    actions = set(await session.scalars(select(AuditEvent.action)))
    assert {"agreements.edited", "agreements.proposal_accepted", "agreements.sent"} <= actions


async def test_a_further_proposal_takes_an_acceptance_back(session):
    _, agreement = await countered(session)
    await negotiation.accept(session, make.HOST_OFFICER, agreement.id, agreement.revision, 2)
    await propose(session, make.HOST_OFFICER, agreement, ratios_bp=[4200])
    with pytest.raises(NotAgreed):
        await service.send_agreement(session, make.HOST_OFFICER, agreement.id, agreement.revision)


async def test_a_draft_that_one_side_wrote_is_accepted_by_signing(session):
    _, agreement = await make.drafted(session)
    await propose(session, make.HOST_OFFICER, agreement, ratios_bp=[4100])
    await service.send_agreement(session, make.HOST_OFFICER, agreement.id, agreement.revision)
    assert agreement.state is PaperState.signing


async def test_terms_below_the_floor_are_refused_at_each_proposal(session):
    _, agreement = await countered(session)
    with pytest.raises(BelowFloor):
        await propose(session, make.HOST_OFFICER, agreement, ratios_bp=[2000])
    assert len(await repo.load_proposals(session, make.CITY, agreement.id)) == 2


async def test_who_may_not_accept_what(session):
    _, agreement = await countered(session)

    async def accept(by, seq=2, revision=None):
        seen = agreement.revision if revision is None else revision
        await negotiation.accept(session, by, agreement.id, seen, seq)

    for by, seq, revision, error in (
        (make.ORIGIN_OFFICER, 2, None, NotYourPaper),  # its own
        (make.OFFICE, 2, None, NotYourPaper),  # no government
        (make.HOST_FINANCE, 2, None, NotYourPaper),  # no hand of the host
        (make.OTHER_OFFICER, 2, None, NoSuchAgreement),
        (make.HOST_OFFICER, 9, None, NoSuchProposal),
        (make.HOST_OFFICER, 1, None, WrongState),  # a later one stands
        (make.HOST_OFFICER, 2, 1, Stale),
    ):
        with pytest.raises(error):
            await accept(by, seq, revision)
    await accept(make.HOST_OFFICER)
    with pytest.raises(WrongState):
        await accept(make.HOST_OFFICER)
    with pytest.raises(NoSuchAgreement):
        await negotiation.show_negotiation(session, make.OTHER_OFFICER, agreement.id)


async def test_two_proposals_and_two_versions_side_by_side(session):
    _, agreement = await countered(session)
    found = await comparing.compare_proposals(session, make.HOST_OFFICER, agreement.id, 1, 2, "zh")
    assert {(row.field, row.year) for row in found.rows if row.changed} == {
        ("ratios_bp", year) for year in range(1, 6)
    }
    assert found.changed == 6
    assert [(part.piece, part.text) for part in found.clause] == [(Piece.new, "按季对账。")]
    first = next(row for row in found.rows if row.year == 1)
    assert (first.label, first.before_text, first.after_text) == ("第 1 年首谈地分享", "40%", "50%")
    with pytest.raises(NoSuchProposal):
        await comparing.compare_versions(session, make.HOST_OFFICER, agreement.id, 1, 9, "zh")
    for compare in (comparing.compare_versions, comparing.compare_proposals):
        with pytest.raises(NoSuchAgreement):
            await compare(session, make.OTHER_OFFICER, agreement.id, 1, 1, "zh")


async def test_an_amendment_compares_with_the_version_it_replaces(session):
    _, agreement = await make.in_force(session)
    changed = make.edit(
        method="yearly", ratios_bp=[4000, 4000, 3500, 3500, 3000, 3000], years=6, cap_fen=5_000_000
    )
    await service.amend_agreement(session, make.ORIGIN_OFFICER, agreement.id, agreement.revision, changed)
    found = await comparing.compare_versions(session, make.FINANCE, agreement.id, 1, 2, "en")
    said = {(row.field, row.year): (row.before_text, row.after_text) for row in found.rows if row.changed}
    assert said == {
        ("method", None): ("固定比例", "逐年比例"),
        ("years", None): ("5 years", "6 years"),
        ("cap_fen", None): ("No cap", "5 10,000 yuan"),
        ("ratios_bp", 3): ("40%", "35%"),
        ("ratios_bp", 4): ("40%", "35%"),
        ("ratios_bp", 5): ("40%", "30%"),
        ("ratios_bp", 6): ("—", "30%"),
    }


async def test_the_auditor_reads_the_negotiation_without_people_s_names(session):
    _, agreement = await countered(session)
    shown = await negotiation.show_negotiation(session, make.AUDITOR, agreement.id)
    assert {one.by_name for one in shown.items} == {""}
    assert not shown.may_propose


FALSE_ACCEPTANCE = (
    "INSERT INTO agreement_proposal"
    " (city, agreement, seq, version, act, side, terms, clause, note, answers, by, by_name, office)"
    " SELECT city, agreement, 3, version, 'accept', 'origin', terms, clause, '', {seq}, by, '', ''"
    " FROM agreement_proposal WHERE seq = {seq}"
)


@pytest.mark.parametrize(
    ("attack", "refusal"),
    [
        ("UPDATE agreement_proposal SET note = 'x'", "append-only"),
        ("DELETE FROM agreement_proposal", "append-only"),
        ("TRUNCATE agreement_proposal", "append-only"),
        (FALSE_ACCEPTANCE.format(seq=2), "accepts the last proposal"),  # its own
        (FALSE_ACCEPTANCE.format(seq=1), "accepts the last proposal"),  # not the last
    ],
)
async def test_the_database_keeps_proposals_and_refuses_false_acceptance(session, attack, refusal):
    await countered(session)
    with pytest.raises(DBAPIError, match=refusal):
        async with session.begin_nested():
            await session.execute(text(attack))
