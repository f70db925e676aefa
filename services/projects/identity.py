"""What a project is called: random public ids, code names that tell nothing, keys that find duplicates."""

import base64
import hashlib
import re
import secrets
import unicodedata
from typing import Final

_FIRST: Final = "青红丹蓝紫白金银碧苍朱翠玄皓晴朗"
_SECOND: Final = "松柏竹梅兰荷枫桐榆槐杉桂棠榕樟桦"
_DIGITS: Final = 10_000

_FORMS: Final = re.compile(
    r"(股份有限责任公司|有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|集团|公司)$"
)
_SIGNS: Final = re.compile(r"[\W_]+")


def new_public_id() -> str:
    """Make an id of 80 random bits that says nothing: not the time, not the order of registration."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def code_name(public_id: str) -> str:
    """Make a project's code name (代号), a function of its random public id and of nothing else."""
    digest = hashlib.sha256(b"code name\0" + public_id.encode()).digest()
    first, second = _FIRST[digest[0] % len(_FIRST)], _SECOND[digest[1] % len(_SECOND)]
    return f"{first}{second}{int.from_bytes(digest[2:6]) % _DIGITS:04d}"


def name_key(name: str) -> str:
    """Reduce a firm's name to what does not vary in writing: width, case, spaces, signs and legal form."""
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", name)).upper()
    return _FORMS.sub("", plain) or plain
