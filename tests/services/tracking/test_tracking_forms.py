"""The small forms of tracking: what they offer, how they name what is wrong, and a second press."""

from dataclasses import replace
from datetime import timedelta

import httpx
from sqlalchemy import text

from allocation.evidence_kinds import EvidenceKind
from auth.principal import Role
from services.files.service import upload
from services.kit.database import Database
from tests.services.files import samples
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter  # noqa: F401 -- a fixture
from tests.services.projects.person import FORM, Enter, Person
from tests.services.tracking.conftest import TODAY, Cast, ago, promise_of

DUE = str(TODAY + timedelta(days=3))


def has(answer: httpx.Response, *words: str) -> bool:
    """Tell whether a form was refused with these words, and not with the words that name no bound."""
    assert "填写内容不符合要求" not in answer.text
    return answer.status_code == 422 and all(word in answer.text for word in words)


async def test_the_form_of_an_item_asks_for_a_post_and_offers_who_sees_it(
    cast: Cast,
    enter: Enter,  # noqa: F811
) -> None:
    host = await enter(Role.county_officer, make.SHANGZHOU)
    page = f"/tracking/projects/{cast.signed}"
    shown = await host.open(page)
    form = next(found[0] for found in FORM.finditer(shown) if found[1] == f"{page}/items")
    units = form.split('name="unit"')[1].split("</select>")[0]
    offered = [code for code in (make.CITY, make.SHANGZHOU, make.DANFENG, make.LUONAN) if code in units]
    assert offered == [make.CITY, make.SHANGZHOU, make.DANFENG]
    post = form.split('for="f-post"')[1].split("</label>")[0]
    assert "必填" in post
    facts = {"what": "供电接入", "due_on": DUE, "unit": make.SHANGZHOU, "post": "局长"}
    bare = await host.resend(f"{page}/items", **(facts | {"post": " "}))
    assert has(bare, "请填写“责任人岗位”")
    assert "责任人账户" not in bare.text
    unseen = await host.resend(f"{page}/items", **(facts | {"unit": make.LUONAN}))
    assert has(unseen, "请从列表中选择“责任单位”")
    far = await host.resend(f"{page}/items", **(facts | {"due_on": "9999-12-31"}))
    assert has(far, "完成时限应在今后十年以内")
    long = await host.resend(f"{page}/items", **(facts | {"what": "长" * 1001, "post": "局长 13800000000"}))
    assert has(long, "最多填写 1000 个字", "“责任人岗位”只写岗位名称，不写电话等号码")
    assert (await host.resend(f"{page}/items", **facts)).status_code == 303


async def test_a_refused_number_is_told_its_bounds(
    database: Database,
    cast: Cast,
    enter: Enter,  # noqa: F811
) -> None:
    async with database.session() as session:
        sheet = await promise_of(session, cast.signed, make.SHANGZHOU, [(2027, 400)])
    finance = await enter(Role.county_finance, make.SHANGZHOU)
    pay = f"/promises/{sheet}/1/pay"
    paid = {"paid_on": str(ago(1)), "evidence": "拨付凭证 7 号"}
    for amount in ("0", "-5", "－5", "99999999999"):
        wrong = await finance.send(pay, **paid, amount_fen=amount)
        assert has(wrong, "“兑现金额”应大于 0，不超过 9,007,199,254 万元")
    over = await finance.send(pay, **paid, amount_fen="600")
    assert has(over, "尚未兑现 400 万元")
    old = await finance.send(pay, **(paid | {"paid_on": "1990-01-10"}), amount_fen="1")
    assert has(old, "兑现日期不能早于作出承诺的日期")
    own = {"county": make.SHANGZHOU, "source": "预算报告", "amount_fen": "3000"}
    for year in ("1999", "2101"):
        wrong = await finance.send("/promises/strengths", **own, year=year)
        assert has(wrong, "“年度”应在 2000 至 2100 之间")


async def test_a_trip_is_told_its_bounds(cast: Cast, enter: Enter) -> None:  # noqa: F811
    host = await enter(Role.county_officer, make.SHANGZHOU)
    facts = {"unit": make.SHANGZHOU, "role": "leader", "post": "区长", "place": "苏州", "visits": "2"}
    days = {"from_on": str(ago(2)), "to_on": str(ago(1))}
    many = await host.send("/outings", **facts, **days, met="\n".join(["晴川电子"] * 51))
    assert has(many, "拜访的企业最多 50 家")
    crowd = await host.send("/outings", **(facts | {"visits": "1001"}), **days)
    assert has(crowd, "“拜访企业次数”应在 0 至 1000 之间")
    years = await host.send("/outings", **facts, from_on="2020-01-12", to_on=str(ago(2)))
    assert has(years, "一次外出最多 31 天")
    few = await host.send("/outings", **(facts | {"visits": "1"}), **days, met="晴川电子\n远帆机械")
    assert has(few, "拜访企业次数不能少于拜访的企业家数")


async def item_of(host: Person, page: str) -> str:
    """Open an item, and return the address of its step, whose form stands open."""
    await host.open(page)
    facts = {"what": "供电接入", "due_on": DUE, "unit": make.SHANGZHOU, "post": "局长"}
    assert (await host.resend(f"{page}/items", **facts)).status_code == 303
    key = (await host.open(page)).split('href="/tracking/items/')[1].split("/")[0]
    await host.open(f"/tracking/items/{key}/finish")
    return f"/tracking/items/{key}/finish"


async def test_a_step_pressed_twice_is_done_once_and_blames_nobody(cast: Cast, enter: Enter) -> None:  # noqa: F811
    host = await enter(Role.county_officer, make.SHANGZHOU)
    page = f"/tracking/projects/{cast.signed}"
    step = await item_of(host, page)
    opened = host.page
    colleague = await enter(Role.county_officer, make.SHANGZHOU)
    await colleague.open(step)
    first = await host.resend(step, evidence="送电单")
    assert first.status_code == 303
    host.page = opened
    again = await host.resend(step, evidence="送电单")
    assert (again.status_code, again.headers["location"]) == (303, page)
    shown = await host.open(page)
    assert ("已记录办理情况" in shown, "已被他人修改" in shown) == (True, False)
    assert shown.count("送电单") == 1
    host.page = opened
    other = await host.resend(step, evidence="送电单第二份")
    assert has(other, "这一步您已经办理，这次填写的内容没有保存")
    assert "已被他人修改" not in other.text
    fresh = await host.send(step, evidence="送电单")
    assert has(fresh, "顺序是")
    # What another did meanwhile stays an error.
    late = await colleague.resend(step, evidence="送电单")
    assert has(late, "内容已被他人修改")


async def test_a_step_pressed_twice_with_a_file_is_done_once(
    database: Database,
    cast: Cast,
    enter: Enter,  # noqa: F811
) -> None:
    host = await enter(Role.county_officer, make.SHANGZHOU)
    async with database.session() as session:
        query = text(
            "SELECT id FROM account WHERE role = 'county_officer' AND office = :office AND id <> :known"
        )
        found = await session.scalar(query, {"office": make.SHANGZHOU, "known": cast.host.account})
        own = replace(cast.host, account=found)
        photo = samples.pdf("photo")
        file = await upload(session, own, "现场.pdf", photo, purpose=EvidenceKind.photo, today=TODAY)
    page = f"/tracking/projects/{cast.signed}"
    step = await item_of(host, page)
    opened = host.page
    assert (await host.resend(step, files=str(file.id))).status_code == 303
    # The file is taken now, and no longer offered.
    host.page = opened
    again = await host.resend(step, files=str(file.id))
    assert (again.status_code, again.headers["location"]) == (303, page)
    host.page = opened
    assert has(await host.resend(step, evidence="送电单"), "这一步您已经办理")


async def test_a_form_sent_with_other_content_says_so_in_plain_words(cast: Cast, enter: Enter) -> None:  # noqa: F811
    host = await enter(Role.county_officer, make.SHANGZHOU)
    base = f"/tracking/projects/{cast.signed}"
    form = f"{base}/enter/block"
    block = {"kind": "water", "department": "water", "unit": make.SHANGZHOU, "opened_on": str(ago(6))}
    await host.open(form)
    opened = host.page
    assert (await host.resend(form, **block, what="供水管网未通")).status_code == 303
    host.page = opened
    changed = await host.resend(form, **block, what="供水管网未到红线")
    assert has(changed, "这张表单已经提交过，这次的内容与上次不同，没有保存")
    assert "Idempotency-Key" not in changed.text
    assert (await host.resend(form, **block, what="供水管网未到红线")).status_code == 303
