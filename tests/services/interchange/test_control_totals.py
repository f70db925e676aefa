"""Control totals of receipts: shown, kept, compared with the sender's; the same file twice; withdrawals."""

import pytest
from sqlalchemy import select, text

from allocation.sharing.reconciling import Declared
from auth.principal import Role
from services.interchange import service
from services.interchange.errors import FileLoadedBefore, TotalsDiffer
from services.kit.clock import Clock
from services.kit.database import Database
from services.ledger.tables import ReceiptBatch
from tests.services.interchange.files import as_csv, example
from tests.services.interchange.test_service import CITY, CLOCK, FINANCE, OFFICE, someone


def fresh(rows: int = 3) -> list[list[str]]:
    """Receipts of the example under tickets of their own."""
    header, *found = example("receipts", rows)
    place = header.index("电子税票号")
    return [header, *([*row[:place], f"T{number}", *row[place + 1 :]] for number, row in enumerate(found))]


def cents(rows: list[list[str]]) -> int:
    place = rows[0].index("入库金额(元)")
    return sum(int(row[place].replace(".", "")) for row in rows[1:])


async def load(session, rows, declared=None, name="新入库.csv"):
    plan = await service.plan_file(session, FINANCE, "receipts", name, as_csv(rows), declared or Declared())
    return await service.commit_plan(session, FINANCE, plan.id, Clock())


async def batches(session):
    query = select(ReceiptBatch).where(ReceiptBatch.kind == "receipts").order_by(ReceiptBatch.known)
    return list(await session.scalars(query))


async def test_the_preview_adds_up_by_tax_treasury_and_kind(loaded: Database):
    async with loaded.session() as session:
        rows = fresh(5)
        plan = await service.plan_file(session, FINANCE, "receipts", "a.csv", as_csv(rows))
        totals = service.import_view(plan).totals
        assert totals.rows == 5
        assert [part.header for part in [totals.by, *totals.also]] == ["税种", "收款国库", "类型"]
        for part in (totals.by, *totals.also):
            assert sum(group.rows for group in part.groups) == 5
            assert sum(int(group.sum.replace(".", "")) for group in part.groups) == cents(rows)


async def test_the_batch_keeps_file_counts_and_totals(loaded: Database):
    async with loaded.session() as session:
        rows = fresh()
        done = await load(session, rows, Declared(3, cents(rows)))
        batch = (await batches(session))[-1]
        assert (batch.filename, batch.file_sha256) == ("新入库.csv", done.file_sha256)
        assert batch.counts == {"new": 3, "changed": 0, "same": 0, "bad": 0}
        assert (batch.totals["rows"], batch.totals["fen"]) == (3, cents(rows))
        for name in ("by_tax", "by_treasury", "by_kind"):
            assert sum(part["fen"] for part in batch.totals[name].values()) == cents(rows)
        assert batch.declared == {"rows": 3, "fen": cents(rows)}


@pytest.mark.parametrize("off", [(1, 0), (0, 1), (-1, -100), (None, 5)])
async def test_a_file_that_is_not_what_was_declared_is_refused_by_its_difference(loaded: Database, off):
    rows = fresh()
    declared = Declared(None if off[0] is None else 3 + off[0], cents(rows) + off[1])
    async with loaded.session() as session:
        before = (await session.execute(text("SELECT count(*) FROM import_plan"))).scalar_one()
        with pytest.raises(TotalsDiffer) as refused:
            async with session.begin_nested():
                await service.plan_file(session, FINANCE, "receipts", "a.csv", as_csv(rows), declared)
        assert refused.value.facts["rows_off"] == (-(off[0] or 0))
        assert refused.value.facts["fen_off"] == -off[1]
        assert (await session.execute(text("SELECT count(*) FROM import_plan"))).scalar_one() == before


async def test_good_rows_alone_are_not_what_was_declared(loaded: Database):
    rows = fresh()
    declared = Declared(3, cents(rows))
    rows[2][rows[0].index("税种")] = "某税"
    async with loaded.session() as session:
        plan = await service.plan_file(session, FINANCE, "receipts", "a.csv", as_csv(rows), declared)
        with pytest.raises(TotalsDiffer):
            await service.commit_plan(session, FINANCE, plan.id, CLOCK, good_rows_only=True)
        assert service.import_view(plan).totals.declared.rows == 3


async def test_the_same_file_again_is_recognised_and_undoes_no_correction(loaded: Database):
    async with loaded.session() as session:
        rows = fresh()
        await load(session, rows)
        corrected = [list(row) for row in rows]
        place = rows[0].index("纳税人名称")
        corrected[1][place] = "更正后的名称"
        await load(session, corrected, name="更正.csv")
        assert (await batches(session))[-1].counts == {"new": 0, "changed": 1, "same": 2, "bad": 0}
        again = await service.plan_file(session, FINANCE, "receipts", "a.csv", as_csv(rows))
        assert again.counts["changed"] == 1, "the old file differs from the correction"
        shown = await service.show_plan(session, again)
        assert shown.earlier is not None
        assert shown.earlier.known == (await batches(session))[-2].known
        with pytest.raises(FileLoadedBefore):
            await service.commit_plan(session, FINANCE, again.id, CLOCK)


async def test_a_file_of_which_rows_were_left_out_may_come_again(loaded: Database):
    rows = fresh()
    rows[2][rows[0].index("收款国库")] = "611099"
    async with loaded.session() as session:
        plan = await service.plan_file(session, FINANCE, "receipts", "a.csv", as_csv(rows))
        await service.commit_plan(session, FINANCE, plan.id, CLOCK, good_rows_only=True)
        again = await service.plan_file(session, FINANCE, "receipts", "a.csv", as_csv(rows))
        assert (await service.show_plan(session, again)).earlier is None


async def test_a_withdrawn_ticket_is_a_revision_worth_nothing(loaded: Database):
    async with loaded.session() as session:
        rows = fresh()
        await load(session, rows)
        withdrawn = [[*rows[0], "状态"], [*rows[1], "作废"]]
        await load(session, withdrawn, name="作废.csv")
        stored = await session.execute(
            text(
                "SELECT revision, withdrawn, amount_fen, county_fen FROM receipt_version"
                " WHERE ticket = 'T0' ORDER BY revision"
            )
        )
        first, second = [tuple(row) for row in stored]
        assert first[:2] == (1, False)
        assert first[2] != 0
        assert second == (2, True, 0, 0)
        again = await service.plan_file(session, FINANCE, "receipts", "b.csv", as_csv(withdrawn + rows[2:3]))
        assert again.counts == {"new": 0, "changed": 0, "same": 2, "bad": 0}


async def test_another_office_loads_no_receipts(loaded: Database):
    from services.interchange.errors import NotYourTable

    async with loaded.session() as session:
        for who in (OFFICE, someone(Role.county_finance, "611002"), someone(Role.auditor)):
            with pytest.raises(NotYourTable):
                await service.plan_file(session, who, "receipts", "a.csv", as_csv(fresh()))
        assert FINANCE.city == CITY
