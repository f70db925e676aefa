"""Cells that hold a public code: divisions, firms, industries."""

import re
from typing import Any, Final

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from services.interchange.cells import Plain, normalise
from services.interchange.faults import BadCell
from services.kit.i18n import lazy
from services.regions.divisions import is_province
from services.regions.inputs import EDITION

_DIVISION: Final = re.compile(r"[1-9][0-9]{5}", re.ASCII)
_INDUSTRY: Final = re.compile(r"(?:(2002|2011|2017):)?([0-9]{3,4})", re.ASCII)
_LAST_DIVISION: Final = 97
_CODE_LENGTH: Final = 4


class Division(Plain):
    """A six-digit division code (GB/T 2260); counties may be newer than the national table, provinces not."""

    hint = lazy("六位行政区划代码")

    def read(self, text: str) -> str:
        """Read a division code of a known province."""
        found = normalise(text)
        if not _DIVISION.fullmatch(found):
            raise BadCell("bad-division-code")
        if not is_province(found):
            raise BadCell("unknown-division")
        return found


class CreditCode(Plain):
    """A unified social credit code (GB 32100-2015), by its check digit."""

    hint = lazy("18 位统一社会信用代码，校验位须正确")

    def read(self, text: str) -> str:
        """Read a credit code."""
        try:
            found: str = uscc.validate(normalise(text))
        except InvalidChecksum:
            raise BadCell("bad-check-digit") from None
        except ValidationError:
            raise BadCell("bad-credit-code") from None
        return found


class Industry(Plain):
    """An industry class as (edition, four digits).

    A three-digit group stands for its only class, which ends in 0 (367 is 3670). A bare code means the 2017
    edition of GB/T 4754; the same digits mean other things in 2011, so that edition is named: 2011:3962.
    """

    hint = lazy("行业代码（GB/T 4754—2017），2011 版写成 2011:3962")

    def read(self, text: str) -> tuple[str, str]:
        """Read one class."""
        found = _INDUSTRY.fullmatch(normalise(text))
        if not found or not 1 <= int(found[2][:2]) <= _LAST_DIVISION:
            raise BadCell("bad-industry")
        return found[1] or EDITION, found[2].ljust(_CODE_LENGTH, "0")

    def show(self, value: Any) -> str:
        """Show one class; the 2017 edition goes without saying."""
        edition, code = value
        return str(code) if edition == EDITION else f"{edition}:{code}"
