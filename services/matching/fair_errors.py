"""What can go wrong with fairness."""

from services.kit.errors import Invalid, NotFound
from services.kit.i18n import lazy


class BadFairness(Invalid):
    """The rule of fairness does not fit; `errors` names what."""

    slug = "bad-fairness"
    title = lazy("均衡规则填写有误")


class NoSuchFairness(NotFound):
    """The run kept no rule of fairness."""

    slug = "no-such-fairness"
    title = lazy("这次运行没有启用均衡规则")
