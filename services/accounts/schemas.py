"""What the account operations take and give."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from auth.passwords import MAX_LENGTH
from auth.principal import Role
from auth.scopes import Scope

CITY_PATTERN: Final = r"^[1-9][0-9]{3}00$"
REGION_PATTERN: Final = r"^[1-9][0-9]{5}$"
OFFICE_PATTERN: Final = r"^[0-9A-Z][0-9A-Z-]{1,23}$"
LOGIN_PATTERN: Final = r"^[a-z0-9][a-z0-9._-]{1,39}$"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def _tidy(value: object) -> object:
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def _fold(value: object) -> object:
    tidy = _tidy(value)
    return tidy.casefold() if isinstance(tidy, str) else tidy


def _printable(value: str) -> str:
    if _CONTROL.search(value):
        msg = "control characters are not allowed"
        raise ValueError(msg)
    return value


Login = Annotated[str, BeforeValidator(_fold), Field(pattern=LOGIN_PATTERN)]
PersonName = Annotated[
    str, BeforeValidator(_tidy), Field(min_length=1, max_length=40), AfterValidator(_printable)
]
Password = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH)]
OpaqueText = Annotated[str, Field(min_length=1, max_length=100)]


class Input(BaseModel):
    """An input: strict types, and nothing that is not asked for."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SignInBody(Input):
    """Login and password; `city` may be left out where the server serves one city."""

    city: Annotated[str, Field(pattern=CITY_PATTERN)] | None = None
    login: Annotated[str, BeforeValidator(_fold), Field(min_length=1, max_length=80)]
    password: Password


class RefreshBody(Input):
    """A refresh token, used once."""

    refresh_token: OpaqueText


class TokenPair(BaseModel):
    """An access token for `expires_in` seconds and the refresh token that gets the next one."""

    access_token: str
    refresh_token: str
    token_type: str = "Bearer"  # noqa: S105 -- the name of a scheme
    expires_in: int


class Me(BaseModel):
    """Who is signed in."""

    id: UUID
    city: str
    role: Role
    office: str
    county: str | None
    name: str
    scopes: list[Scope]


class AccountView(BaseModel):
    """An account as an administrator sees it."""

    id: UUID
    login: str
    display_name: str
    role: Role
    office: str
    county: str
    created_at: datetime
    disabled_at: datetime | None
    has_password: bool
    version: int


class CreateAccount(Input):
    """A new account. It has no password until its one-time token was used.

    `office` is the county's code for county roles, the park's code for a park officer (whose `county` is the
    park's owner) and the city's code for city roles.
    """

    login: Login
    display_name: PersonName
    role: Annotated[Role, Field(strict=False)]
    office: Annotated[str, Field(pattern=OFFICE_PATTERN)]
    county: Annotated[str, Field(pattern=REGION_PATTERN)]


class IssuedToken(BaseModel):
    """A one-time token; it is shown this once."""

    token: str
    expires_at: datetime


class SetPassword(Input):
    """A password set with a one-time token."""

    token: OpaqueText
    password: Password


class ChangePassword(Input):
    """One's own password, changed."""

    current: Password
    password: Password


class Bootstrap(Input):
    """The first administrator of a city, made with the token that `yipanqi init` printed."""

    token: OpaqueText
    login: Login
    display_name: PersonName
    password: Password


class Jwk(BaseModel):
    """A public key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class Jwks(BaseModel):
    """The public keys of access tokens."""

    keys: list[Jwk]
