"""The chapters of a lead's road: each acts on leads of its own, after the year is settled.

Nothing here changes what was imported, matched or booked; each chapter says on its line what came of it.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from services.demo import (
    approving,
    clocks,
    duplicates,
    evidence_files,
    first_talk,
    funds,
    intake,
    libraries,
    notices,
    overriding,
    pooling,
    reports,
    tracking,
)
from services.demo.crew import Crew
from services.demo.progress import Progress, Step
from services.kit.database import Database
from services.kit.i18n import lazy

Tell = Callable[[Database, Crew, Step], Awaitable[dict[str, Any]]]

CHAPTERS: Final[tuple[tuple[str, Tell], ...]] = (
    (lazy("报备之前：接触备案、准入、公开受理"), intake.tell),
    (lazy("重复线索预警"), duplicates.tell),
    (lazy("佐证材料与重复线索合并"), evidence_files.tell),
    (lazy("首谈争议裁定与保护期满释放"), first_talk.tell),
    (lazy("保底揭名、承接上限、联席会议"), pooling.tell),
    (lazy("承诺审查、调整代价、县区异议"), overriding.tell),
    (lazy("审批：退回、加签、代理、批量"), approving.tell),
    (lazy("项目跟踪：佐证、销号、包保、承诺兑现"), tracking.tell),
    (lazy("到位资金：填报、复核、更正"), funds.tell),
    (lazy("项目库与产业链图谱的版式"), libraries.tell),
    (lazy("月报封存：两人核对"), reports.tell),
    (lazy("消息：退订、推送、失败重发"), notices.tell),
    # Last, for it escalates what all others left behind.
    (lazy("时限与资源核实"), clocks.tell),
)
"""What each is called on its line, in the order of the road."""


async def tell_chapters(database: Database, crew: Crew, progress: Progress) -> None:
    """Tell them all."""
    for words, tell in CHAPTERS:
        with progress.step(words) as step:
            await tell(database, crew, step)
