"""The stories of tracking at the console: forms refused and taken, registers, the board, the promises."""

from datetime import timedelta

from auth.principal import Role
from services.kit.database import Database
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter  # noqa: F401 -- a fixture
from tests.services.projects.person import Enter
from tests.services.tracking.conftest import TODAY, Cast, ago, promise_of


async def test_a_project_is_sponsored_blocked_and_looked_back_on(cast: Cast, enter: Enter) -> None:  # noqa: F811
    host = await enter(Role.county_officer, make.SHANGZHOU)
    base = f"/tracking/projects/{cast.producing}"
    assert f'href="{base}"' in await host.open(f"/projects/{cast.producing}")
    form = f"{base}/enter/sponsor"
    bare = await host.send(form, role="leader", unit=make.SHANGZHOU, post="", from_on=str(ago(3)))
    assert (bare.status_code, "请填写" in bare.text) == (422, True)
    told = {"role": "leader", "unit": make.SHANGZHOU, "post": "分管副区长", "from_on": str(ago(3))}
    assert (await host.send(form, **told)).status_code == 303
    again = await host.send(form, **told)
    assert (again.status_code, "请先登记其结束" in again.text) == (422, True)
    page = await host.open(base)
    sponsor = page.split('href="/tracking/sponsors/')[1].split('"')[0]
    visit = {"kind": "visit", "held_on": str(ago(1)), "what": "现场查看", "sponsorship": sponsor[:36]}
    assert (await host.send(f"{base}/enter/coordination", **visit)).status_code == 303
    late = {"to_on": str(ago(9)), "reason": "调整分工"}
    assert (await host.send(f"/tracking/sponsors/{sponsor}", **late)).status_code == 422
    assert "分管副区长" in await host.open("/tracking/sponsors")

    block = {"kind": "water", "what": "供水管网未通", "department": "water", "unit": make.SHANGZHOU}
    assert (await host.send(f"{base}/enter/block", **block, opened_on=str(ago(6)))).status_code == 303
    assert "供水管网未通" in await host.open("/tracking/blocks")
    clear = host.page.text.split('href="/tracking/blocks/')[1].split('"')[0]
    assert (await host.send(f"/tracking/blocks/{clear}", resolved_on=str(TODAY))).status_code == 422
    done = {"resolved_on": str(TODAY), "evidence": "通水记录"}
    assert (await host.send(f"/tracking/blocks/{clear}", **done)).status_code == 303
    assert (
        await host.send(f"/tracking/sponsors/{sponsor}", to_on=str(TODAY), reason="调整分工")
    ).status_code == 303
    grown = {"stage": "cultivated", "since": str(ago(2)), "evidence": "统计入库通知"}
    assert (await host.send(f"{base}/enter/cultivation", **grown)).status_code == 303
    for words in ("现场查看", "通水记录", "累计受阻 6 天", "在库培育", "调整分工"):
        assert words in await host.open(base)
    await host.open(f"{base}/enter/look-back")
    assert host.page.status_code == 403
    await host.open(f"/tracking/sponsors/{cast.host.account}/end")
    assert host.page.status_code == 404
    await host.open(f"/tracking/blocks/{cast.host.account}/clear")
    assert host.page.status_code == 404

    office = await enter(Role.city_office, make.CITY)
    found = {"occasion": "signing", "held_on": str(ago(1)), "finding": "idle", "words": "停工"}
    small = await office.send(f"{base}/enter/look-back", **found)
    assert (small.status_code, "未达到回看标准" in small.text) == (422, True)
    assert "没有待回看的项目" in await office.open("/tracking/look-backs")
    owner = {"stage": "ready", "department": "park"}
    before = await office.send("/tracking/departments", **owner, effective_from=str(ago(1)))
    assert (before.status_code, "不能早于今天" in before.text) == (422, True)
    set_now = await office.resend("/tracking/departments", **owner, effective_from=str(TODAY))
    assert set_now.status_code == 303
    assert "园区管委会" in await host.open("/tracking/departments")
    stranger = await enter(Role.county_officer, make.LUONAN)
    for path in (f"{base}/enter/block", f"/tracking/blocks/{clear}", f"/tracking/sponsors/{sponsor}"):
        await stranger.open(path)
        assert stranger.page.status_code == 404


async def test_days_out_are_entered_and_withdrawn(cast: Cast, enter: Enter) -> None:  # noqa: F811
    leader = await enter(Role.county_leader, make.SHANGZHOU)
    facts = {"unit": make.SHANGZHOU, "role": "leader", "post": "区长", "place": "苏州", "visits": "2"}
    days = {"from_on": str(ago(2)), "to_on": str(ago(1))}
    assert (await leader.send("/outings", **facts)).status_code == 422
    phone = await leader.send("/outings", **(facts | {"post": "区长 1380000"}), **days)
    assert phone.status_code == 422
    future = {"from_on": str(TODAY), "to_on": str(TODAY + timedelta(days=1))}
    assert (await leader.send("/outings", **facts, **future)).status_code == 422
    assert (await leader.send("/outings", **facts, **days, met="晴川电子\n\n远帆机械")).status_code == 303
    mine = await leader.open("/outings")
    assert "远帆机械" in mine
    gone = mine.split('href="/outings/')[1].split('"')[0]
    others = await enter(Role.county_officer, make.LUONAN)
    assert "远帆机械" not in await others.open("/outings?day=2027-01-20")
    await others.open(f"/outings/{gone}")
    assert others.page.status_code == 404
    assert (await leader.send(f"/outings/{gone}", reason="")).status_code == 422
    assert (await leader.send(f"/outings/{gone}", reason="日期填错")).status_code == 303
    assert (await leader.send(f"/outings/{gone}", reason="日期填错")).status_code == 422
    assert "日期填错" in await leader.open("/outings?day=none")


async def test_promises_are_paid_and_reviewed(database: Database, cast: Cast, enter: Enter) -> None:  # noqa: F811
    async with database.session() as session:
        sheet = await promise_of(session, cast.signed, make.SHANGZHOU, [(2027, 400)])
    finance = await enter(Role.county_finance, make.SHANGZHOU)
    assert "签约项目" in await finance.open("/promises?year=2027")
    pay = f"/promises/{sheet}/1/pay"
    paid = {"paid_on": str(ago(1)), "evidence": "拨付凭证 7 号"}
    assert (await finance.send(pay, **paid, amount_fen="500")).status_code == 422
    assert (await finance.send(pay, **paid, amount_fen="150")).status_code == 303
    own = {"county": make.SHANGZHOU, "year": "2027", "source": "预算报告"}
    assert "/promises/strengths" in await finance.open("/promises")
    assert (await finance.send("/promises/strengths", **own, amount_fen="")).status_code == 422
    assert (await finance.resend("/promises/strengths", **own, amount_fen="3000")).status_code == 303
    city = await enter(Role.city_finance, make.CITY)
    told = await city.open("/promises?county=611002&year=x")
    assert "超上限" in told
    review = "/promises/strengths/" + told.split('href="/promises/strengths/')[1].split('"')[0]
    wrong = await city.send(review, outcome="affordable", words="核对")
    assert (wrong.status_code, "不能评为可以承受" in wrong.text) == (422, True)
    assert (await city.send(review, outcome="reduce", words="请调减")).status_code == 303
    assert "请调减" in await finance.open("/promises")
    others = await enter(Role.county_finance, make.LUONAN)
    assert "签约项目" not in await others.open("/promises")
    for path in (pay, review):
        await others.open(path)
        assert others.page.status_code == 404
