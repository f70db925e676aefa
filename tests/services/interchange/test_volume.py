"""The largest file that is taken: 20,000 receipts."""

from datetime import date, timedelta

from sqlalchemy import text

from services.interchange import service
from services.interchange.sheets import MAX_ROWS
from services.kit.clock import Clock
from services.kit.database import Database
from tests.services.interchange.files import Rows, as_csv, example
from tests.services.interchange.test_service import FINANCE


def many_receipts(count: int = MAX_ROWS) -> Rows:
    """Make receipts of one firm: 100.00 yuan each, divided as the level table says."""
    header, first = example("receipts", 1)
    rows = [header]
    for number in range(count):
        paid_on = (date(2026, 1, 1) + timedelta(days=number % 365)).isoformat()
        row = ["2026-01", paid_on, "611002", f"9{number:016}", *first[4:6], "增值税", "10101", "正常"]
        rows.append([*row, "100.00", "50.00", "20.00", "10.00", "20.00"])
    return rows


async def test_the_largest_file_is_planned_and_written_whole(loaded: Database):
    async with loaded.session() as session:
        plan = await service.plan_file(session, FINANCE, "receipts", "税收入库.csv", as_csv(many_receipts()))
        assert plan.counts == {"new": MAX_ROWS, "changed": 0, "same": 0, "bad": 0}
        assert plan.totals["sums"]["入库金额(元)"] == "2000000.00"
    async with loaded.session() as session:
        done = await service.commit_plan(session, FINANCE, plan.id, Clock())
        assert done.written == MAX_ROWS
        stored = await session.execute(text("SELECT count(*), count(DISTINCT known) FROM receipt_version"))
        assert tuple(stored.one()) == (MAX_ROWS + 1846, 2)
