"""The acts on a project that have a form of their own: what is asked, of whom, and what is done with it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence_kinds import ACCEPTED
from allocation.lifecycle import Action
from auth.principal import Principal, Role
from services.console import project_forms as forms
from services.console.project_fields import Field
from services.console.project_words import ACTION_LABELS
from services.files.service import own_unbound
from services.kit.i18n import lazy
from services.projects import service
from services.projects.dossier import Dossier
from services.projects.schemas import (
    PLAIN_ACTIONS,
    AcceptanceForm,
    ApplicationForm,
    ChoiceForm,
    CommitmentForm,
    ConsentForm,
    DeclineForm,
    MoveForm,
    ProposalForm,
    StepBackForm,
    TransferForm,
)
from services.projects.steps.building import STAGE_DATES
from services.projects.tables import Project
from services.regions.repo import load_counties, load_parks

Do = Callable[..., Awaitable[Project]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: its title, fields, the service's form and function, and the words before and after it.

    Attributes:
        consequence: what will be recorded and what follows, shown above the button.
        tone: how the button looks.
        proof: the step in the table of evidence, where files may be named.
    """

    title: str
    fields: tuple[Field, ...]
    form: type[BaseModel]
    do: Do
    done: str
    consequence: str = ""
    tone: str = "primary"
    proof: str = ""


async def _propose(
    session: AsyncSession, principal: Principal, ref: str, form: ProposalForm, *, version: int
) -> Project:
    return await service.propose(session, principal, ref, form.parks, version=version)


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "transfer": Act(
            title=ACTION_LABELS[Action.request_transfer],
            fields=forms.TRANSFER,
            form=TransferForm,
            proof="request_transfer",
            do=service.request_transfer,
            done=lazy("已提交流转申请，等待市级审核"),
            consequence=lazy(
                "提交后由市级审核；入池后其他县区只能看到代号和区间，看不到名称、投资方和首谈单位。"
            ),
        ),
        "application": Act(
            title=ACTION_LABELS[Action.apply],
            fields=forms.APPLICATION,
            form=ApplicationForm,
            do=service.apply,
            done=lazy("已提交申领"),
            consequence=lazy(
                "申领后可以看到首谈地的保底条件；接受保底条件并经投资方同意后，才揭示投资方名称。"
            ),
        ),
        "proposal": Act(
            title=ACTION_LABELS[Action.propose],
            fields=forms.PROPOSAL,
            form=ProposalForm,
            do=_propose,
            done=lazy("已推荐"),
            consequence=lazy("被推荐的县区可以看到准确的需求，名称仍不揭示。"),
        ),
        "terms": Act(
            title=ACTION_LABELS[Action.accept_terms],
            fields=forms.TERMS,
            form=AcceptanceForm,
            do=service.accept_terms,
            done=lazy("已接受保底条件"),
            consequence=lazy(
                "接受后不得再低于保底条件议价；投资方同意与本县接洽的，立即揭示名称，并留下记录。"
            ),
        ),
        "consent": Act(
            title=lazy("登记投资方同意"),
            fields=forms.CONSENT,
            form=ConsentForm,
            proof="consent",
            do=service.record_consent,
            done=lazy("已登记投资方同意"),
            consequence=lazy("已接受保底条件的县区将立即看到投资方名称，不能收回。"),
        ),
        "commitment": Act(
            title=ACTION_LABELS[Action.commit],
            fields=forms.COMMITMENT,
            form=CommitmentForm,
            proof="commit",
            do=service.commit,
            done=lazy("已出具要素承诺函"),
            consequence=lazy("承诺函须经财政审核和合法性审查；同一县区再次出具时，以最后一份为准。"),
        ),
        "choice": Act(
            title=ACTION_LABELS[Action.choose],
            fields=forms.CHOICE,
            form=ChoiceForm,
            proof="choose",
            do=service.record_choice,
            done=lazy("已登记投资方选择"),
            consequence=lazy("登记后进入市级审定；投资方不选任何一家也不承担任何后果。"),
        ),
        "decline": Act(
            title=ACTION_LABELS[Action.decline],
            fields=forms.DECLINE,
            form=DeclineForm,
            do=service.decline,
            done=lazy("已婉拒"),
            tone="bad",
        ),
        "step-back": Act(
            title=ACTION_LABELS[Action.step_back],
            fields=forms.STEP_BACK,
            form=StepBackForm,
            do=service.step_back,
            done=lazy("已撤回申领"),
            tone="bad",
        ),
    }
)
"""The acts by the last part of their address: `/projects/{ref}/{act}`."""

ADDRESSES: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.request_transfer: "transfer",
        Action.apply: "application",
        Action.propose: "proposal",
        Action.accept_terms: "terms",
        Action.commit: "commitment",
        Action.choose: "choice",
        Action.decline: "decline",
        Action.step_back: "step-back",
    }
)

_NO_REASON: Final = frozenset({Action.resubmit, Action.review, Action.accept, Action.pool}) | frozenset(
    STAGE_DATES
)
_WITH_EVIDENCE: Final = frozenset(
    {Action.extend, Action.fail_to_pool, Action.fail_to_origin, Action.end}
) | frozenset(STAGE_DATES)
_WITH_MINUTES: Final = frozenset({Action.rule, Action.end})
SEVERE: Final = frozenset(
    {
        Action.return_,
        Action.release,
        Action.refuse_transfer,
        Action.refuse_hosts,
        Action.release_hold,
        Action.recall,
        Action.fail_to_pool,
        Action.fail_to_origin,
        Action.dispute,
        Action.withdraw,
        Action.lose,
        Action.end,
    }
)

CONSEQUENCES: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.accept: lazy("受理时间决定先后；自今天起开始首谈保护。"),
        Action.release: lazy("释放后其他县区可以登记该投资方；请先确认县区已答复。"),
        Action.pool: lazy("入池后全市县区可以看到代号和区间，并可申领。"),
        Action.recall: lazy("召回后项目离开共享池，各县区的申领和承诺全部结束。"),
        Action.release_hold: lazy("解除后项目回到共享池，重新开始申领。"),
        Action.lose: lazy("登记后项目不再流转；原因计入共享池成效。"),
    }
)


def plain_act(action: Action) -> Act | None:
    """Return the act of a plain move, or None where the move has a form of its own."""
    if action not in PLAIN_ACTIONS:
        return None
    asked = []
    if action not in _NO_REASON:
        asked.append(forms.LOSS if action is Action.lose else forms.REASON)
    elif action is Action.accept:
        asked.append(forms.NOTE)
    if action in STAGE_DATES:
        asked.append(forms.ON_DATE)
    if action in _WITH_EVIDENCE:
        asked.append(forms.EVIDENCE)
    if action in _WITH_MINUTES:
        asked.append(forms.MINUTES)
    return Act(
        title=ACTION_LABELS[action],
        fields=tuple(asked),
        form=MoveForm,
        do=service.move,
        done=lazy("已办理"),
        consequence=CONSEQUENCES.get(action, lazy("办理后记入项目历史，不能删除。")),
        tone="bad" if action in SEVERE else "primary",
        proof=action.value if action.value in ACCEPTED else "",
    )


async def fields_for(session: AsyncSession, dossier: Dossier, act: Act) -> tuple[Field, ...]:
    """Return an act's fields with what this person may choose on this project."""
    principal = dossier.principal
    parks = await load_parks(session, principal.city)
    choices: dict[str, list[tuple[str, str]]] = {}
    if act.form is ChoiceForm:
        committed = {row.park for row in dossier.commitments}
        choices["park"] = [(park.code, park.name) for park in parks if park.code in committed]
    else:
        own = [park for park in parks if park.owner == principal.county]
        if principal.role is Role.park_officer:
            own = [park for park in own if park.code == principal.office]
        choices["park"] = [(park.code, park.name) for park in own]
    choices["parks"] = [(park.code, park.name) for park in parks if park.owner != dossier.project.origin]
    if any(field.name in {"counties", "county"} for field in act.fields):
        choices["counties"] = [
            (row.code, row.name)
            for row in await load_counties(session, principal.city)
            if row.code != dossier.project.origin
        ]
        if any(park.owner == principal.city for park in parks):
            choices["counties"].append((principal.city, lazy("市属园区")))
        choices["county"] = choices["counties"]
    fields = [field.with_options(choices.get(field.name, field.options)) for field in act.fields]
    if act.proof:
        fields.append(forms.FILES.with_options(await _usable_files(session, dossier, act.proof)))
    return tuple(fields)


async def _usable_files(session: AsyncSession, dossier: Dossier, step: str) -> list[tuple[str, str]]:
    """Return the files that this person may name for a step: their own unbound ones, and the project's."""
    found = (await service.project_files(session, dossier)).items
    found += await own_unbound(session, dossier.principal)
    return [(str(file.id), file.name) for file in found if file.purpose in ACCEPTED[step]]


def starting_values(dossier: Dossier, act: Act) -> dict[str, Any]:
    """Return what a form starts with: what this project needs, where this person may see it."""
    county = dossier.principal.county
    typed: dict[str, Any] = {}
    parks = dossier.parks_of(county) if county is not None else []
    if act.form is ChoiceForm:
        parks = [row.park for row in dossier.commitments]
    if parks:
        typed["park"] = parks[0]
    if act.form is CommitmentForm and county is not None:
        offered = dossier.application_of(county)
        if offered is not None:
            typed |= {
                "land_mu": f"{offered.land_mu / 100:g}",
                "hall_m2": str(offered.hall_m2),
                "energy_tce": str(offered.energy_tce),
                "water_td": str(offered.water_td),
                "cod_kg": str(offered.cod_kg),
                "ready_on": offered.ready_on.isoformat(),
            }
    return typed
