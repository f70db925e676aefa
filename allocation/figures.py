"""Figures as a finance officer reads them: yuan, 万元, per cent, mu. Exact: nothing is rounded away."""

from typing import Final

_FEN_OF_YUAN: Final = 2
_FEN_OF_WAN: Final = 6
_POINTS_OF_PERCENT: Final = 2
_HUNDREDTHS_OF_MU: Final = 2


def written(value: int, power: int, places: int = 0) -> str:
    """Write value / 10**power with thousands marks and a minus sign where it is negative.

    Args:
        value: the whole number that is kept.
        power: how many of its digits are decimals; more than 0.
        places: as many decimals stand even where they are zeros; other zeros at the end do not.
    """
    whole, rest = divmod(abs(value), 10**power)
    decimals = f"{rest:0{power}}".rstrip("0").ljust(places, "0")
    return f"{'-' if value < 0 else ''}{whole:,}{'.' if decimals else ''}{decimals}"


def yuan(fen: int) -> str:
    """Write money in yuan with two decimals: 123,456 fen is 1,234.56."""
    return written(fen, _FEN_OF_YUAN, 2)


def wan(fen: int) -> str:
    """Write money in 万元 without needless zeros: 31,000,000 fen is 31."""
    return written(fen, _FEN_OF_WAN)


def percent(basis_points: int) -> str:
    """Write a share in per cent without needless zeros: 5000 is 50%, 3350 is 33.5%."""
    return f"{written(basis_points, _POINTS_OF_PERCENT)}%"


def mu(hundredths: int) -> str:
    """Write land in mu without needless zeros: 34,600 is 346."""
    return written(hundredths, _HUNDREDTHS_OF_MU)
