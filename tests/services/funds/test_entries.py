"""An entry's course: made by the host, confirmed by another, revised, withdrawn, corrected."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence_kinds import EvidenceKind
from services.files.errors import NoSuchFile, WrongEvidence
from services.funds import entries, months, repo, views
from services.funds.errors import (
    BadFunds,
    EntrySettled,
    MonthClosed,
    MonthNotOver,
    NoExchangeRate,
    NoSuchFunds,
    NotYetSigned,
    NotYourFunds,
    SamePersonFunds,
)
from services.funds.schemas import RateForm
from services.funds.words import EntryState
from services.kit.errors import Stale
from services.projects.errors import NoSuchProject
from tests.services.funds import factories as make
from tests.services.funds.factories import FINANCE, MAKER, OURS, TODAY, WAN


async def test_what_nobody_confirmed_does_not_count(city: AsyncSession) -> None:
    made = await make.entered(city)
    assert await make.counted(city) == {}
    leader = await make.entered(city, who=make.LEADER)
    with pytest.raises(SamePersonFunds):
        await entries.confirm(city, make.LEADER, leader.id, TODAY, 1)
    for stranger in (make.OFFICE, make.CITY_FINANCE, make.PARK_OFFICER):
        with pytest.raises(NotYourFunds):
            await entries.confirm(city, stranger, made.id, TODAY, 1)
    with pytest.raises(Stale):
        await entries.confirm(city, FINANCE, made.id, TODAY, 2)
    done = await entries.confirm(city, FINANCE, made.id, TODAY, 1)
    assert (done.state, done.revision, done.checked_by) == (EntryState.confirmed, 2, FINANCE.account)
    assert await make.counted(city) == {"2026-12": 100 * WAN}
    with pytest.raises(EntrySettled):
        await entries.confirm(city, FINANCE, made.id, TODAY, 2)


async def test_only_the_host_enters_and_strangers_know_nothing(city: AsyncSession) -> None:
    with pytest.raises(NoSuchProject):
        await make.entered(city, who=make.OTHER)
    with pytest.raises(NotYourFunds):
        await make.entered(city, who=FINANCE)
    with pytest.raises(NotYetSigned):
        await make.entered(city, make.LEAD)
    made = await make.entered(city, who=make.PARK_OFFICER)
    for act in (entries.find(city, make.OTHER, made.id), views.entry_view(city, make.OTHER, made.id)):
        with pytest.raises(NoSuchFunds):
            await act
    # The city's own park: its office enters, another person of the office or the city's finance confirms.
    own = await make.entered(city, make.CITYS, make.OFFICE)
    with pytest.raises(SamePersonFunds):
        await entries.confirm(city, make.OFFICE, own.id, TODAY, 1)
    await entries.confirm(city, make.COLLEAGUE, own.id, TODAY, 1)


async def test_every_fault_of_an_entry_is_named_at_its_place(city: AsyncSession) -> None:
    with pytest.raises(BadFunds) as caught:
        await make.entered(city, month="2027-02", amount=-1, currency="USD", files=[], reason="无")
    assert [place.pointer for place in caught.value.errors] == [
        "/month",
        "/amount",
        "/currency",
        "/files",
        "/reason",
    ]
    with pytest.raises(BadFunds) as caught:
        await make.entered(city, month="2026-11", corrects_month="2026-12", reason="多报")
    assert [place.pointer for place in caught.value.errors] == ["/corrects_month"]
    photo = await make.slip(city, MAKER, EvidenceKind.photo)
    with pytest.raises(WrongEvidence):
        await make.entered(city, files=[photo])
    with pytest.raises(NoSuchFile):
        await make.entered(city, files=[await make.slip(city, make.OTHER)])


async def test_the_checker_reads_what_proves_it_and_others_do_not(city: AsyncSession) -> None:
    made = await make.entered(city)
    seen = await views.entry_view(city, FINANCE, made.id)
    assert [(file.name, file.proves) for file in seen.files] == [("回单.pdf", "银行回单")]
    assert (seen.may_check, seen.may_withdraw, seen.may_revise) == (True, False, False)
    assert (await views.entry_view(city, MAKER, made.id)).may_withdraw
    for masked in (make.OFFICE, make.AUDITOR):
        assert (await views.entry_view(city, masked, made.id)).files == []
    audited = await views.entry_view(city, make.AUDITOR, made.id)
    assert audited.name != seen.name


async def test_a_revision_is_a_new_row_and_the_old_one_stays(city: AsyncSession) -> None:
    old = await make.confirmed(city)
    new = await make.entered(city, amount=80 * WAN, replaces=old.id, reason="回单重复计算")
    assert await make.counted(city) == {"2026-12": 100 * WAN}
    with pytest.raises(EntrySettled):
        await make.entered(city, amount=70 * WAN, replaces=old.id, reason="再改")
    await entries.confirm(city, FINANCE, new.id, TODAY, 1)
    assert await make.counted(city) == {"2026-12": 80 * WAN}
    kept = await repo.entry(city, old.city, old.id)
    assert kept is not None
    assert (kept.state, kept.amount) == (EntryState.replaced, 100 * WAN)
    assert (await views.entry_view(city, MAKER, old.id)).replaced_by == new.id
    with pytest.raises(BadFunds):
        await make.entered(city, month="2026-11", replaces=new.id, reason="换月份")
    with pytest.raises(NoSuchFunds):
        await make.entered(city, make.CITYS, make.OFFICE, replaces=new.id, reason="换项目")


async def test_an_entry_is_refused_or_withdrawn_with_its_reason(city: AsyncSession) -> None:
    one, other, third = [await make.entered(city) for _ in range(3)]
    with pytest.raises(NotYourFunds):
        await entries.withdraw(city, FINANCE, one.id, "无权", TODAY, 1)
    await entries.withdraw(city, MAKER, one.id, "填错项目", TODAY, 1)
    refused = await entries.refuse(city, FINANCE, other.id, "回单与金额不符", TODAY, 1)
    assert (refused.state, refused.end_reason) == (EntryState.refused, "回单与金额不符")
    await entries.confirm(city, FINANCE, third.id, TODAY, 1)
    mine = await make.entered(city, who=make.LEADER)
    await entries.confirm(city, FINANCE, mine.id, TODAY, 1)
    with pytest.raises(SamePersonFunds):
        await entries.withdraw(city, make.LEADER, mine.id, "自己撤", TODAY, 2)
    await entries.withdraw(city, FINANCE, third.id, "资金已退回", TODAY, 2)
    assert await make.counted(city) == {"2026-12": 100 * WAN}
    with pytest.raises(EntrySettled):
        await entries.withdraw(city, FINANCE, third.id, "再撤", TODAY, 3)


async def test_a_closed_month_is_corrected_in_the_first_open_one(city: AsyncSession) -> None:
    await make.load(city, (OURS, "2026-11", 50 * WAN))
    kept = await make.confirmed(city, month="2026-11")
    waits = await make.entered(city, month="2026-11")
    with pytest.raises(NotYourFunds):
        await months.close_month(city, make.CITY_FINANCE, "2026-11", TODAY)
    with pytest.raises(MonthNotOver):
        await months.close_month(city, make.OFFICE, "2027-01", TODAY)
    await months.close_month(city, make.OFFICE, "2026-11", TODAY)
    for again in ("2026-11", "2026-10"):
        with pytest.raises(MonthClosed):
            await months.close_month(city, make.OFFICE, again, TODAY)
    with pytest.raises(MonthClosed) as caught:
        await make.entered(city, month="2026-11")
    assert caught.value.facts == {"month": "2026-11", "open": "2026-12"}
    with pytest.raises(MonthClosed):
        await entries.confirm(city, FINANCE, waits.id, TODAY, 1)
    with pytest.raises(MonthClosed):
        await entries.withdraw(city, FINANCE, kept.id, "撤", TODAY, 2)
    await entries.refuse(city, FINANCE, waits.id, "该月已关账", TODAY, 1)
    assert not (await views.entry_view(city, FINANCE, kept.id)).may_withdraw
    wrong = {"corrects_month": "2026-11", "reason": "退回投资款", "amount": -60 * WAN}
    with pytest.raises(BadFunds):
        await make.entered(city, month="2027-01", **wrong)
    fixed = await make.confirmed(city, month="2026-12", **wrong)
    assert fixed.corrects_month == "2026-11"
    assert await make.counted(city) == {"2026-11": 150 * WAN, "2026-12": -60 * WAN}
    much = await make.entered(city, month="2026-12", **(wrong | {"amount": -91 * WAN}))
    with pytest.raises(BadFunds):
        await entries.confirm(city, FINANCE, much.id, TODAY, 1)
    rest = await make.entered(city, month="2026-12", **(wrong | {"amount": -90 * WAN}))
    await entries.confirm(city, FINANCE, rest.id, TODAY, 1)
    # An open month takes its correction itself.
    await make.load(city, (OURS, "2026-12", 10 * WAN))
    with pytest.raises(BadFunds):
        await make.entered(city, month="2027-01", corrects_month="2026-12", reason="多报", amount=-WAN)
    await make.confirmed(city, month="2026-12", corrects_month="2026-12", reason="多报", amount=-WAN)


async def test_dollars_count_at_their_months_rate(city: AsyncSession) -> None:
    dollars = {"currency": "USD", "fund_kind": "foreign", "amount": 10_050, "month": "2026-11"}
    with pytest.raises(NoExchangeRate):
        await make.entered(city, **dollars)
    rate = RateForm(month="2026-11", rate_e4=70_853, source="中国外汇交易中心 2026-11-02 中间价")
    with pytest.raises(NotYourFunds):
        await months.set_rate(city, FINANCE, rate, TODAY)
    with pytest.raises(BadFunds):
        await months.set_rate(city, make.OFFICE, rate.model_copy(update={"month": "2027-02"}), TODAY)
    await months.set_rate(city, make.CITY_FINANCE, rate, TODAY)
    made = await make.confirmed(city, **dollars)
    # 100.50 dollars at 7.0853 are 712.07265 yuan.
    assert (made.rate_e4, made.fen) == (70_853, 71_207)
    again = await months.set_rate(city, make.CITY_FINANCE, rate.model_copy(update={"rate_e4": 80_000}), TODAY)
    assert again.version == 2
    assert [row.rate_e4 for row in (await months.rates_view(city, make.SYSTEM.city)).items] == [
        80_000,
        70_853,
    ]
    # What files bring in dollars is converted at the rate that counts, and not at all without one.
    await make.load(city, (OURS, "2026-11", 100), (OURS, "2026-10", 100), unit="万美元", kind="foreign")
    assert await make.counted(city) == {"2026-10": None, "2026-11": 71_207 + 800}
    await months.close_month(city, make.OFFICE, "2026-11", TODAY)
    with pytest.raises(MonthClosed):
        await months.set_rate(city, make.CITY_FINANCE, rate, TODAY)
    # A correction is converted as what it corrects is.
    back = {**dollars, "month": "2026-12", "corrects_month": "2026-11", "amount": -100, "reason": "退汇"}
    assert (await make.confirmed(city, **back)).fen == -800


REFUSED = {
    "an entry is not rewritten": "UPDATE fund_entry SET amount = 1, fen = 1, revision = 3",
    "an entry is not deleted": "DELETE FROM fund_entry",
    "an entry does not come back": "UPDATE fund_entry SET state = 'pending', revision = 3",
    "nobody confirms what they made": "UPDATE fund_entry SET checked_by = made_by, revision = 3",
    "a closed month's entry does not leave": (
        "UPDATE fund_entry SET state = 'withdrawn', ended_by = checked_by, end_reason = 'x', revision = 3"
    ),
    "no entry begins confirmed": (
        "INSERT INTO fund_entry SELECT (jsonb_populate_record(e, jsonb_build_object("
        "'id', gen_random_uuid(), 'month', '2026-12', 'revision', 1))).* FROM fund_entry AS e"
    ),
    "no entry comes into a closed month": (
        "INSERT INTO fund_entry SELECT (jsonb_populate_record(e, jsonb_build_object("
        "'id', gen_random_uuid(), 'state', 'pending', 'revision', 1, 'checked_by', NULL))).*"
        " FROM fund_entry AS e"
    ),
    "a correction lands in the first open month": (
        "INSERT INTO fund_entry SELECT (jsonb_populate_record(e, jsonb_build_object("
        "'id', gen_random_uuid(), 'state', 'pending', 'revision', 1, 'checked_by', NULL,"
        " 'month', '2027-01', 'corrects_month', '2026-11', 'reason', 'x'))).* FROM fund_entry AS e"
    ),
    "a revision is of the same month": (
        "INSERT INTO fund_entry SELECT (jsonb_populate_record(e, jsonb_build_object("
        "'id', gen_random_uuid(), 'state', 'pending', 'revision', 1, 'checked_by', NULL,"
        " 'month', '2026-12', 'replaces', e.id, 'reason', 'x'))).* FROM fund_entry AS e"
    ),
    "a closed month's file rows stay": "UPDATE paid_in SET amount = 1",
    "nor do they go": "DELETE FROM paid_in",
    "nor come": (
        "INSERT INTO paid_in SELECT city, project, '2026-10', fund_kind, seq, amount, unit, evidence"
        " FROM paid_in"
    ),
    "nor move in": "UPDATE paid_in SET month = '2026-10' WHERE month = '2026-12'",
    "a close stays": "DELETE FROM fund_close",
    "a close goes onwards": (
        "INSERT INTO fund_close (city, month, made_by, made_name, made_on)"
        " SELECT city, '2026-09', made_by, made_name, made_on FROM fund_close"
    ),
    "a rate stays": "UPDATE exchange_rate SET rate_e4 = 1",
    "a closed month's rate too": (
        "INSERT INTO exchange_rate (city, month, version, rate_e4, source, made_by, made_name, made_on)"
        " SELECT city, month, 2, 1, source, made_by, made_name, made_on FROM exchange_rate"
    ),
    "nothing is emptied": "TRUNCATE fund_entry CASCADE",
}


async def test_the_database_refuses_by_itself(city: AsyncSession) -> None:
    await make.load(city, (OURS, "2026-11", 50 * WAN))
    await months.set_rate(city, make.OFFICE, RateForm(month="2026-11", rate_e4=70_000, source="x"), TODAY)
    await make.confirmed(city, month="2026-11")
    await months.close_month(city, make.OFFICE, "2026-11", TODAY)
    await city.execute(
        text(
            "INSERT INTO paid_in SELECT city, project, '2026-12', fund_kind, 7, amount, unit, evidence"
            " FROM paid_in"
        )
    )
    taken = []
    for what, statement in REFUSED.items():
        try:
            async with city.begin_nested():
                await city.execute(text(statement))
        except DBAPIError:
            continue
        taken.append(what)
    assert taken == []
    # The file that brought a closed month loads once more.
    await make.load(city, (OURS, "2026-11", 50 * WAN))
    async with city.begin_nested():
        await city.execute(text("UPDATE paid_in SET evidence = '银行回单' WHERE month = '2026-11'"))
