"""What funds and targets refuse with.

DomainError
├── NotFound
│   ├── NoSuchFunds      no such entry
├── Forbidden
│   ├── NotYourFunds     another's project
│   └── SamePersonFunds  who made an entry does not confirm it
├── Conflict
│   ├── MonthClosed      the month is closed; a correction goes into the first open one
│   ├── EntrySettled     the entry does not wait any more
│   ├── NotYetSigned     the project has no host yet
│   └── MonthNotOver     a month is closed once it is over
└── Invalid
    ├── BadFunds         an entry's content breaks a rule
    ├── NoExchangeRate   dollars of a month without a rate
    └── BadGoal          a target without its unit, or that nobody can count
"""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, SamePerson
from services.kit.i18n import lazy


class NoSuchFunds(NotFound):
    """There is no such entry, or none that this person may know of."""

    slug = "no-such-funds"
    title = lazy("没有这条到位资金")


class NotYourFunds(Forbidden):
    """Funds are entered and confirmed by the county that hosts the project."""

    slug = "not-your-funds"
    title = lazy("到位资金由项目承接地填报和确认")


class SamePersonFunds(SamePerson):
    """Who made an entry does not confirm it."""

    slug = "same-person-funds"
    title = lazy("到位资金的填报人不能自己确认")


class MonthClosed(Conflict):
    """The month is closed and is not rewritten."""

    slug = "funds-month-closed"
    title = lazy("该月到位资金已关账")
    detail = lazy("{month} 的到位资金已关账，不再改动。请在 {open} 填报更正，并写明更正 {month}")


class EntrySettled(Conflict):
    """The entry was confirmed, refused, replaced or withdrawn before."""

    slug = "funds-entry-settled"
    title = lazy("这条到位资金当前不能这样办理")


class NotYetSigned(Conflict):
    """Funds are entered once a project is signed and has a host."""

    slug = "funds-not-yet-signed"
    title = lazy("项目签约并有承接地以后才能填报到位资金")


class MonthNotOver(Conflict):
    """A month is closed once it is over."""

    slug = "funds-month-not-over"
    title = lazy("当月结束以后才能关账")


class BadFunds(Invalid):
    """The content of an entry breaks a rule."""

    slug = "bad-funds"
    title = lazy("填写内容有误")


class NoExchangeRate(Invalid):
    """Dollars need the month's rate first."""

    slug = "no-exchange-rate"
    title = lazy("该月汇率尚未录入")
    detail = lazy("请先录入 {month} 的汇率及其来源，再填报美元到位资金")


class BadGoal(Invalid):
    """A target names its unit, a known indicator and a fitting unit of measure."""

    slug = "bad-goal"
    title = lazy("目标填写有误")
