"""What signing in and keeping accounts refuse with.

Unauthenticated
├── WrongCredentials      unknown login, wrong password, disabled account: one answer for all
└── BadOneTimeToken       used, expired, replaced or never ours
TooMany
└── LockedOut             five failures for a login, or ten a minute from an address
NotFound
├── NoSuchAccount
└── NoSuchSeat            a post, delegation or suspension that is not this person's, or over
Conflict
├── LoginTaken
├── AlreadyInitialised    the city has an administrator
├── AccountDisabled
├── PostTaken             the person has the post
└── OwnAccount            one does not disable or reset oneself
Invalid
├── PasswordRefused
├── WrongPassword         changing it takes the present one
├── BadSuspension         it ends before it begins, or gives no reason
└── OfficeDoesNotFit
"""

from services.kit.errors import Conflict, FieldError, Invalid, NotFound, TooMany, Unauthenticated
from services.kit.i18n import lazy


class WrongCredentials(Unauthenticated):
    """Unknown login, wrong password or disabled account."""

    slug = "wrong-credentials"
    title = lazy("用户名或密码不正确")


class BadOneTimeToken(Unauthenticated):
    """The one-time token was used, has expired, was replaced, or is not ours."""

    slug = "bad-one-time-token"
    title = lazy("一次性口令无效或已使用")


class LockedOut(TooMany):
    """Too many failures; `retry_after` says when to come back."""

    slug = "locked-out"
    title = lazy("登录失败次数过多，请稍后再试")


class NoSuchAccount(NotFound):
    """There is no such account in this city."""

    slug = "no-such-account"
    title = lazy("没有这个账户")


class NoSuchSeat(NotFound):
    """There is no such post, delegation or suspension of this person today."""

    slug = "no-such-seat"
    title = lazy("没有这个岗位、委托或暂停记录")


class PostTaken(Conflict):
    """The person has this post."""

    slug = "post-taken"
    title = lazy("此人已有这个岗位")


class BadSuspension(Invalid):
    """It ends before it begins, or gives no reason."""

    slug = "bad-suspension"
    title = lazy("暂停办理的内容不符合要求")


class LoginTaken(Conflict):
    """Another account of the city has the login."""

    slug = "login-taken"
    title = lazy("用户名已被使用")


class AlreadyInitialised(Conflict):
    """The city has an administrator who can sign in."""

    slug = "already-initialised"
    title = lazy("该市已有管理员账户")


class AccountDisabled(Conflict):
    """The account is disabled and can do nothing until it is enabled."""

    slug = "account-disabled"
    title = lazy("账户已停用")


class OwnAccount(Conflict):
    """Administrators do not disable or reset themselves: another one does."""

    slug = "own-account"
    title = lazy("不能对自己的账户进行此操作")


class PasswordRefused(Invalid):
    """The password breaks the rules; the field error's code says which."""

    slug = "password-refused"
    title = lazy("密码不符合要求")


class WrongPassword(Invalid):
    """The present password, asked for before a change, is wrong."""

    slug = "wrong-password"
    title = lazy("当前密码不正确")

    def __init__(self, pointer: str = "/current") -> None:
        """Name the field."""
        super().__init__(errors=[FieldError(pointer, "wrong", lazy("当前密码不正确"))])


class OfficeDoesNotFit(Invalid):
    """The role's office is of another kind: a county's, a park's, or the city's."""

    slug = "office-does-not-fit"
    title = lazy("单位与角色不相符")
