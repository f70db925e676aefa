"""What the database refuses, whatever a program tries."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.agreements.words import Party
from services.kit.database import Database
from tests.services.agreements import factories as make


async def refused(session: AsyncSession, statement: str, words: str) -> None:
    savepoint = await session.begin_nested()
    with pytest.raises(DBAPIError, match=words):
        await session.execute(text(statement))
    await savepoint.rollback()


REFUSED = [
    ("UPDATE agreement_version SET terms = '{}'", "only while they are a draft"),
    ("UPDATE agreement_version SET remark = 'x'", "only while they are a draft"),
    ("UPDATE agreement_version SET effective_on = effective_on + 1", "only while they are a draft"),
    ("UPDATE agreement_version SET known = known + 1", "only be amended"),
    ("UPDATE agreement_version SET imported = true", "only be amended"),
    ("UPDATE agreement_version SET state = 'draft', known = NULL", "only be amended"),
    ("UPDATE agreement_version SET state = 'ended'", "only be amended"),
    ("DELETE FROM agreement_version", "never deleted"),
    ("DELETE FROM agreement", "never deleted"),
    ("DELETE FROM transfer_confirmation", "never deleted"),
    ("UPDATE agreement SET host = '611021'", "number, project and parties"),
    ("UPDATE agreement SET code = 'X'", "number, project and parties"),
    ("UPDATE transfer_confirmation SET origin = '611021'", "number, project and parties"),
    ("UPDATE agreement SET live = NULL", "ck_agreement_live"),
    ("UPDATE agreement SET deduction_consent = false", "minutes_and_consent"),
    ("UPDATE agreement SET state = 'ended'", "ended"),
    ("UPDATE signed_scan SET content = 'x', size = 1", "append-only"),
    ("DELETE FROM signed_scan", "append-only"),
    ("UPDATE agreement_signature SET signer = 'x'", "checked or rejected once"),
    ("DELETE FROM agreement_signature", "never deleted"),
    ("TRUNCATE agreement_signature", "append-only"),
    ("TRUNCATE signed_scan CASCADE", "append-only"),
    ("TRUNCATE agreement CASCADE", "append-only"),
    ("TRUNCATE paper_number", "append-only"),
    ("UPDATE transfer_confirmation SET state = 'in_force', signed_on = now()", "three checked"),
    (
        (
            "INSERT INTO agreement_version"
            " (city, agreement, version, terms, method, effective_on, remark, state, known, imported)"
            " SELECT city, agreement, 2, terms, method, effective_on, '', 'in_force', 99, false"
            " FROM agreement_version"
        ),
        "three checked|uq_agreement_version_in_force",
    ),
]


async def test_a_paper_in_force_stands(session: AsyncSession):
    project, _ = await make.in_force(session)
    await make.confirmation_of(session, project)
    for statement, words in REFUSED:
        await refused(session, statement, words)


async def test_nothing_is_in_force_without_its_three_signatures(session: AsyncSession):
    _, agreement = await make.sent(session)
    for party in (Party.origin, Party.host):
        await make.check(session, agreement, await make.upload(session, agreement, party))
    await make.upload(session, agreement, Party.witness)  # uploaded and not checked does not count
    await refused(session, "UPDATE agreement_version SET state = 'in_force', known = 7", "three checked")


async def test_a_signature_is_checked_as_it_was_uploaded(session: AsyncSession):
    _, agreement = await make.sent(session)
    await make.upload(session, agreement, Party.origin)
    await refused(
        session,
        "UPDATE agreement_signature SET state = 'checked', checked_by = gen_random_uuid(),"
        " checked_at = now(), signer = 'x'",
        "as it was uploaded",
    )


async def test_the_confirmation_has_no_column_for_money(database: Database):
    async with database.session() as session:
        rows = await session.execute(
            text(
                "SELECT column_name FROM information_schema.columns WHERE table_name='transfer_confirmation'"
            )
        )
        columns = set(rows.scalars())
    assert columns == {
        "city",
        "id",
        "code",
        "project",
        "origin",
        "host",
        "investor_name",
        "investor_credit_code",
        "state",
        "drafted_by",
        "signed_on",
        "created_at",
    }
