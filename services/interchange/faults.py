"""What can be wrong with a cell, a row or a whole file: a stable code, a sentence, and where it stands.

Codes are for programs, sentences for officers. A sentence is a message id whose placeholders `facts` fill.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from services.kit.errors import FieldError, Invalid, TooLarge
from services.kit.i18n import Locale, gettext, lazy

SHOWN_VALUE: Final = 60
"""How much of a bad value is repeated, in characters."""

MESSAGES: Final[dict[str, str]] = {
    # cells
    "required": lazy("此列必填"),
    "not-a-number": lazy("不是数字；只接受阿拉伯数字、小数点和千位分隔符"),
    "negative": lazy("不能为负数"),
    "too-large": lazy("数值过大，请检查单位"),
    "too-precise": lazy("换算后不是最小单位（{unit}）的整数倍，请减少小数位"),
    "lost-digits": lazy("Excel 只保留 15 位数字，此单元格已失真，请设为文本格式后重新填写"),
    "bad-date": lazy("不是日期；请写成 2026-01-31"),
    "bad-month": lazy("不是月份；请写成 2026-01"),
    "bad-year": lazy("不是年度；请写四位数字"),
    "bad-choice": lazy("不在允许的取值之内：{allowed}"),
    "bad-credit-code": lazy("统一社会信用代码应为 18 位，不含 I、O、S、V、Z"),
    "bad-check-digit": lazy("统一社会信用代码的校验位不对"),
    "bad-division-code": lazy("应为六位行政区划代码"),
    "unknown-division": lazy("没有这个行政区划代码"),
    "other-city": lazy("不属于本市（{city}）"),
    "bad-industry": lazy("不是行业代码；请写国民经济行业分类的三位或四位数字，2011 版写成 2011:3962"),
    "bad-code": lazy("编号只能由字母、数字、连字符组成，不超过 40 个字符"),
    "too-long": lazy("文字过长，最多 {limit} 个字符"),
    "control-character": lazy("含有不可见的控制字符"),
    "bad-list": lazy("清单中有空项或重复项"),
    # rows
    "duplicate": lazy("与第 {row} 行重复"),
    "unknown-region": lazy("没有这个县区"),
    "unknown-park": lazy("没有这个园区"),
    "unknown-project": lazy("没有这个登记编号"),
    "unknown-unit": lazy("没有这个县区或园区"),
    "shares-not-whole": lazy("四级比例之和应为 100%，现为 {sum}%"),
    "split-differs": lazy("四级金额之和与入库金额相差 {difference} 元"),
    "dates-out-of-order": lazy("日期早于前一环节（{earlier}）"),
    "missing-date": lazy("阶段为“{stage}”时此日期必填"),
    "same-party": lazy("首谈地与落地地不能相同"),
    "years-differ": lazy("比例的个数与年限不一致"),
    "years-range": lazy("年限应在 1 至 50 之间"),
    "ratio-range": lazy("比例应在 0% 至 100% 之间"),
    "ratio-varies": lazy("只有“逐年比例”可以逐年不同"),
    "not-positive": lazy("应大于零；没有上限请留空"),
    "levels-incomplete": lazy("四级金额应全部填写或全部留空"),
    "extra-cell": lazy("此单元格上方没有表头"),
}

FILE_MESSAGES: Final[dict[str, str]] = {
    "empty-file": lazy("文件是空的"),
    "no-rows": lazy("只有表头，没有数据行"),
    "file-too-large": lazy("文件超过 10 MB"),
    "too-many-rows": lazy("超过 20,000 行"),
    "too-many-columns": lazy("超过 200 列"),
    "unknown-format": lazy("只接受 xlsx 和 csv 文件，且内容须与扩展名一致"),
    "unknown-encoding": lazy("文字编码无法识别；请另存为 UTF-8 或 GB18030（Big5、UTF-16 不接受）"),
    "broken-csv": lazy("CSV 格式有误：引号没有配对或单元格过长"),
    "broken-workbook": lazy("工作簿已损坏，或解压后的内容与目录不符"),
    "too-many-entries": lazy("工作簿内的文件过多"),
    "unpacks-too-large": lazy("工作簿解压后过大，或压缩比过高"),
    "has-macros": lazy("工作簿含有宏，不接受"),
    "has-external-links": lazy("工作簿含有外部链接，不接受"),
    "has-error-values": lazy("工作簿含有公式错误值（如 #DIV/0!）"),
    "encrypted": lazy("工作簿已加密，请去掉密码后再导入"),
    "too-slow": lazy("读取工作簿超过 10 秒或内存上限，已中止"),
    "unknown-header": lazy("不认识的表头"),
    "missing-header": lazy("缺少表头"),
    "duplicate-header": lazy("表头重复"),
    "missing-unit": lazy("表头没有写明单位"),
    "wrong-unit": lazy("表头的单位不对"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one row.

    Attributes:
        row: the row's number as a spreadsheet shows it; the header is row 1.
        column: the header as it stands in the file, '' when the whole row is meant.
        value: the cell's text, shortened.
        code: a key of `MESSAGES`.
        facts: what fills the sentence's placeholders.
    """

    row: int
    column: str
    value: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    def say(self, locale: Locale = "zh") -> str:
        """Say in words what is wrong."""
        return gettext(MESSAGES[self.code], locale, **self.facts)


class BadCell(ValueError):
    """A cell breaks its column's rule. A rule that joins cells names the `column` that it means."""

    def __init__(self, code: str, *, column: str = "", **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.facts = facts


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing wrong with the file as a whole: a key of `FILE_MESSAGES`, and what it is about."""

    code: str
    about: str = ""
    expected: str = ""

    def say(self, locale: Locale = "zh") -> str:
        """Say in words what is wrong, naming the header and what is expected."""
        sentence = gettext(FILE_MESSAGES[self.code], locale)
        if self.about:
            sentence = f"{sentence}：{self.about}" if locale == "zh" else f"{sentence}: {self.about}"
        if self.expected:
            sentence += gettext("（应为 {expected}）", locale, expected=self.expected)
        return sentence


class UnusableFile(Invalid):
    """The file as a whole cannot be planned; nothing of it is stored."""

    slug = "unusable-file"
    title = lazy("文件无法导入")

    def __init__(self, *faults: FileFault, filename: str = "") -> None:
        super().__init__(
            errors=[
                FieldError(pointer=_pointer(fault), code=fault.code, detail=FILE_MESSAGES[fault.code])
                for fault in faults
            ],
            expected={_pointer(fault): fault.expected for fault in faults if fault.expected},
        )
        self.faults = faults
        self.filename = filename

    def say(self, locale: Locale = "zh") -> str:
        """Say all of it in one line."""
        said = "；".join(fault.say(locale) for fault in self.faults)
        return f"{self.filename}: {said}" if self.filename else said


class OversizedFile(TooLarge):
    """The file has more bytes than are taken."""

    slug = "file-too-large"
    title = lazy("文件超过 10 MB")


def _pointer(fault: FileFault) -> str:
    if not fault.about:
        return "/file"
    return "/header/" + shorten(fault.about).replace("~", "~0").replace("/", "~1")


def shorten(value: str) -> str:
    """Cut a value for showing."""
    return value if len(value) <= SHOWN_VALUE else value[: SHOWN_VALUE - 1] + "…"
