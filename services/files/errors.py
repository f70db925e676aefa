"""What the file store refuses with.

DomainError
├── NotFound
│   └── NoSuchFile          none, or none that this person may read
├── Forbidden
│   └── NotToUnlock         who reads files as the owner, or may not at all, unlocks nothing
├── Conflict
│   ├── ContentGone         the content was removed after its time; the row and its hash stay
│   └── BindingEnded        the binding was taken back before
├── TooLarge
│   └── FileTooLarge        larger than the city takes
└── Invalid
    ├── BadFile             empty, of an unknown kind, cut short or hostile
    └── WrongEvidence       a step takes evidence of other kinds

Refused (of the command, not of the API)
└── TooEarly                content is removed only after the years of retention
"""

from services.kit.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, TooLarge
from services.kit.i18n import lazy
from services.kit.refused import Refused

UNFIT = {
    "empty": lazy("文件是空的"),
    "unknown-type": lazy("只接受 PDF、PNG、JPEG、XLSX、DOCX、OFD；按内容判断，与文件名无关"),
    "cut-short": lazy("文件不完整，请重新导出或扫描"),
    "active-content": lazy("文件含有脚本、可执行内容、嵌入文件或外部引用"),
    "broken-archive": lazy("文件结构损坏"),
    "too-many-entries": lazy("文件内部的部件过多"),
    "unpacks-too-large": lazy("文件解压后过大"),
    "encrypted": lazy("文件有密码保护，请去掉密码"),
    "has-macros": lazy("文件含有宏，请另存为不含宏的格式"),
}
"""The sentence of each code by which a content is refused."""


class NoSuchFile(NotFound):
    """There is no such file, or none that this person may read: the answer is the same."""

    slug = "no-such-file"
    title = lazy("没有这个文件")


class NotToUnlock(Forbidden):
    """Files are unlocked by the city's office alone; others read what is theirs without it."""

    slug = "files-not-to-unlock"
    title = lazy("本岗位不能解封佐证文件")


class ContentGone(Conflict):
    """The content was removed after its time; the row, its hash and the reason stay."""

    slug = "file-content-gone"
    title = lazy("文件内容已按保存期限清理")


class BindingEnded(Conflict):
    """The binding was taken back before."""

    slug = "file-binding-ended"
    title = lazy("该佐证关系已经撤销")


class FileTooLarge(TooLarge):
    """Larger than the city takes."""

    slug = "evidence-too-large"
    title = lazy("文件过大")


class BadFile(Invalid):
    """Empty, of an unknown kind, cut short or hostile."""

    slug = "bad-file"
    title = lazy("文件不能接受")

    @classmethod
    def of(cls, code: str) -> "BadFile":
        """Make the refusal of a code of `UNFIT`."""
        return cls(errors=[FieldError("/file", code, UNFIT[code])])


class WrongEvidence(Invalid):
    """A step takes evidence of other kinds."""

    slug = "wrong-evidence"
    title = lazy("佐证材料的类别与事项不符")

    @classmethod
    def at(cls, places: tuple[int, ...]) -> "WrongEvidence":
        """Make the refusal of the files at these places of the list."""
        said = lazy("这类材料不能证明该事项")
        return cls(errors=[FieldError(f"/files/{place}", "wrong_kind", said) for place in places])


class TooEarly(Refused):
    """Content is removed only after the years of retention."""

    message = lazy("保存期限未满：只能清理 {latest} 以前结束的文件")
