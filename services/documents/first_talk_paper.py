"""裁定书: the ruling of a case, as a paper of tables."""

from datetime import date
from typing import Any, Final

from services.documents.tabular import Cell, Column, Seal, TableSection, TableSheet
from services.first_talk.schemas import CaseView, PartyView
from services.first_talk.words import RulingCheck
from services.projects.protection_words import PROGRESS, Progress
from services.projects.words import GROUNDS

PAPER: Final = "首谈争议裁定书"
NOTES: Final = (
    "本裁定依先后规则作出：分享协议、受理先后、后续服务、保护失效、联席会议裁定，依次适用。",
    "裁定生效后不再更改；争议期间的天数不计入首谈保护期。",
)
_PARTIES: Final = (
    Column(key="side", name="方", width=8),
    Column(key="county", name="县区", width=14),
    Column(key="project", name="线索", width=34),
    Column(key="registered", name="登记日期", width=14),
    Column(key="accepted", name="受理日期", width=14),
    Column(key="outcome", name="结果", width=24),
)
_TEXT: Final = (Column(key="name", name="事项", width=16), Column(key="words", name="内容", width=84))
_STATEMENTS: Final = (
    Column(key="side", name="方", width=8),
    Column(key="words", name="陈述", width=40),
    Column(key="evidence", name="证据", width=36),
    Column(key="on", name="日期", width=14),
)


def ruling_sheet(view: CaseView, city_name: str, made_on: date) -> TableSheet:
    """Make the paper of a case's ruling, as far as its reader may see the case.

    Args:
        view: a case with a ruling.
        city_name: the name of the city.
        made_on: the business date.

    Raises:
        ValueError: the case has no ruling.
    """
    ruling = view.ruling
    if ruling is None:
        raise ValueError("the case has no ruling")
    in_force = ruling.outcome is RulingCheck.confirmed
    return TableSheet(
        kind=PAPER,
        title=f"{city_name}{PAPER}",
        number=ruling.number,
        version=1,
        state="生效" if in_force else "拟定",
        city_name=city_name,
        made_on=ruling.said_on or made_on,
        sections=(
            TableSection(heading="各方", columns=_PARTIES, rows=tuple(map(_party, view.parties))),
            _order(view),
            TableSection(
                heading="陈述和证据",
                columns=_STATEMENTS,
                rows=tuple(
                    (
                        f"第{row.party}方",
                        row.words,
                        _evidence(row.evidence_kind, row.evidence, row.happened_on),
                        row.on.isoformat(),
                    )
                    for row in view.statements
                ),
            ),
            TableSection(
                heading="裁定",
                columns=_TEXT,
                rows=(
                    ("认定事实", ruling.findings),
                    ("裁定理由", ruling.reasons),
                    ("依据的规则", GROUNDS[ruling.ground]),
                    ("裁定", f"由第{ruling.holder}方保有首谈保护；其他各方：{ruling.effect.zh}"),
                    ("考核计入", ruling.credit_note or "无"),
                    ("引用的裁定书", "、".join(ruling.cites) or "无"),
                ),
            ),
        ),
        facts=(
            ("争议编号", view.number),
            ("立案日期", str(view.admitted_on)),
            ("听取意见", f"{view.hearing_on} {view.hearing_place}"),
            ("联席会议纪要", ruling.minutes_no),
        ),
        notes=NOTES,
        hands=(("拟定", ruling.made_name), ("确认", ruling.said_name)),
        seals=(Seal(party=f"{city_name}招商引资联席会议办公室", capacity="裁定单位"),),
        draft=not in_force,
    )


def _party(party: PartyView) -> tuple[Cell, ...]:
    return (
        f"第{party.seq}方",
        party.county_name or "另一县区",
        party.project_name or "不公开",
        party.registered_on.isoformat(),
        party.accepted_on.isoformat() if party.accepted_on else "未受理",
        party.outcome.zh if party.outcome else "",
    )


def _order(view: CaseView) -> TableSection:
    """The order of conflicts, with each side's fact."""
    columns = (
        Column(key="step", name="规则", width=24),
        *(Column(key=f"s{party.seq}", name=f"第{party.seq}方", width=20) for party in view.parties),
        Column(key="decides", name="是否据此", width=12),
    )
    rows = tuple(
        (GROUNDS[row.ground], *map(fact_words, row.facts), "是" if row.ground is view.ground else "")
        for row in view.weighings
    )
    return TableSection(heading="先后规则的事实", columns=columns, rows=rows)


def fact_words(fact: Any) -> str:
    """Write one fact of the order; what its reader may not see is left out."""
    if fact is None:
        return "—"
    if isinstance(fact, bool):
        return "有" if fact else "无"
    return f"{fact} 件" if isinstance(fact, int) else str(fact).replace("T", " ")


def _evidence(kind: Progress | None, words: str, on: date | None) -> str:
    return f"{PROGRESS[kind]}：{words}（{on}）" if kind else ""
