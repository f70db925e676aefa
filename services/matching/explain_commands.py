"""`yipanqi explain`: why a lead is where it is, why it is not elsewhere, and what would change that."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from allocation.matching.answer_parts import LEVER_UNITS, Change, Lever
from allocation.matching.answers import WhyNot, WouldWin
from allocation.matching.formats import FormatError
from allocation.matching.result import UNITS, Blocker, Explanation
from services.commands.surroundings import language, print_line
from services.kit.i18n import gettext, lazy
from services.matching.questions.words import CHANGES, LEVELS, Level
from services.matching.words import RULES, STATUSES

if TYPE_CHECKING:
    from services.matching.explaining import Asked, Explained

_SEED_LIMIT: Final = 2**31 - 1
_SECONDS_LIMIT: Final = 86_400
_HUNDREDTHS: Final = 100
_FEN_PER_WAN: Final = 10**6
_SCALES: Final = {"mu": _HUNDREDTHS, "fen": _FEN_PER_WAN, "fen_per_mu": _FEN_PER_WAN}
"""How many stored units one is on paper: a mu, 1 万元."""

REFUSALS: Final = {
    "lead": lazy("没有线索 {name}"),
    "host": lazy("没有承接地 {name}"),
    "name": lazy("名称 {name} 有两种含义：承接地与县区不能同名，资源不能叫 leads"),
    "plan": lazy("没有得出方案：{status}"),
    "pool": lazy("线索池文件有误：{detail}"),
}
"""Why there is no answer."""


def explain(
    file: Annotated[Path, typer.Argument(help="实例或线索池文件 / an instance or a pool")],
    lead: Annotated[str, typer.Argument(help="线索编号 / the lead")],
    host: Annotated[str | None, typer.Option(help="承接地 / the host asked about")] = None,
    level: Annotated[
        int,
        typer.Option(
            min=0,
            max=2,
            help="0 其余不动时的缺口，1 补足后重新求解，2 最小改动 / shortage, re-solved, smallest change",
        ),
    ] = 0,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=_SECONDS_LIMIT, help="最长用时（秒） / time limit in seconds")
    ] = 10.0,
    seed: Annotated[int, typer.Option(min=0, max=_SEED_LIMIT, help="随机种子 / seed")] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="最后一行输出 JSON / the last line is JSON")
    ] = False,
) -> None:
    """解释一个线索的去向：理由、缺口与最小改动 / Explain where a lead goes, and what would change that."""
    from services.matching.explaining import Asked, Unanswered, answer, read

    asked = Asked(lead=lead, host=host, level=level, seconds=seconds, seed=seed)
    try:
        found = answer(read(file.read_bytes()), asked)
    except FormatError as error:
        _refuse(f"{file}: {error}")
    except OSError as error:
        _refuse(f"{error.filename or file}: {error.strerror}")
    except Unanswered as error:
        _refuse(gettext(REFUSALS[error.what], language(), **error.facts))
    for fault in found.faults:
        sys.stderr.write(f"{fault}\n")
    for line in _lines(asked, found):
        print_line(line)
    if as_json:
        print_line(json.dumps(found.record(asked), ensure_ascii=False))


def _refuse(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    raise typer.Exit(1)


def _say(message: str, **facts: object) -> str:
    return gettext(message, language(), **facts)


def _lines(asked: "Asked", found: "Explained") -> Iterator[str]:
    status = _say(STATUSES[found.run.status])
    if found.host is None:
        yield _say(lazy("{lead} 留在池中（{status}）"), lead=asked.lead, status=status)
    else:
        yield _say(lazy("{lead} 安排在 {host}（{status}）"), lead=asked.lead, host=found.host, status=status)
    if found.explanation is not None:
        yield from _explanation(found.explanation)
    if found.why_not is not None:
        yield from _why_not(found.why_not)
    for told in found.would_win:
        yield from _would_win(told)


def _explanation(told: Explanation) -> Iterator[str]:
    for found in told.candidates:
        if found.placed:
            words = lazy("{rank}. {park}：得分 {total}，推荐落位")
        elif found.shortfalls:
            words = lazy("{rank}. {park}：得分 {total}，其他项目落位后不够：{reasons}")
        else:
            words = lazy("{rank}. {park}：得分 {total}，可以落位")
        reasons = _reasons(found.shortfalls)
        yield _say(words, rank=found.rank, park=found.park, total=found.score.total, reasons=reasons)
    for park, against in sorted(told.rejections.items()):
        yield _say(lazy("不选 {park}：{reasons}"), park=park, reasons=_reasons(against))


def _reasons(reasons: Iterable[Blocker]) -> str:
    return _say(lazy("；")).join(
        _say(
            lazy("{rule}（{measured}，要求 {limit}）"),
            rule=_say(RULES[reason.rule]),
            measured=_figure(reason.measured, UNITS[reason.rule]),
            limit=_figure(reason.limit, UNITS[reason.rule]),
        )
        for reason in reasons
    )


def _figure(amount: int | str, unit: str) -> str:
    """Write a stored figure as people write it: 亩 and 万元, with the decimals that it has."""
    scale = _SCALES.get(unit, 1)
    if isinstance(amount, str) or scale == 1:
        return str(amount)
    whole, rest = divmod(amount, scale)
    return str(whole) if not rest else f"{whole}.{rest:0{len(str(scale)) - 1}d}".rstrip("0")


def _why_not(told: WhyNot) -> Iterator[str]:
    if told.blockers:
        yield _say(lazy("不能去 {park}：{reasons}"), park=told.park, reasons=_reasons(told.blockers))
    for part in told.missing if not told.blockers else ():
        if part.rule is not None:
            yield _say(
                lazy("{park} {rule}：需要 {need}，还差 {short}"),
                park=told.park,
                rule=_say(RULES[part.rule]),
                need=_figure(part.need, UNITS[part.rule]),
                short=_figure(part.short, UNITS[part.rule]),
            )
    for held in told.held if not told.blockers else ():
        if held.rule is not None and held.holders:
            names = _say(lazy("、")).join(
                f"{holder.lead} {_figure(holder.amount, UNITS[held.rule])}" for holder in held.holders[:5]
            )
            yield _say(lazy("占用者：{names}"), names=names)
    for side in (told.here, told.there):
        if side is not None and side.score is not None:
            yield _say(
                lazy("{park} 得分 {total}，价值 {value}，占用稀缺资源折价后 {reduced}"),
                park=side.park,
                total=side.score.total,
                value=side.value,
                reduced="-" if side.reduced is None else side.reduced,
            )


def _would_win(told: WouldWin) -> Iterator[str]:
    level = _say(LEVELS[Level(told.level)])
    if not told.wins:
        words = lazy("{park}：{level}，仍不能落位")
    elif told.change:
        words = lazy("{park}：{level}，以下改动后可以落位：")
    else:
        words = lazy("{park}：{level}，无需改动")
    yield _say(words, park=told.park, level=level)
    for change in told.change:
        yield f"  {_change(change)}"


def _change(change: Change) -> str:
    amount = _figure(change.amount, LEVER_UNITS[change.lever])
    if change.lever is Lever.CAPACITY:
        return _say(
            lazy("{owner} 的 {resource} 再多 {n}"), owner=change.owner, resource=change.resource, n=amount
        )
    return f"{change.owner}：{_say(CHANGES[change.lever], n=amount, day=change.on)}"
