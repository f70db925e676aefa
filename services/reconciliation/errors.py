"""What reconciling refuses with.

DomainError
├── Forbidden
│   └── ReconcilingNotForYou     the step belongs to another office
├── NotFound
│   ├── NoSuchDifference         no such difference, or of others' agreement
│   ├── NoSuchReconciliation     no such 对账单, or of other counties
│   └── NoSuchIncentive          no such incentive under one's own agreements
├── Conflict
│   ├── FiguresLoadedBefore      this very file was loaded before
│   ├── NothingStated            the figures are those that stand
│   ├── DifferenceOver           the difference's state does not allow the step
│   ├── OtherReconciliation      the content named is not the newest version's
│   └── AcknowledgedBefore       the county acknowledged this version already
└── Invalid
    ├── BadFigures               `errors` names each bad figure
    ├── ReasonNeeded             an explanation needs a reason of the list and words
    └── WordsNeeded              a note or a query needs words
"""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class ReconcilingNotForYou(Forbidden):
    """The step belongs to another office."""

    slug = "reconciling-not-for-you"
    title = lazy("这一步不由您办理")


class NoSuchDifference(NotFound):
    """There is no such difference, or none of one's own agreements."""

    slug = "no-such-difference"
    title = lazy("没有这项差异")


class NoSuchReconciliation(NotFound):
    """There is no such 对账单, or it is between other counties."""

    slug = "no-such-reconciliation"
    title = lazy("没有这份对账单")


class NoSuchIncentive(NotFound):
    """There is no such incentive under the county's agreements."""

    slug = "no-such-incentive"
    title = lazy("没有这笔政策兑现")


class FiguresLoadedBefore(Conflict):
    """This very file was loaded before."""

    slug = "figures-loaded-before"
    title = lazy("这个文件以前已经报送，未写入任何数据")


class NothingStated(Conflict):
    """Every figure is the one that stands."""

    slug = "figures-nothing-new"
    title = lazy("所报数字与现有数字完全相同，没有需要写入的内容")


class DifferenceOver(Conflict):
    """The state of the difference does not allow the step."""

    slug = "difference-state"
    title = lazy("差异当前状态不允许这一步")


class OtherReconciliation(Conflict):
    """The content named is not that of the newest version."""

    slug = "reconciliation-content-differs"
    title = lazy("校验码与最新一版对账单不符，请核对后再确认")


class AcknowledgedBefore(Conflict):
    """The county acknowledged this version already."""

    slug = "reconciliation-acknowledged"
    title = lazy("本县区已核对过这一版对账单")


class BadFigures(Invalid):
    """The figures break a rule; nothing is stored."""

    slug = "bad-figures"
    title = lazy("报送的数字有误，未写入任何数据")


class ReasonNeeded(Invalid):
    """An explanation needs a reason of the closed list and words."""

    slug = "explanation-incomplete"
    title = lazy("请选择原因并写明情况")


class WordsNeeded(Invalid):
    """A note or a query says what is meant."""

    slug = "reconciliation-words-missing"
    title = lazy("请写明差异或疑问")
