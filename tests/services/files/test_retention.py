"""Content goes after its years and leaves its row; a dump and a restore keep every hash."""

import asyncio
import subprocess
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from allocation.evidence_kinds import EvidenceKind
from allocation.lifecycle import Action
from services.cli import app as cli
from services.files import binding, retention, service
from services.files.errors import ContentGone, TooEarly
from services.files.schemas import BindIn
from services.files.tables import StoredFile
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.projects import files
from services.projects import service as projects
from services.projects.dossier import open_dossier
from services.projects.tables import Project
from services.regions.settings import set_setting
from tests.services.files import samples
from tests.services.projects import factories as make
from tests.services.projects import road
from tests.services.projects.road import LEADER, OFFICER, TODAY, plain

LONG_AGO = date(2015, 3, 1)
BEFORE = date(2016, 1, 1)


async def put(session: AsyncSession, content: bytes, on: date = LONG_AGO) -> StoredFile:
    return await service.upload(
        session, OFFICER, "走访.pdf", content, purpose=EvidenceKind.visit_record, today=on
    )


async def prune(session: AsyncSession, *, commit: bool = True) -> tuple[int, int]:
    done = await retention.prune(session, make.SYSTEM, BEFORE, reason="保存期满", commit=commit)
    return done.contents, done.kept


async def test_only_what_is_over_for_all_its_years_goes(session: AsyncSession, lead: Project) -> None:
    loose = await put(session, samples.pdf("unbound"))
    fresh = await put(session, samples.pdf("fresh"), TODAY)
    shared = [await put(session, samples.pdf("shared"), on) for on in (LONG_AGO, TODAY)]
    bound = await put(session, samples.pdf("bound"))
    form = BindIn(file=bound.id, proves=EvidenceKind.visit_record)
    await files.attach(session, OFFICER, lead.id, form, LONG_AGO)
    assert await prune(session, commit=False) == (1, 3)
    assert (await service.read(session, OFFICER, loose.id))[2] == samples.pdf("unbound")
    assert await prune(session) == (1, 3)
    for file in (fresh, *shared, bound):
        assert (await service.read(session, OFFICER, file.id))[2]
    with pytest.raises(ContentGone):
        await service.read(session, OFFICER, loose.id)
    view = await service.show(session, OFFICER, loose.id)
    assert (view.available, view.gone_because, view.sha256) == (False, "保存期满", loose.sha256)
    assert await prune(session) == (0, 3)
    again = await put(session, samples.pdf("unbound"), TODAY)
    assert (await service.read(session, OFFICER, loose.id))[2] == samples.pdf("unbound")
    assert (await service.show(session, OFFICER, again.id)).available


async def test_a_binding_holds_its_content_until_it_or_its_subject_ended(
    session: AsyncSession, lead: Project
) -> None:
    file = await put(session, samples.pdf("bound"))
    form = BindIn(file=file.id, proves=EvidenceKind.visit_record)
    await files.attach(session, OFFICER, lead.id, form, LONG_AGO)
    assert await prune(session) == (0, 1)
    await projects.move(session, make.OFFICE, lead.id, plain(Action.lose, reason="cost"))
    assert await prune(session) == (0, 1), "the lead was lost today, its years begin today"
    [bound] = (await service.show(session, LEADER, file.id)).bindings
    await binding.end_binding(session, OFFICER, file.id, bound.id, reason="传错", today=LONG_AGO)
    assert await prune(session) == (1, 0)


async def test_retention_is_a_setting_and_no_day_before_it_is_taken(session: AsyncSession) -> None:
    await road.lead(session)
    with pytest.raises(TooEarly):
        await retention.prune(session, make.SYSTEM, TODAY, reason="清理", commit=True)
    await set_setting(session, make.SYSTEM, "file_retention_years", 0, TODAY)
    await put(session, samples.pdf())
    done = await retention.prune(session, make.SYSTEM, TODAY, reason="清理", commit=True)
    assert (done.contents, done.bytes_freed) == (1, len(samples.pdf()))
    for statement in (
        "UPDATE file_content SET content = 'other bytes', pruned_at = NULL, pruned_reason = ''",
        "UPDATE file_content SET pruned_reason = ''",
    ):
        with pytest.raises(DBAPIError):
            async with session.begin_nested():
                await session.execute(text(statement))


async def test_the_command_counts_first_and_removes_when_told(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.session() as session:
        await road.lead(session)
        await put(session, samples.pdf())
    monkeypatch.setenv("DATABASE_URL", database_url)
    asked = ["files", "prune", make.CITY, "--before", "2016-01-01", "--reason", "保存期满"]

    async def run(*more: str) -> str:
        answer = await asyncio.to_thread(CliRunner().invoke, cli, [*asked, *more])
        assert answer.exit_code == 0, answer.output
        return answer.output

    assert "没有清理" in await run()
    assert '"contents": 1' in await run("--json")
    assert "已清理 1 份" in await run("--commit")
    assert '"contents": 0' in await run("--json")
    blank = await asyncio.to_thread(CliRunner().invoke, cli, [*asked[:-1], " "])
    assert blank.exit_code == 2


async def test_a_dump_and_a_restore_keep_every_file_and_its_hash(
    database: Database, database_url: str, server: EmbeddedPostgres, tmp_path: Path
) -> None:
    async with database.session() as session:
        lead = await road.lead(session)
        for number, content in enumerate((samples.pdf(), samples.png(), samples.docx(), samples.ofd())):
            file = await put(session, content, TODAY)
            form = BindIn(file=file.id, proves=list(EvidenceKind)[number])
            await files.attach(session, OFFICER, lead.id, form, TODAY)
    name = database_url.rpartition("/")[2].partition("?")[0]
    copy = f"{name}_restored"
    server.create_database(copy)
    path = tmp_path / "city.dump"
    folder = server.binaries.folder
    for command in (
        [folder / "pg_dump", "-Fc", "-f", path, server.url(name)],
        [folder / "pg_restore", "--no-owner", "-d", server.url(copy), path],
    ):
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    asked = (
        "SELECT string_agg(sha256 || encode(sha256(content), 'hex') || size || kind, ',' ORDER BY sha256)"
        " FROM file_content WHERE encode(sha256(content), 'hex') = sha256"
    )
    kept, restored = server.psql(asked, name), server.psql(asked, copy)
    assert kept.count(",") == 3
    assert restored == kept
    counted = "SELECT (SELECT count(*) FROM file) || '/' || (SELECT count(*) FROM file_binding)"
    assert server.psql(counted, copy) == "4/4"
    other = Database(server.url(copy), pool_size=1)
    try:
        async with other.session() as session:
            dossier = await open_dossier(session, LEADER, lead.id)
            found = (await files.project_files(session, dossier)).items
            assert {(await service.read(session, LEADER, row.id))[2] for row in found} == {
                samples.pdf(),
                samples.png(),
                samples.docx(),
                samples.ofd(),
            }
    finally:
        await other.close()
        server.drop_database(copy)
