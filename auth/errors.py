"""What identity and policy refuse with.

    AuthError
    ├── Unauthenticated        we do not know who asks            (HTTP 401)
    │   ├── MissingToken
    │   ├── InvalidToken
    │   │   └── UnknownKey
    │   ├── ExpiredToken
    │   └── SessionEnded
    └── Forbidden              we know, and the answer is no      (HTTP 403)
        ├── MissingScope
        ├── NotPermitted
        ├── OfficerSuspended
        └── OutsideDelegation

`slug` is the stable last part of the problem document's `type`; `title` is Chinese and serves as the
message id of the catalogue. Status codes are given by the one module that writes problem documents.
"""

from typing import ClassVar


class AuthError(Exception):
    """Any refusal of identity or policy; `facts` end up in the problem document."""

    slug: ClassVar[str] = "auth"
    title: ClassVar[str] = "身份或权限校验未通过"

    def __init__(self, **facts: str) -> None:
        """Keep the facts; never put a token, password or hidden field among them."""
        super().__init__(self.slug)
        self.facts = facts


class Unauthenticated(AuthError):
    """Nobody is signed in, or not provably."""

    slug = "unauthenticated"
    title = "请先登录"


class MissingToken(Unauthenticated):
    """The request carries no bearer token."""

    slug = "missing-token"
    title = "请求没有携带访问令牌"


class InvalidToken(Unauthenticated):
    """The token is not one of ours: wrong signature, kind, issuer, audience, key or claims."""

    slug = "invalid-token"
    title = "访问令牌无效"


class UnknownKey(InvalidToken):
    """The token names a key that is not in the ring, which another process may have rotated."""


class ExpiredToken(Unauthenticated):
    """The token was ours and its time is over: refresh it or sign in again."""

    slug = "expired-token"
    title = "访问令牌已过期"


class SessionEnded(Unauthenticated):
    """The token is good but its sign-in was ended, or its account disabled."""

    slug = "session-ended"
    title = "登录已结束"


class Forbidden(AuthError):
    """We know who asks, and the answer is no."""

    slug = "forbidden"
    title = "没有权限"


class MissingScope(Forbidden):
    """The role of the account lacks the scope that the operation needs; fact: `scope`."""

    slug = "missing-scope"
    title = "当前角色没有这项权限"


class NotPermitted(Forbidden):
    """The role could, but not on this object: another county's, or one's own work to be checked."""

    slug = "not-permitted"
    title = "不能对该对象进行此操作"


class OfficerSuspended(Forbidden):
    """The officer, or the one they act for, is suspended: they may read and may not act."""

    slug = "officer-suspended"
    title = "您已被暂停办理业务，只能查看"


class OutsideDelegation(Forbidden):
    """Who acts in another's stead signs the matters named in the delegation, and does nothing else."""

    slug = "outside-delegation"
    title = "代办身份只能办理委托范围内的审批"
