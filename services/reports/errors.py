"""What can go wrong with reports.

NotFound
├── NoSuchReport        the text names no period, or none that has begun
├── NoSuchFigure        the report has no such figure, or none that this person may know of
└── NoSuchAward         the year has no award of land quota, or none that a county may know of
Forbidden
└── ReportNotForYou     the step belongs to another role
Conflict
├── PeriodNotOver       the period is not over
├── ReportFrozen        this or a later period of its kind is frozen
├── FreezeNotAsked      nobody asked that the report be frozen
├── ReportChanged       the content is not what was asked for any more
├── YearNotFrozen       the year's assessment is not frozen
├── AwardStands         an award of the year is drawn up or confirmed
└── AwardClosed         the award is confirmed or withdrawn
"""

from services.kit.errors import Conflict, Forbidden, NotFound
from services.kit.i18n import lazy


class NoSuchReport(NotFound):
    """The text names no period, or one that has not begun."""

    slug = "no-such-report-period"
    title = lazy("没有这一期的报告")


class NoSuchFigure(NotFound):
    """The report has no such figure, or none that this person may know of."""

    slug = "no-such-figure"
    title = lazy("报告中没有这项数字")


class NoSuchAward(NotFound):
    """The year has no award of land quota, or none that this person may know of."""

    slug = "no-such-award"
    title = lazy("该年度没有用地指标奖励")


class ReportNotForYou(Forbidden):
    """The step belongs to another role."""

    slug = "report-not-for-you"
    title = lazy("报告的这一步不由您办理")


class PeriodNotOver(Conflict):
    """The period is not over, or its report would be of days to come."""

    slug = "period-not-over"
    title = lazy("这一期尚未结束，报告只能是初步的，不能封存")


class ReportFrozen(Conflict):
    """This or a later period of its kind is frozen: what changes is a correction of the next one."""

    slug = "report-frozen"
    title = lazy("这一期或以后的报告已封存，变动在下一期更正")


class FreezeNotAsked(Conflict):
    """Nobody asked that the report be frozen."""

    slug = "freeze-not-asked"
    title = lazy("尚无人申请封存这份报告")


class ReportChanged(Conflict):
    """Figures or rows are not those that were asked to be frozen any more."""

    slug = "report-changed"
    title = lazy("申请封存后数字已有变动，请核对后重新申请")


class YearNotFrozen(Conflict):
    """The year's assessment is not frozen, so that places may still move."""

    slug = "year-not-frozen"
    title = lazy("该年度考核尚未封存，名次未定，不能奖励")


class AwardStands(Conflict):
    """An award of the year is drawn up or confirmed."""

    slug = "award-stands"
    title = lazy("该年度已有用地指标奖励")


class AwardClosed(Conflict):
    """The award is confirmed or withdrawn."""

    slug = "award-closed"
    title = lazy("这份奖励已确认或已撤回")
