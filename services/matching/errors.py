"""What can go wrong with runs and decisions."""

from services.kit.errors import Conflict, Invalid, NotFound, TooMany
from services.kit.i18n import lazy


class NoSuchRun(NotFound):
    """There is no such run."""

    slug = "no-such-run"
    title = lazy("没有这次匹配运行")


class NoSuchMatch(NotFound):
    """No stored run knows the project, or the asker may not see its explanation."""

    slug = "no-such-match"
    title = lazy("没有可查看的匹配结果")


class NoSuchDecision(NotFound):
    """There is no decision that waits for a second signer."""

    slug = "no-such-decision"
    title = lazy("没有待签署的审定意见")


class OutdatedRun(Conflict):
    """A newer run is stored; decide on that one."""

    slug = "outdated-run"
    title = lazy("已有更新的匹配结果，请按最新一次运行审定")


class RunNotDone(Conflict):
    """The run has no result yet."""

    slug = "run-not-done"
    title = lazy("匹配运行尚未完成")


class ParkCannot(Conflict):
    """A hard rule keeps the project from this park now; `errors` names every one."""

    slug = "park-cannot"
    title = lazy("该园区目前不能承接这个项目")


class DecisionWaits(Conflict):
    """A decision on this project waits for its second signer."""

    slug = "decision-waits"
    title = lazy("该项目已有一份审定意见等待第二人签署")


class BadDecision(Invalid):
    """The decision lacks something."""

    slug = "bad-decision"
    title = lazy("审定意见填写不完整")


class PriceNotTold(Conflict):
    """An override is signed on its price: ask for it on this run and park, and decide when it is answered."""

    slug = "price-not-told"
    title = lazy("改选的代价尚未算出：请先测算改选该园区的代价，看过之后再审定")


class TooManyRuns(TooMany):
    """More runs an hour than one person may start."""

    slug = "too-many-runs"
    title = lazy("一小时内运行次数过多，请稍后再试")


class NoSuchQuestion(NotFound):
    """There is no such question, or the asker may not read its answer."""

    slug = "no-such-question"
    title = lazy("没有可查看的测算")


class TooManyQuestions(TooMany):
    """More questions an hour than one person may ask."""

    slug = "too-many-questions"
    title = lazy("一小时内提交的测算过多，请稍后再试")


class BadScenario(Invalid):
    """A park of the scenario is not in the run's input, or would be left with less than nothing."""

    slug = "bad-scenario"
    title = lazy("情景中的园区不在这次运行里，或减少的数量超过现有数量")
