"""The acts around a project in the pool that have a form of their own, and who is shown which."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import POOL_STATES, Hand, State
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import Action
from services.console.project_acts import Act
from services.console.project_fields import Field, Kind
from services.console.project_forms import PARK
from services.kit.i18n import lazy
from services.pooling import meetings, referrals, reports
from services.pooling.meeting_repo import open_item
from services.pooling.schemas import OwnOpinionForm, ReferralForm, ReportForm
from services.pooling.words import REFERRAL_REASONS
from services.projects import service
from services.projects.dossier import Dossier, facts_of
from services.projects.pool_forms import AgreementForm, ProgressForm, VisitForm
from services.projects.pool_words import POSITIONS, PROGRESS_KINDS
from services.projects.tables import Project

_COUNTIES: Final = Field(name="counties", label=lazy("同意揭示名称的县区"), kind=Kind.checks)


async def _refer(
    session: AsyncSession, principal: Principal, ref: str, form: ReferralForm, *, version: int
) -> Project:
    made = await referrals.refer(session, principal, ref, form, version=version)
    return (await service.open_dossier(session, principal, made.project)).project


POOL_ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "progress": Act(
            title=lazy("登记进展佐证"),
            fields=(
                Field(
                    name="kind",
                    label=lazy("佐证种类"),
                    kind=Kind.select,
                    options=tuple((kind.value, label) for kind, label in PROGRESS_KINDS.items()),
                ),
                Field(name="document", label=lazy("文件名称和文号")),
                Field(name="happened_on", label=lazy("文件日期"), kind=Kind.date),
            ),
            form=ProgressForm,
            do=service.prove_progress,
            done=lazy("已登记进展佐证"),
            consequence=lazy("有佐证的持有不再计入持有上限；电话和备注不算进展。"),
            proof="progress",
        ),
        "visit": Act(
            title=lazy("登记联合考察"),
            fields=(
                PARK,
                Field(name="visited_on", label=lazy("考察日期"), kind=Kind.date),
                Field(
                    name="origin_people",
                    label=lazy("首谈地到场人员"),
                    required=False,
                    hint=lazy("写职务；首谈地没有到场则留空，将作提示"),
                ),
                Field(name="host_people", label=lazy("承接地到场人员"), hint=lazy("写职务")),
                Field(name="investor_people", label=lazy("投资方到场人员"), hint=lazy("写职务")),
                Field(name="record", label=lazy("考察记录"), kind=Kind.area),
            ),
            form=VisitForm,
            do=service.record_visit,
            done=lazy("已登记联合考察"),
            consequence=lazy("登记后记入项目历史，不能删改。"),
            proof="visit",
        ),
        "name-agreement": Act(
            title=lazy("首谈地同意揭名"),
            fields=(_COUNTIES,),
            form=AgreementForm,
            do=service.agree_to_name,
            done=lazy("已登记首谈地同意"),
            consequence=lazy("已接受保底条件且投资方同意接洽的县区将立即看到名称，不能收回。"),
        ),
        "report": Act(
            title=lazy("反映绕开首谈地接洽"),
            fields=(
                Field(name="county", label=lazy("接洽的县区"), kind=Kind.select),
                Field(name="what", label=lazy("情况"), kind=Kind.area),
                Field(name="evidence", label=lazy("佐证材料"), kind=Kind.area),
            ),
            form=ReportForm,
            do=reports.report,
            done=lazy("已反映，等待市级核实"),
            consequence=lazy("签约之前，承接方与投资方接洽须有首谈地在场。由另一人核实并下结论。"),
            tone="bad",
        ),
        "opinion": Act(
            title=lazy("提出联席会议书面意见"),
            fields=(
                Field(
                    name="position",
                    label=lazy("意见"),
                    kind=Kind.select,
                    options=tuple((position.value, label) for position, label in POSITIONS.items()),
                ),
                Field(name="opinion", label=lazy("具体意见"), kind=Kind.area),
                Field(name="document", label=lazy("文号")),
            ),
            form=OwnOpinionForm,
            do=meetings.give_own_opinion,
            done=lazy("已提交书面意见"),
            consequence=lazy("每个单位对一项议题只提一次意见，提交后不能更改。"),
        ),
        "referral": Act(
            title=lazy("报省级统筹"),
            fields=(
                Field(
                    name="reason",
                    label=lazy("原因"),
                    kind=Kind.select,
                    options=tuple((reason.value, label) for reason, label in REFERRAL_REASONS.items()),
                ),
                Field(name="document", label=lazy("报送文号")),
            ),
            form=ReferralForm,
            do=_refer,
            done=lazy("已报省级统筹"),
            consequence=lazy("只报代号、行业和区间，不报名称；本市的项目记录不变，省级答复另行登记。"),
        ),
    }
)
"""The acts by the last part of their address: `/projects/{ref}/{act}`."""


async def pool_buttons(session: AsyncSession, dossier: Dossier) -> list[Action]:
    """Return what may be done around a project, as links to its forms."""
    found: list[str] = []
    project, hold = dossier.project, dossier.hold
    county, role = dossier.principal.county, dossier.principal.role
    sides = facts_of(dossier).hands
    in_pool = project.state in POOL_STATES
    if hold is not None and facts_of(dossier, hold.county, hold.park).hands & {Hand.host, Hand.host_leader}:
        found.append("progress")
    own = dossier.acceptance_of(county) if county is not None else None
    visitor = facts_of(dossier, own.county, own.park) if own is not None else None
    if in_pool and visitor is not None and visitor.revealed and has_scope(role, Scope.projects_progress):
        found.append("visit")
    if in_pool and Hand.origin in sides:
        found.append("name-agreement")
    if in_pool and sides & {Hand.origin, Hand.city}:
        found.append("report")
    if in_pool and dossier.is_major and has_scope(role, Scope.projects_terms) and Hand.city not in sides:
        found += ["opinion"] if await open_item(session, project) is not None else []
    if Hand.city in sides and project.state in referrals.FROM - {State.accepted}:
        found.append("referral")
    base = f"/projects/{project.public_id}"
    links = [Action(POOL_ACTS[name].title, f"{base}/{name}", "get") for name in found]
    if sides & {Hand.origin, Hand.city} and has_scope(role, Scope.projects_consent):
        links.append(Action(lazy("投资方查询码"), f"{base}/investor", "get"))
    return links
