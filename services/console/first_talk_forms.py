"""The forms of cases: what is asked, of whom, and what is done with it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from services.console.first_talk_fields import EVIDENCE, REASON, Step
from services.console.project_fields import Field, Kind
from services.first_talk import service
from services.first_talk.schemas import (
    AgreeForm,
    Because,
    CaseView,
    HearingForm,
    OfferForm,
    RulingForm,
    SaidForm,
    StatementForm,
)
from services.first_talk.words import RULED_ON, CaseAction, Effect
from services.kit.i18n import lazy
from services.projects.words import GROUNDS

_HOLDER: Final = Field(name="holder", label=lazy("保有首谈保护的一方"), kind=Kind.select)
_EFFECT: Final = Field(
    name="effect",
    label=lazy("其他各方的线索"),
    kind=Kind.select,
    options=tuple((effect.value, effect.zh) for effect in Effect),
)


def _holder(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "holder": int(values["holder"])}


def _ruling(values: dict[str, Any]) -> dict[str, Any]:
    cites = [part for part in re.split(r"[\s,;，；、]+", values.pop("cites", "")) if part]
    return {**_holder(values), "cites": cites}


def _offered(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "offer": int(values["offer"])}


def _because(act: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Hand a reason over in words, as the services of these steps take it."""

    async def do(session: Any, principal: Any, key: Any, form: Because, today: Any, *, seen: int) -> Any:
        return await act(session, principal, key, form.reason, today, seen=seen)

    return do


class Nothing(BaseModel):
    """A step that asks for nothing."""


async def _admit(session: Any, principal: Any, key: Any, _form: Nothing, today: Any, *, seen: int) -> Any:
    return await service.admit(session, principal, key, today, seen=seen)


CASE_STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "admission": Step(
            title=lazy("立案"),
            fields=(),
            form=Nothing,
            do=_admit,
            done=lazy("已立案，各方线索中止"),
            consequence=lazy("立案后各方线索中止，保护期停止计算，开始计陈述、听取意见和裁定的时限。"),
            action=CaseAction.admit,
        ),
        "refusal": Step(
            title=lazy("不予立案"),
            fields=(REASON,),
            form=Because,
            do=_because(service.refuse),
            done=lazy("已不予立案"),
            consequence=lazy("理由告知提出争议的县区；各方线索不受影响。"),
            tone="bad",
            action=CaseAction.refuse,
        ),
        "withdrawal": Step(
            title=lazy("撤回争议"),
            fields=(REASON,),
            form=Because,
            do=_because(service.withdraw),
            done=lazy("已撤回，各方线索恢复原状"),
            consequence=lazy("撤回后各方线索恢复争议前状态，争议期间的天数不计入保护期。"),
            tone="bad",
            action=CaseAction.withdraw,
        ),
        "statements": Step(
            title=lazy("提交陈述和证据"),
            fields=(Field(name="words", label=lazy("陈述"), kind=Kind.area), *EVIDENCE),
            form=StatementForm,
            do=service.state_case,
            done=lazy("已提交"),
            consequence=lazy("提交后不能更改，可以再次提交；对方看不到本县区的陈述和证据。"),
            action=CaseAction.state,
        ),
        "hearing": Step(
            title=lazy("确定听取意见日期"),
            fields=(
                Field(name="on", label=lazy("日期"), kind=Kind.date),
                Field(name="place", label=lazy("地点")),
            ),
            form=HearingForm,
            do=service.set_hearing,
            done=lazy("已确定听取意见日期"),
            consequence=lazy("各方都会看到日期和地点；听取意见之前不能裁定。"),
            action=CaseAction.hear,
        ),
        "settlement": Step(
            title=lazy("提出和解方案"),
            fields=(_HOLDER, _EFFECT, Field(name="terms", label=lazy("和解内容"), kind=Kind.area)),
            form=OfferForm,
            do=service.offer,
            done=lazy("已提出，等待对方答复"),
            consequence=lazy("方案内容对方可见；新方案替换旧方案，须各县区领导同意并经市级确认。"),
            action=CaseAction.offer,
            shape=_holder,
        ),
        "agreement": Step(
            title=lazy("同意和解方案"),
            fields=(),
            form=AgreeForm,
            do=service.agree,
            done=lazy("已同意，等待市级确认"),
            consequence=lazy("各县区都同意后由市级确认生效。"),
            action=CaseAction.agree,
            shape=_offered,
        ),
        "confirmation": Step(
            title=lazy("确认和解"),
            fields=(),
            form=AgreeForm,
            do=service.settle,
            done=lazy("和解已生效"),
            consequence=lazy("确认后争议结束：一方保有首谈保护，其他各方的线索按方案处理。"),
            action=CaseAction.settle,
            shape=_offered,
        ),
        "ruling": Step(
            title=lazy("拟定裁定"),
            fields=(
                Field(
                    name="ground",
                    label=lazy("依据的规则"),
                    kind=Kind.select,
                    options=tuple((ground.value, GROUNDS[ground]) for ground in RULED_ON),
                ),
                _HOLDER,
                _EFFECT,
                Field(name="findings", label=lazy("认定事实"), kind=Kind.area, required=False),
                Field(name="reasons", label=lazy("裁定理由"), kind=Kind.area, required=False),
                Field(name="minutes_no", label=lazy("联席会议纪要文号"), required=False),
                Field(
                    name="credit_note",
                    label=lazy("考核计入的说明"),
                    kind=Kind.area,
                    required=False,
                    hint=lazy("以后的协议可据此给让出的一方计入"),
                ),
                Field(
                    name="cites",
                    label=lazy("引用的裁定书"),
                    required=False,
                    hint=lazy("填裁定书编号，多份用顿号隔开"),
                ),
            ),
            form=RulingForm,
            do=service.propose,
            done=lazy("已拟定，等待另一人确认"),
            consequence=lazy("拟定后由另一人确认才生效；生效后不能更改，隐去名称后供全市检索。"),
            action=CaseAction.propose,
            shape=_ruling,
        ),
        "confirm-ruling": Step(
            title=lazy("确认裁定"),
            fields=(),
            form=SaidForm,
            do=service.say,
            done=lazy("裁定已生效"),
            consequence=lazy("确认后裁定生效，不能更改：一方保有首谈保护，其他各方的线索按裁定处理。"),
            action=CaseAction.rule,
            given=MappingProxyType({"outcome": "confirmed"}),
        ),
        "reject-ruling": Step(
            title=lazy("退回拟定的裁定"),
            fields=(REASON,),
            form=SaidForm,
            do=service.say,
            done=lazy("已退回"),
            consequence=lazy("退回后重新拟定；退回的裁定和理由都保留。"),
            tone="bad",
            action=CaseAction.reject,
            given=MappingProxyType({"outcome": "rejected"}),
        ),
    }
)
"""The steps of a case by the last part of their address."""


def fields_of(step: Step, view: CaseView, own: str, other: str) -> tuple[Field, ...]:
    """Return a step's fields with the sides of a case to choose from, named as far as one may know them."""
    sides = [
        (str(party.seq), party.county_name or (own if party.own else f"{other} {party.seq}"))
        for party in view.parties
    ]
    return tuple(field.with_options(sides) if field.name == _HOLDER.name else field for field in step.fields)
