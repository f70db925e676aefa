"""The left menu: one table for every page, so that a new page needs no second list.

A row shows for the roles that may open the page.  The count beside it is the number of to-dos whose address
begins with the row's path.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auth.principal import Principal, Role
from auth.scopes import Scope, has_scope
from services.kit.i18n import lazy

FINANCE: Final = frozenset({Role.county_finance, Role.city_finance})


@dataclass(frozen=True, slots=True)
class Page:
    """One row of the table: the address, the words of the menu, the right it takes, who needs no such row."""

    path: str
    text: str
    scope: Scope
    without: frozenset[Role] = frozenset()

    def shown_to(self, role: Role) -> bool:
        """Whether the row stands in this role's menu."""
        return has_scope(role, self.scope) and role not in self.without


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu as this person sees it."""

    path: str
    text: str
    current: bool
    waiting: int

    @property
    def count_id(self) -> str:
        """The element of the page that holds the number of to-dos."""
        return "waiting" + self.path.replace("/", "-")


Menu = list[tuple[str, list[Entry]]]

GROUPS: Final[tuple[tuple[str, tuple[Page, ...]], ...]] = (
    (
        lazy("工作台"),
        (
            Page("/", lazy("我的待办"), Scope.me),
            Page("/approvals", lazy("审批台"), Scope.approvals_read),
            Page("/delegations", lazy("委托代办"), Scope.approvals_write),
            Page("/handovers", lazy("工作交接"), Scope.approvals_write),
            Page("/notices", lazy("通知"), Scope.me),
        ),
    ),
    (
        lazy("招商线索"),
        (
            Page("/targets", lazy("目标企业清单"), Scope.projects_write),
            Page("/contacts", lazy("接触备案"), Scope.projects_write),
            Page("/intake", lazy("公开受理"), Scope.projects_write),
            Page("/projects/new", lazy("登记线索"), Scope.projects_write, frozenset({Role.county_leader})),
            Page("/firms", lazy("企业名称备案"), Scope.projects_write),
            Page("/duplicates", lazy("重复核对"), Scope.projects_accept),
            Page("/first-talk", lazy("首谈保护与争议"), Scope.projects_read, FINANCE),
            Page("/relocations", lazy("市内迁移"), Scope.projects_write),
        ),
    ),
    (
        lazy("项目流转"),
        (
            Page("/pool", lazy("项目共享池"), Scope.projects_read, FINANCE),
            Page("/projects", lazy("我的项目"), Scope.projects_read, FINANCE),
            Page("/matches", lazy("匹配与审定"), Scope.matches_read),
            Page("/matches/objections", lazy("对匹配的异议"), Scope.matches_read),
            Page("/meetings", lazy("联席会议"), Scope.projects_pool),
            Page("/clocks", lazy("办理时限"), Scope.projects_read, FINANCE),
            Page("/tracking", lazy("项目跟踪"), Scope.projects_read, FINANCE),
            Page("/outings", lazy("外出招商"), Scope.projects_read, FINANCE),
            Page("/libraries", lazy("库表图谱"), Scope.projects_read, FINANCE),
        ),
    ),
    (
        lazy("均衡与监督"),
        (
            Page("/fairness", lazy("县区均衡"), Scope.matches_read),
            Page("/reports", lazy("统计报告"), Scope.reports_read),
            Page("/overdue", lazy("超期与囤积榜"), Scope.projects_read, FINANCE),
            Page("/bulletins", lazy("月度专报"), Scope.reports_read),
            Page("/reports/overrides", lazy("改选情况"), Scope.matches_read),
            Page("/pool/figures", lazy("流失与报省"), Scope.projects_pool),
        ),
    ),
    (
        lazy("资源"),
        (
            Page("/parks", lazy("园区与用地"), Scope.regions_read, FINANCE),
            Page("/map", lazy("产业地图"), Scope.regions_read, FINANCE),
            Page("/entry-rules", lazy("准入规则"), Scope.regions_read),
        ),
    ),
    (
        lazy("协议与结算"),
        (
            Page("/agreements", lazy("利益共享协议"), Scope.agreements_read),
            Page("/packs", lazy("分享规则"), Scope.agreements_read),
            Page("/advice", lazy("分享建议"), Scope.agreements_read),
            Page("/receipts", lazy("税收入库"), Scope.receipts_read),
            Page("/reconciliation", lazy("双边核对"), Scope.reconciliation_read),
            Page("/statements", lazy("结算单"), Scope.statements_read),
            Page("/settlements", lazy("结算拨付"), Scope.statements_read),
            Page("/credits", lazy("考核计入"), Scope.credit_read),
            Page("/funds", lazy("到位资金"), Scope.funds_read),
            Page("/goals", lazy("考核目标"), Scope.funds_read),
            Page("/promises", lazy("承诺台账"), Scope.funds_read),
            Page("/evidence", lazy("存证与会签"), Scope.statements_read),
        ),
    ),
    (
        lazy("管理"),
        (
            Page("/imports", lazy("数据导入"), Scope.imports_read),
            Page("/audit", lazy("审计检查"), Scope.audit_check),
            Page("/alerts", lazy("包装预警"), Scope.audit_check),
            Page("/accounts", lazy("账户"), Scope.accounts_read),
            Page("/notice-channels", lazy("通知渠道"), Scope.channels_write),
        ),
    ),
)


def pages() -> list[Page]:
    """Every page of the menu, in its order."""
    return [page for _, rows in GROUPS for page in rows]


def menu_of(principal: Principal | None, path: str, waiting: Mapping[str, int]) -> Menu:
    """The groups and lines that this person sees on the page at ``path``; nobody sees none."""
    if principal is None:
        return []
    current = current_path(path)
    groups = [
        (
            title,
            [
                Entry(row.path, row.text, row.path == current, waiting.get(row.path, 0))
                for row in rows
                if row.shown_to(principal.role)
            ],
        )
        for title, rows in GROUPS
    ]
    return [(title, entries) for title, entries in groups if entries]


def current_path(path: str) -> str | None:
    """The menu row that an address belongs to: the longest row path that begins it."""
    fitting = [row.path for row in pages() if belongs(path, row.path)]
    return max(fitting, key=len, default=None)


def belongs(path: str, root: str) -> bool:
    """Whether ``path`` is ``root`` or lies below it; below the home page lies nothing."""
    return path == root or (root != "/" and path.startswith(f"{root}/"))
