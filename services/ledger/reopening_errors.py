"""What can go wrong with reopenings and adjustment sheets.

Conflict
├── NotReopened           the period is closed and its year not reopened
├── YearNotClosed         only a closed year is reopened
├── AlreadyReopened       the year is reopened, or somebody asked for it
├── LaterYearClosed       a later year is closed upon this one: reopen that first
├── ReopeningStep         the reopening is not at this step
├── NothingToAdjust       no difference of a closed year waits for a sheet
├── AdjustmentOpen        an agreement stands on another sheet that is not decided
├── AdjustmentDecided     the sheet is decided
└── AdjustmentOutdated    the differences are no longer those on the sheet
Invalid
└── OtherCauses           the causes named are not those of the differences
NotFound
├── NoSuchReopening
└── NoSuchAdjustment
"""

from services.kit.errors import Conflict, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchReopening(NotFound):
    """There is no such reopening of this year."""

    slug = "no-such-reopening"
    title = lazy("没有这次反关账")


class NoSuchAdjustment(NotFound):
    """There is no such adjustment sheet, or none that this person may read."""

    slug = "no-such-adjustment"
    title = lazy("没有这份调整单")


class NotReopened(Conflict):
    """The period is closed and its year not reopened; a quarter's papers stay closed with the year."""

    slug = "year-not-reopened"
    title = lazy("该期间已关账，未经反关账不能重新编制")


class YearNotClosed(Conflict):
    """Only a closed year is reopened."""

    slug = "year-not-closed"
    title = lazy("该年度没有关账，不需要反关账")


class AlreadyReopened(Conflict):
    """The year is reopened, or somebody asked for it."""

    slug = "year-already-reopened"
    title = lazy("该年度已申请反关账或已反关账")


class LaterYearClosed(Conflict):
    """A later year is closed upon this one and must be reopened first."""

    slug = "later-year-closed"
    title = lazy("以后年度已关账，须先对以后年度反关账")


class ReopeningStep(Conflict):
    """The reopening is not at this step."""

    slug = "reopening-state"
    title = lazy("反关账当前状态不允许这一步")


class NothingToAdjust(Conflict):
    """No difference of a closed year waits for a sheet."""

    slug = "adjustment-nothing"
    title = lazy("没有须凭调整单更正的差额")


class AdjustmentOpen(Conflict):
    """An agreement stands on another sheet that is not decided yet."""

    slug = "adjustment-open"
    title = lazy("协议已列入另一份待批准的调整单")


class AdjustmentDecided(Conflict):
    """The sheet is decided."""

    slug = "adjustment-decided"
    title = lazy("调整单已办结")


class AdjustmentOutdated(Conflict):
    """The differences are no longer those on the sheet; another is to be made."""

    slug = "adjustment-outdated"
    title = lazy("差额已变化，这份调整单不再适用，请重新编制")


class OtherCauses(Invalid):
    """The causes named are not those of the differences."""

    slug = "adjustment-other-causes"
    title = lazy("所填原因与差额的实际原因不符：{causes}")
