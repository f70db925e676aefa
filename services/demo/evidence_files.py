"""Evidence files and a merge: two counties file one firm, both prove it, two people make it one lead."""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence_kinds import EvidenceKind
from allocation.lifecycle import Action
from auth.principal import Principal
from services.demo.crew import Crew
from services.demo.progress import Step
from services.demo.scan import scan_of
from services.files import service as store
from services.files.errors import WrongEvidence
from services.files.schemas import BindIn
from services.files.tables import StoredFile
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.projects import files, service
from services.projects.merging import decide_merge, merge
from services.projects.merging_schemas import MergeDecision, MergeForm
from services.projects.schemas import MoveForm, ProjectForm, TransferForm
from services.projects.tables import Project
from services.regions.repo import load_counties

CREDIT_CODE = "91350200MA8DEM7F1B"
FIRM = "厦门演示精密部件有限公司"


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Let one firm be filed twice, proved, and merged.

    Returns:
        The kept and the merged lead's public ids, how many files stand by, and how many moves both have.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        counties = [row.code for row in await load_counties(session, crew.city)]
        kept = await _file(session, crew, counties[0], today)
        gone = await _file(session, crew, counties[1], today)
        await _pass_on(session, crew, kept, today)
        await _prove(session, crew.officer(gone.origin), gone, today)
    async with database.session() as session:
        form = MergeForm(
            into=kept.public_id, reason="同一投资方的同一项目，两地先后登记", told="已函告两地首谈单位"
        )
        asker = crew.office
        await merge(session, asker, gone.public_id, form)
        other = crew.leader(crew.city, but=(asker.account,))
        await decide_merge(session, other, gone.public_id, MergeDecision(accept=True, reason="核对一致"))
    async with database.session() as session:
        await files.unlock_files(session, crew.office, kept.public_id, "核对两地走访记录", today)
        dossier = await service.open_dossier(session, crew.office, kept.public_id)
        found = (await files.project_files(session, dossier)).items
        for file in found:
            await store.read(session, crew.office, file.id)
        moves = await service.history(session, dossier)
    step.note(lazy("佐证文件 {files} 份，重复线索合并后历史 {moves} 条"), files=len(found), moves=len(moves))
    return {
        "merge_kept": kept.public_id,
        "merge_gone": gone.public_id,
        "evidence_files": len(found),
        "merged_history": len(moves),
    }


async def _file(session: AsyncSession, crew: Crew, county: str, today: date) -> Project:
    """Register the firm in a county and bring it to protection."""
    form = ProjectForm.model_validate(
        {
            "origin": county,
            "channel": "以商招商",
            "channel_unit": "本地链主企业",
            "filing_reason": "new_build",
            "name": "演示精密部件项目",
            "investor_name": FIRM,
            "investor_credit_code": CREDIT_CODE,
            "investor_registered": "350200",
            "fund_kind": "province_outside",
            "industry": "3670",
            "investment_fen": 30_000 * 1_000_000,
            "fixed_investment_fen": 24_000 * 1_000_000,
            "land_mu": 5_000,
            "hall_m2": 0,
            "energy_tce": 2_000,
            "water_td": 60,
            "cod_kg": 300,
            "output_fen": 20_000 * 1_000_000,
            "tax_fen": 1_200 * 1_000_000,
            "first_talk_on": today - timedelta(days=20),
            "land_deadline": today + timedelta(days=180),
        }
    )
    made = await service.register(session, crew.officer(county), form)
    await service.move(session, crew.leader(county), made.id, MoveForm(action=Action.review))
    known = MoveForm(action=Action.accept, reason="两地同日来件，先受理再合并")
    return await service.move(session, crew.office, made.id, known)


async def _upload(
    session: AsyncSession, officer: Principal, purpose: EvidenceKind, words: str, today: date
) -> StoredFile:
    return await store.upload(
        session, officer, f"{words}.pdf", scan_of(f"{purpose} {officer.office}"), purpose=purpose, today=today
    )


async def _prove(session: AsyncSession, officer: Principal, lead: Project, today: date) -> None:
    """Bind a visit's record to the lead itself."""
    record = await _upload(session, officer, EvidenceKind.visit_record, "走访记录", today)
    await files.attach(
        session, officer, lead.id, BindIn(file=record.id, proves=EvidenceKind.visit_record), today
    )


async def _pass_on(session: AsyncSession, crew: Crew, lead: Project, today: date) -> None:
    """Ask to pass the lead on: a licence proves no lack of land, a capacity sheet does."""
    officer = crew.officer(lead.origin)
    await _prove(session, officer, lead, today)
    licence = await _upload(session, officer, EvidenceKind.licence, "营业执照", today)
    sheet = await _upload(session, officer, EvidenceKind.capacity_sheet, "园区空间核算表", today)
    form = TransferForm.model_validate(
        {
            "reason": "land_quota",
            "evidence": "园区空间核算表",
            "investor_consent_on": today,
            "floor_ratio_bp": 3_000,
            "floor_years": 5,
            "upfront_fen": 20_000_000,
            "recall_days": 60,
            "files": [licence.id],
        }
    )
    try:
        async with session.begin_nested():
            await service.request_transfer(session, officer, lead.id, form)
    except WrongEvidence:
        await session.refresh(lead)
        right = form.model_copy(update={"files": [sheet.id]})
        await service.request_transfer(session, officer, lead.id, right)
