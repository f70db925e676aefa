"""What can go wrong with notices."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchNotice(NotFound):
    """There is no such notice, or it was told to somebody else."""

    slug = "no-such-notice"
    title = lazy("没有这条通知")


class BadPreference(Invalid):
    """An event that cannot be opted out of, or a digest that goes nowhere."""

    slug = "bad-notice-setting"
    title = lazy("通知设置不符合要求")


class NotYourChannels(Forbidden):
    """Channels are the system administrator's."""

    slug = "not-your-channels"
    title = lazy("只有系统管理员可以设置通知渠道")


class NoSuchChannel(NotFound):
    """There is no such channel or delivery."""

    slug = "no-such-channel"
    title = lazy("没有这个通知渠道或发送记录")


class BadChannel(Invalid):
    """An office that there is not, or a secret that the kind of channel does not take."""

    slug = "bad-notice-channel"
    title = lazy("通知渠道不符合要求")


class AddressRefused(Invalid):
    """An address inside the house, without https, or that leads nowhere; `errors` says which."""

    slug = "notice-address-refused"
    title = lazy("不能发往这个地址")


class NotResendable(Conflict):
    """Only what was given up is sent again."""

    slug = "not-resendable"
    title = lazy("只有多次未送达的才能重发")
