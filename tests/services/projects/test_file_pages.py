"""The pages of evidence files and of merges, as officers use them."""

import pytest

from allocation.lifecycle import Action
from auth.principal import Role
from services.kit.database import Database
from services.projects import service
from tests.services.files import samples
from tests.services.projects import factories as make
from tests.services.projects import road
from tests.services.projects.person import HIDDEN, Enter, Person


@pytest.fixture
async def leads(database: Database) -> tuple[str, str]:
    """An accepted lead of Danfeng, and one of the same firm that Luonan registered."""
    async with database.session() as session:
        kept = await road.lead(session)
        gone = await service.register(session, make.officer(make.LUONAN), make.form(origin=make.LUONAN))
        return kept.public_id, gone.public_id


async def upload(person: Person, ref: str, content: bytes, purpose: str) -> None:
    page = await person.open(f"/projects/{ref}/files")
    hidden = dict(HIDDEN.findall(page))
    for _press in range(2):
        person.page = await person.client.post(
            f"/projects/{ref}/files",
            data={**hidden, "purpose": purpose, "note": "第二次"},
            files={"file": ("走访记录.pdf", content, "application/pdf")},
            headers={"Accept": "text/html"},
        )


async def test_files_are_uploaded_named_in_a_move_and_unlocked(enter: Enter, leads: tuple[str, str]) -> None:
    ref = leads[0]
    officer = await enter(Role.county_officer, make.DANFENG)
    await upload(officer, ref, b"MZ", "capacity_sheet")
    assert officer.page.status_code == 422
    assert "按内容判断" in officer.page.text
    await upload(officer, ref, samples.pdf(), "capacity_sheet")
    assert officer.page.status_code == 303, officer.page.text
    page = await officer.open(f"/projects/{ref}/files")
    assert page.count("走访记录.pdf</a>") == 1, "two presses of the button are one upload"
    assert "要素核算表" in page
    assert "佐证文件" in await officer.open(f"/projects/{ref}")
    form = await officer.open(f"/projects/{ref}/transfer")
    assert 'name="files"' in form
    assert "走访记录.pdf" in form
    office = await enter(Role.city_office, make.CITY)
    page = await office.open(f"/projects/{ref}/files")
    assert "须先说明原因" in page
    assert "走访记录.pdf" not in page
    assert (await office.resend(f"/projects/{ref}/files/unlock", reason=" ")).status_code == 422
    assert (await office.resend(f"/projects/{ref}/files/unlock", reason="核对")).status_code == 303
    page = await office.open(f"/projects/{ref}/files")
    assert "走访记录.pdf" in page
    content = page.split('href="/files/')[1].split('"')[0]
    got = await office.client.get(f"/files/{content}")
    assert got.content == samples.pdf()
    end = page.split("/bindings/")[1].split('"')[0]
    file = content.partition("/")[0]
    path = f"/projects/{ref}/files/{file}/bindings/{end}"
    assert "撤销佐证" in await officer.open(path)
    assert (await officer.resend(path, reason=" ")).status_code == 422
    assert (await officer.resend(path, reason="传错")).status_code == 303
    assert "没有可以查看的佐证文件" not in await officer.open(f"/projects/{ref}/files")
    assert (await officer.open(path)).count("没有这一页") == 1


async def test_the_office_merges_by_the_page_and_the_timeline_shows_both(
    enter: Enter, leads: tuple[str, str]
) -> None:
    kept, gone = leads
    office = await enter(Role.city_office, make.CITY)
    assert f"/projects/{gone}/merge" in await office.open(f"/projects/{gone}")
    path = f"/projects/{gone}/merge"
    assert (await office.send(path, into=kept, reason="", told="")).status_code == 422
    assert (await office.send(path, into=gone, reason="同一项目", told="函告")).status_code == 422
    assert "两条线索是同一条" in office.page.text
    address = f"http://127.0.0.1/projects/{kept}"
    assert (await office.send(path, into=address, reason="同一项目", told="函告")).status_code == 303
    page = await office.open(f"/projects/{gone}")
    assert "该线索已并入" in page
    assert f"/projects/{kept}" in page
    assert "同意不转给保留的线索" in await office.open(f"/projects/{kept}/merge")
    timeline = await office.open(f"/projects/{kept}")
    assert "并入重复线索" in timeline
    assert timeline.count("登记线索 · ") == 1
    rival = await enter(Role.county_officer, make.LUONAN)
    page = await rival.open(f"/projects/{gone}")
    assert "合并不能撤销" in page
    assert kept not in page


async def test_two_accepted_leads_wait_for_a_second_person_on_the_page(
    enter: Enter, leads: tuple[str, str], database: Database
) -> None:
    kept, gone = leads
    async with database.session() as session:
        leader = make.leader(make.LUONAN)
        await service.move(session, leader, gone, road.plain(Action.review))
        await service.move(session, make.OFFICE, gone, road.plain(Action.accept, reason="另行合并"))
    asker = await enter(Role.city_office, make.CITY)
    path = f"/projects/{gone}/merge"
    assert (await asker.send(path, into=kept, reason="同一项目", told="函告")).status_code == 303
    assert "等待另一人复核" in await asker.open(path)
    other = await enter(Role.city_office, make.CITY)
    await other.open(path)
    done = await other.resend(f"{path}/decision", reason="核对一致", decision="accept")
    assert done.status_code == 303, done.text
    assert "已合并" in await other.open(path)
    again = await other.client.get(path, headers={"Accept-Language": "en"})
    assert "Merged" in again.text
