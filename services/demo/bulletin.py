"""The month's bulletin: printed into the data folder as a paper, a workbook and a leaders' sheet."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from services.demo.crew import Crew
from services.demo.progress import Step
from services.documents.bulletin import bulletin_pdf, bulletin_xlsx, leaders_pdf
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.reports.service import month_report

FOLDER: Final = "bulletins"
RATES: Final = ("contract_rate", "registration_rate", "ready_rate", "start_rate")


async def tell(database: Database, crew: Crew, step: Step, folder: Path) -> dict[str, int | str]:
    """Print the last full month's bulletin into a folder below the data folder.

    Returns:
        the paper's file below the data folder, its bytes, and the month's rates by count in basis points.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        period = f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
        files = [
            await write(session, crew.office, period) for write in (bulletin_pdf, bulletin_xlsx, leaders_pdf)
        ]
        report = await month_report(session, crew.office, period)
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    for file in files:
        (place / file.name).write_bytes(file.content)
    figures = {code: report.figure(f"{code}.count").rate for code in RATES}
    told: dict[str, int | str] = {
        f"bulletin_{code}_bp": rate.basis_points
        for code, rate in figures.items()
        if rate is not None and rate.basis_points is not None
    }
    paper = f"{FOLDER}/{files[0].name}"
    step.note(lazy("{period} 专报和一页通已印入数据目录 {paper}"), period=period, paper=paper)
    return {"bulletin": paper, "bulletin_bytes": len(files[0].content), **told}
