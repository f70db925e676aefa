"""The pages: a county's way from its key to the co-signature, what others see, the paper of keys."""

import asyncio
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from allocation.evidence.cosigning import parse_request
from allocation.evidence.verifying import verify_bundle
from auth.principal import Role
from services.documents.codes import check_code
from services.kit.database import Database
from tests.services.evidence.parts import confirmed, counties, seal, signed, vkey, year_statement
from tests.services.ledger.conftest import Browser, Site
from tests.services.ledger.factories import CITY

CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Pages:
    """A sealed year whose first county confirmed its statement, and its people's browsers."""

    def __init__(self, site: Site, county: str, number: str, code: str) -> None:
        self.site, self.county, self.number, self.code = site, county, number, code
        self.database: Database = site.app.state.database

    async def of(self, role: Role, language: str = "zh") -> Browser:
        office = self.county if role in {Role.county_finance, Role.county_leader} else CITY
        return await self.site.browser(role, office, language)

    async def act(self, browser: Browser, action: str) -> httpx.Response:
        """Press the button of the form whose address ends so."""
        text = (await browser.get("/evidence/keys")).text
        address = next(found for found in re.findall(r'action="([^"]+)"', text) if found.endswith(action))
        return await browser.send("/evidence/keys", address)


@pytest.fixture
async def pages(issued_site: Site) -> Pages:
    database: Database = issued_site.app.state.database
    async with database.session() as session:
        county = (await counties(session))[0]
        number = await confirmed(session, county)
        code = check_code((await year_statement(session, county)).body_sha256)
    await seal(database)
    return Pages(issued_site, county, str(number), code)


async def test_a_county_registers_its_key_co_signs_and_takes_its_bundle(pages: Pages) -> None:
    finance, leader = await pages.of(Role.county_finance), await pages.of(Role.county_leader)
    overview = await finance.page("/evidence")
    assert "没有登记会签用的密钥" in overview
    assert f"yipanqi/{CITY}/{pages.county}" in await finance.page("/evidence/keys")
    wrong = await finance.send("/evidence/keys", vkey="nonsense")
    assert wrong.status_code == 422
    assert "不是本县区" in wrong.text or "公钥的名称应为" in wrong.text
    done = await finance.send("/evidence/keys", vkey=vkey(pages.county))
    assert done.status_code == 303
    assert "复核通过" not in await finance.page("/evidence/keys"), "the maker does not check"
    assert (await pages.act(leader, "/confirm")).status_code == 303
    assert "待县区会签" in await finance.page(f"/evidence/statements/{pages.number}")
    overview = await finance.page("/evidence")
    request = await finance.get(f"/evidence/requests/{pages.county}")
    assert request.headers["content-disposition"].startswith("attachment")
    refused = await finance.send("/evidence", "/evidence/cosignatures", note="nonsense")
    assert refused.status_code == 422
    assert "会签不符" in refused.text
    note = signed(parse_request(request.text).checkpoint, pages.county)
    kept = await finance.send("/evidence", "/evidence/cosignatures", note=note.replace("\n", "\r\n"))
    assert kept.status_code == 303
    assert "目前没有需要会签的内容" in await finance.page("/evidence")
    assert "县区已用自持密钥会签" in await finance.page(f"/evidence/statements/{pages.number}")
    bundle = await finance.get(f"/evidence/bundles/{pages.number}")
    verdict = verify_bundle(bundle.content)
    assert verdict.statements[0].cosigned == (pages.county,)
    year = await finance.get("/evidence/bundles?year=2025")
    assert verify_bundle(year.content).verified
    assert (await pages.act(leader, "/retire")).status_code == 303
    assert "已停用" in await leader.page("/evidence/keys")


async def test_the_city_holds_a_key_and_the_pages_say_what_it_is_worth(pages: Pages) -> None:
    maker, checker = await pages.of(Role.city_finance), await pages.of(Role.city_finance)
    made = await maker.send("/evidence/keys", county=pages.county)
    assert made.status_code == 303
    assert (await maker.send("/evidence/keys", county="999999")).status_code == 422
    assert (await pages.act(checker, "/confirm")).status_code == 303
    assert (await pages.act(checker, "/retire")).status_code == 303
    again = await pages.act(checker, "/retire") if "/retire" in await checker.page("/evidence/keys") else None
    assert again is None
    await maker.send("/evidence/keys", county=pages.county)
    await pages.act(checker, "/confirm")
    await seal(pages.database)
    finance = await pages.of(Role.county_finance)
    assert "由市级服务器代管" in await finance.page("/evidence")
    shown = await finance.page(f"/evidence/statements/{pages.number}")
    assert "不计为县区的确认" in shown


async def test_the_paper_of_keys_says_who_holds_them(pages: Pages, tmp_path: Path) -> None:
    maker, checker = await pages.of(Role.city_finance), await pages.of(Role.city_finance)
    await maker.send("/evidence/keys", county=pages.county)
    await pages.act(checker, "/confirm")
    answer = await checker.get("/evidence/keys.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    paper = tmp_path / "keys.pdf"
    paper.write_bytes(answer.content)
    words_of = ["pdftotext", str(paper), "-"]
    found = await asyncio.to_thread(subprocess.check_output, words_of, text=True)
    plain = re.sub(r"\s|\u200b", "", found)
    for words in ("密钥保管说明", "市级服务器代管", "不计为县区的确认", f"yipanqi/{CITY}/{pages.county}"):
        assert words in plain


async def test_the_auditor_and_english_readers_find_their_way(pages: Pages) -> None:
    auditor = await pages.of(Role.auditor)
    whole = await auditor.get("/evidence/bundles")
    assert verify_bundle(whole.content).verified
    bad = await auditor.get("/evidence/bundles?year=x")
    assert bad.status_code == 422
    assert "请填写年度" in bad.text
    none = await auditor.get("/evidence/bundles?year=2031")
    assert none.status_code == 422
    assert "尚未封存" in none.text
    english = await pages.of(Role.auditor, "en")
    for path in ("/evidence", "/evidence/keys", f"/evidence/statements/{pages.number}"):
        assert "Evidence" in await english.page(path)
        assert not re.search(r"Merkle|默克尔", await auditor.page(path))
    officer = await pages.site.browser(Role.county_finance, "611026")
    assert (await officer.get(f"/evidence/statements/{pages.number}")).status_code == 404
    assert (await officer.get(f"/evidence/bundles/{pages.number}")).status_code == 404
    assert (await officer.get(f"/evidence/requests/{pages.county}")).status_code == 404


async def test_a_check_code_answers_other_programs_with_number_period_and_match_alone(pages: Pages) -> None:
    ask = f"/v1/verify/JS-{pages.county}-2025"
    good = await pages.site.client.get(ask, params={"code": pages.code})
    assert good.json() == {
        "number": f"JS-{pages.county}-2025",
        "match": True,
        "period": "2025",
        "version": 1,
        "outdated": False,
    }
    nothing = {"match": False, "period": "", "version": None, "outdated": False}
    for path in (ask, "/v1/verify/JS-999999-2025"):
        bad = await pages.site.client.get(path, params={"code": "0000-0000-0000-0000"})
        assert bad.json() == {"number": path.rpartition("/")[2], **nothing}, "whether it exists is not said"
    assert (await pages.site.client.get(ask)).status_code == 422
