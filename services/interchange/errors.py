"""What imports and exports refuse with.

DomainError
├── NotFound
│   ├── NoSuchPlan        no such import, or not of this person's business
│   ├── NoSuchKind        no table of that name, or none that this person may export
│   └── NoSuchFolder      the folder is missing
├── Forbidden
│   └── NotYourTable      another office loads this table
├── Conflict
│   ├── AlreadyCommitted  a plan is committed once
│   ├── PlanOutdated      what is stored has changed since the preview
│   ├── FileLoadedBefore  this very file was loaded whole before
│   └── NothingToWrite    every row is stored already, or all are bad
└── Invalid
    ├── PlanHasFaults     bad rows, and the good ones were not asked for alone
    ├── TotalsDiffer      the file is not what its sender declared
    └── FolderHasFaults   a folder's files cannot be loaded
"""

from collections.abc import Sequence
from typing import Final

from services.kit.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy

SHOWN_LINES: Final = 20


class NoSuchPlan(NotFound):
    """There is no such import, or this person may not see it."""

    slug = "no-such-import"
    title = lazy("没有这次导入")


class NoSuchKind(NotFound):
    """There is no table of that name that this person may see."""

    slug = "no-such-table"
    title = lazy("没有这张表")


class NoSuchFolder(NotFound):
    """There is no such folder, or it cannot be read."""

    slug = "no-such-folder"
    title = lazy("没有这个文件夹")
    detail = lazy("找不到文件夹 {folder}，或没有读取权限")


class NotYourTable(Forbidden):
    """Another office loads this table."""

    slug = "not-your-table"
    title = lazy("这张表由其他单位导入")


class AlreadyCommitted(Conflict):
    """A plan is committed once."""

    slug = "import-already-committed"
    title = lazy("这次导入已经入库")


class PlanOutdated(Conflict):
    """What is stored under the plan's keys has changed since the preview."""

    slug = "import-plan-outdated"
    title = lazy("预览之后数据已有变化，请重新上传并核对")


class NothingToWrite(Conflict):
    """Every good row is stored already."""

    slug = "import-nothing-to-write"
    title = lazy("没有需要写入的行")


class FileLoadedBefore(Conflict):
    """This very file was loaded before, whole; loading it again would undo what was corrected since."""

    slug = "import-file-loaded-before"
    title = lazy("这个文件以前已经导入，未写入任何数据")
    detail = lazy("同一文件（校验和相同）已作为第 {known} 号批次导入；如有更正，请导入更正后的文件")


class TotalsDiffer(Invalid):
    """The file is not what its sender declared; `rows_off` and `fen_off` say by how much."""

    slug = "import-totals-differ"
    title = lazy("文件与对方提供的控制合计不符，未写入任何数据")
    detail = lazy("文件有 {rows} 行、合计 {sum} 元；与对方提供的相差 {rows_off} 行、{sum_off} 元")


class PlanHasFaults(Invalid):
    """The file has bad rows, and all or nothing is the rule."""

    slug = "import-has-bad-rows"
    title = lazy("文件中有错误行，未写入任何数据")
    detail = lazy("{bad} 行有错误；请改正后重新上传，或选择只导入正确的行")


class FolderHasFaults(Invalid):
    """The files of a folder cannot be loaded; `lines` says all of it."""

    slug = "folder-has-faults"
    title = lazy("文件夹中的文件无法导入")

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(errors=[FieldError("/folder", "fault", line) for line in lines])
        self.lines = tuple(lines)

    def __str__(self) -> str:
        shown = "\n".join(self.lines[:SHOWN_LINES])
        rest = len(self.lines) - SHOWN_LINES
        return f"{self.title}：\n{shown}" + (f"\n…… 另有 {rest} 处" if rest > 0 else "")
