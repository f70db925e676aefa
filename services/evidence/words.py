"""What a check of a bundle found, in words: what holds, what is wrong, what cannot be concluded."""

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from allocation.evidence.bundle import Holder
from allocation.evidence.verdict import Cosigned, Fault, FaultCode, Keys, Known, Proven, Verdict
from services.kit.i18n import Locale, gettext, lazy

FAULTS: Final = MappingProxyType(
    {
        FaultCode.malformed: lazy("格式不符"),
        FaultCode.hash_absent: lazy("本机的 Python 没有该日志所用的哈希算法（SM3），什么也没有核对"),
        FaultCode.key: lazy("公钥有误、不可靠、重复，或不属于该日志"),
        FaultCode.checkpoint: lazy("不是存证点"),
        FaultCode.log: lazy("两个存证点不属于同一日志"),
        FaultCode.signature: lazy("签名不符"),
        FaultCode.unsigned: lazy("存证点没有日志自己的有效签名"),
        FaultCode.consistency: lazy("不能证明较早的存证点是较新存证点的开头：历史可能被删改"),
        FaultCode.entry: lazy("记录与封存时不符，或不在该位置"),
        FaultCode.city: lazy("记录属于另一城市"),
        FaultCode.statement: lazy("结算单与封存它的记录不符，或其内容与哈希不符，或该记录未得到证明"),
        FaultCode.known: lazy("您保存的存证点不属于这段历史：历史被改写过"),
    }
)
HOLDERS: Final = MappingProxyType(
    {
        Holder.county: lazy("密钥由县区自持"),
        Holder.city: lazy("密钥由市级服务器保管，不计为县区的确认"),
    }
)
_CHECKED = lazy("已核对：")
_OPEN = lazy("不能断定：")
_LOG = lazy("日志 {origin}：{size} 条记录，根 {root}；两个存证点都有日志自己的签名")
_BEGINS = lazy("前 {old_size} 条记录在两个存证点之间没有删改，也没有插入")
_ENTRIES = lazy("包内 {entries} 条记录都在日志中各自的位置上")
_STATEMENT = lazy("结算单 {number} 第 {version} 版（{sha256}）封存于第 {entry} 号记录")
_BY = lazy("结算单 {number} 第 {version} 版的封存记录由 {counties} 用自持密钥会签")
_BY_NOBODY = lazy("结算单 {number} 第 {version} 版的封存记录没有县区用自持密钥会签")
_COSIGNED = lazy("{county} 自称于 {time} 会签了前 {size} 条记录（{holder}）")
_KNOWN = lazy("您保存的存证点就是包内的一个")
_FAULT = lazy("不符：{words}（{place}）")
_FAULT_OF_ENTRY = lazy("不符：第 {entry} 号记录：{words}（{place}）")
_MISSING = lazy("{counties} 没有会签较新的存证点")
_UNCOVERED = lazy(
    "第 {covered} 号及以后的记录没有县区用自持密钥会签：市级若改写这段历史并重新签名，从本包看不出来"
)
_COVERED = lazy("改写历史并重新签名，只有会签的县区拿自己保存的存证点比对才能发现")
_KEYS = lazy("公钥取自证据包本身：是否真是日志和县区的，请与纸质材料上的核对（--keys）")
_HOLDING = lazy("谁持有密钥是公钥来源所说，本包不能证明")
_KNOWN_OTHER = lazy("您保存的存证点与包内两个的规模都不同，无从比较；请索取以它为较早存证点的证据包")
_OUTSIDE = lazy("包外的记录说了什么、有没有应当封存而没有封存的事项")
_FIGURES = lazy("金额是否算对、税票是否真实：封存只说明没有改动，不说明当初正确")
_TIMES = lazy("签名时间是签名者自己所说")


def sentences(found: Verdict, locale: Locale) -> list[str]:
    """All that is to be said, a line each."""
    if not found.verified:
        return [_fault(fault, locale) for fault in found.faults]
    checked, left = _checked(found, locale), _left(found, locale)
    return [
        gettext(_CHECKED, locale),
        *(f"  {line}" for line in checked),
        gettext(_OPEN, locale),
        *(f"  {line}" for line in left),
    ]


def _fault(fault: Fault, locale: Locale) -> str:
    words, place = gettext(FAULTS[fault.code], locale), fault.place or "/"
    if fault.entry is None:
        return gettext(_FAULT, locale, words=words, place=place)
    return gettext(_FAULT_OF_ENTRY, locale, words=words, place=place, entry=fault.entry)


def _checked(found: Verdict, locale: Locale) -> list[str]:
    facts = {"origin": found.origin, "size": found.size, "root": found.root, "old_size": found.old_size}
    lines = [gettext(_LOG, locale, **facts), gettext(_BEGINS, locale, **facts)]
    lines.append(gettext(_ENTRIES, locale, entries=found.entries))
    lines += [gettext(_STATEMENT, locale, **_named(one)) for one in found.statements]
    lines += [
        gettext(_BY, locale, **_named(one), counties=_listed(one.cosigned, locale))
        for one in found.statements
        if one.cosigned
    ]
    lines += [_cosigned(one, locale) for one in found.cosigned]
    return [*lines, gettext(_KNOWN, locale)] if found.known in {Known.old, Known.new} else lines


def _left(found: Verdict, locale: Locale) -> list[str]:
    lines = [gettext(_BY_NOBODY, locale, **_named(one)) for one in found.statements if not one.cosigned]
    if found.missing:
        lines.append(gettext(_MISSING, locale, counties=_listed(found.missing, locale)))
    if found.size is not None and found.covered < found.size:
        lines.append(gettext(_UNCOVERED, locale, covered=found.covered))
    lines.append(gettext(_COVERED, locale))
    if found.keys is Keys.bundle:
        lines.append(gettext(_KEYS, locale))
    if found.known is Known.other:
        lines.append(gettext(_KNOWN_OTHER, locale))
    return [*lines, *(gettext(words, locale) for words in (_HOLDING, _OUTSIDE, _FIGURES, _TIMES))]


def _named(one: Proven) -> dict[str, object]:
    return {"number": one.number, "version": one.version, "sha256": one.sha256, "entry": one.entry}


def _cosigned(one: Cosigned, locale: Locale) -> str:
    holder = gettext(HOLDERS[one.held_by], locale)
    return gettext(_COSIGNED, locale, county=one.county, time=moment(one.time), size=one.size, holder=holder)


def moment(time: int) -> str:
    """A time in words, in UTC; the bare number of seconds where no calendar reaches."""
    try:
        return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return str(time)


def _listed(names: tuple[str, ...], locale: Locale) -> str:
    return ("、" if locale == "zh" else ", ").join(names)
