"""避免政府违约: amounts of standing lists, payments, the year's strength and cap, another person's review."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Date, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.kit.database import Database
from services.kit.errors import SamePerson
from services.tracking import promises
from services.tracking.errors import BadTracking, NoSuchPromise, NotYourPromises, PromiseOverpaid
from services.tracking.schemas import PaymentForm, PromiseReviewForm, StrengthForm
from services.tracking.todos import todos
from tests.services.accounts.factories import principal
from tests.services.projects import factories as make
from tests.services.tracking.conftest import TODAY, Cast, ago, promise_of

WAN = 1_000_000


def paid(wan: int, **changes: object) -> PaymentForm:
    facts = {"paid_on": ago(2), "amount_fen": wan * WAN, "evidence": "拨付凭证 7 号"}
    return PaymentForm.model_validate(facts | changes)


def strength(wan: int, county: str = make.SHANGZHOU) -> StrengthForm:
    facts = {"county": county, "year": 2027, "amount_fen": wan * WAN, "source": "预算报告"}
    return StrengthForm.model_validate(facts)


def opinion(outcome: str) -> PromiseReviewForm:
    return PromiseReviewForm.model_validate({"outcome": outcome, "words": "按预算安排核对"})


async def test_nothing_is_paid_before_it_was_promised(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        sheet = await promise_of(session, cast.signed, make.SHANGZHOU, [(2027, 400)])
        for day in (ago(31), date(1990, 1, 10)):
            with pytest.raises(BadTracking) as refused:
                await promises.pay(session, cast.finance, sheet, 1, paid(1, paid_on=day))
            assert [error.code for error in refused.value.errors] == ["early"]
        await promises.pay(session, cast.finance, sheet, 1, paid(1, paid_on=ago(30)))
        # A later list of the same letter takes over what the first one promised on its own day.
        await replace_list(session, on=TODAY)
        later = (await promises.register(session, cast.finance)).items[-1]
        assert (later.sheet != sheet, later.standing) == (True, True)
        await promises.pay(session, cast.finance, later.sheet, 1, paid(1, paid_on=ago(30)))
        with pytest.raises(BadTracking):
            await promises.pay(session, cast.finance, later.sheet, 1, paid(1, paid_on=ago(31)))


TOO_MUCH = """
INSERT INTO promise_fulfilment
SELECT city, gen_random_uuid(), sheet, seq, paid_on, 260000000, evidence, by, by_name, on_date
FROM promise_fulfilment
"""


async def replace_list(session: AsyncSession, on: date | None = None) -> None:
    """Let the host make a new list of its promises, in which the first amount is smaller."""
    await session.execute(
        text(
            "INSERT INTO commitment_sheet (city, id, project, county, park, commitment, seq, by, by_name,"
            " on_date) SELECT city, gen_random_uuid(), project, county, park, commitment, 2, by, by_name,"
            " coalesce(:on, on_date) FROM commitment_sheet"
        ).bindparams(bindparam("on", on, Date))
    )
    await session.execute(
        text(
            "INSERT INTO commitment_item (city, sheet, seq, kind, what, beneficiary, amount_fen, unit, year,"
            " source, condition) SELECT i.city, n.id, i.seq, i.kind, i.what, i.beneficiary, 100000000, '',"
            " i.year, i.source, i.condition FROM commitment_item i, commitment_sheet n"
            " WHERE n.seq = 2 AND i.seq = 1"
        )
    )


async def test_promises_are_paid_by_voucher(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        finance = cast.finance
        city = await principal(session, Role.city_finance, make.CITY)
        sheet = await promise_of(session, cast.signed, make.SHANGZHOU, [(2027, 400), (2027, 300), (2028, 50)])
        told = await promises.register(session, finance)
        assert [(row.year, row.promised_fen // WAN, row.cap_fen) for row in told.purses] == [
            (2028, 50, None),
            (2027, 700, None),
        ]
        assert [(row.seq, row.may_pay, row.project_name) for row in told.items] == [
            (1, True, "签约项目"),
            (2, True, "签约项目"),
            (3, True, "签约项目"),
        ]
        for person in (cast.stranger, cast.origin):
            assert not (await promises.register(session, person)).items
            with pytest.raises(NoSuchPromise):
                await promises.pay(session, person, sheet, 1, paid(1))
        with pytest.raises(NotYourPromises):
            await promises.pay(session, city, sheet, 1, paid(1))
        with pytest.raises(NotYourPromises):
            await promises.pay(session, cast.host, sheet, 1, paid(1))
        with pytest.raises(BadTracking):
            await promises.pay(session, finance, sheet, 1, paid(1, paid_on=TODAY + timedelta(days=1)))
        with pytest.raises(NoSuchPromise):
            await promises.pay(session, finance, sheet, 9, paid(1))
        assert (await promises.pay(session, finance, sheet, 1, paid(150))).fulfilled_fen == 150 * WAN
        with pytest.raises(PromiseOverpaid) as over:
            await promises.pay(session, finance, sheet, 1, paid(251))
        assert over.value.facts == {"owed": "250"}
        odd = paid(0, amount_fen=1_234_567)
        await promises.pay(session, finance, sheet, 1, odd)
        with pytest.raises(PromiseOverpaid) as over:
            await promises.pay(session, finance, sheet, 1, paid(250))
        assert over.value.facts == {"owed": "248.765433"}
        with pytest.raises(DBAPIError):
            async with session.begin_nested():
                await session.execute(text(TOO_MUCH))


async def test_a_year_is_weighed_against_its_strength_by_another(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        finance = cast.finance
        city = await principal(session, Role.city_finance, make.CITY)
        sheet = await promise_of(session, cast.signed, make.SHANGZHOU, [(2027, 400), (2027, 300)])
        await promises.pay(session, finance, sheet, 1, paid(150))
        with pytest.raises(BadTracking):
            await promises.set_strength(session, finance, strength(1, "611999"))
        with pytest.raises(NotYourPromises):
            await promises.set_strength(session, city, strength(1))
        purse = await promises.set_strength(session, finance, strength(6_500))
        # A tenth of 6,500 万 may be promised; 700 万 is.
        assert (purse.cap_fen, purse.over_fen) == (650 * WAN, 50 * WAN)
        assert (purse.owed_fen, purse.review, purse.may_review) == (550 * WAN, None, False)
        assert [todo.kind for todo in await todos(session, city, TODAY)] == ["tracking.promises"]
        key = purse.strength or UUID(int=0)
        with pytest.raises(SamePerson):
            await promises.review(session, finance, key, opinion("watch"))
        with pytest.raises(NotYourPromises):
            await promises.review(session, cast.leader, key, opinion("watch"))
        for person in (cast.stranger, cast.origin):
            with pytest.raises(NoSuchPromise):
                await promises.review(session, person, key, opinion("watch"))
        with pytest.raises(BadTracking) as refused:
            await promises.review(session, city, key, opinion("affordable"))
        assert [error.pointer for error in refused.value.errors] == ["/outcome"]
        seen = await promises.review(session, city, key, opinion("reduce"))
        assert seen.review is not None
        assert (seen.review.outcome, seen.review_stale) == ("reduce", False)
        assert not await todos(session, city, TODAY)
        later = await promises.set_strength(session, finance, strength(9_000))
        assert (later.over_fen, later.review) == (0, None)
        with pytest.raises(NoSuchPromise):
            await promises.review(session, city, key, opinion("reduce"))
        await promises.review(session, city, later.strength or key, opinion("affordable"))

        await replace_list(session)
        again = await promises.register(session, city, make.SHANGZHOU, 2027)
        # Of the first list only what was paid counts; of the new one all of its 100 万.
        assert [(row.standing, row.promised_fen // WAN, row.may_pay) for row in again.items] == [
            (False, 150, False),
            (True, 100, False),
        ]
        assert [(row.promised_fen // WAN, row.review_stale) for row in again.purses] == [(250, True)]
        assert not (await promises.register(session, cast.office, make.DANFENG)).purses
        masked = await promises.register(session, cast.auditor)
        assert {row.project_name for row in masked.items} & {"签约项目"} == set()
        with pytest.raises(PromiseOverpaid):
            await promises.pay(session, finance, sheet, 1, paid(1))
        for statement in (
            (
                "INSERT INTO promise_review SELECT r.city, gen_random_uuid(), r.strength, r.made_by,"
                " r.promised_fen, r.cap_fen, r.outcome, r.words, r.made_by, r.by_name, r.on_date"
                " FROM promise_review r"
            ),
            "DELETE FROM promise_review",
            "UPDATE fiscal_strength SET amount_fen = 1",
        ):
            with pytest.raises(DBAPIError):
                async with session.begin_nested():
                    await session.execute(text(statement))
