"""Figures as a finance officer writes them: yuan, 万元, per cent, mu."""

from allocation.units import FEN_PER_WAN


def yuan(fen: int) -> str:
    """Money in yuan with two decimals and thousands separators; a minus sign before a negative sum."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02}"


def wan(fen: int) -> str:
    """Money in 万元 without needless zeros: 31,000,000 fen is 31."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN_PER_WAN)
    return f"{sign}{whole:,}" + (f".{rest:06}".rstrip("0") if rest else "")


def percent(basis_points: int) -> str:
    """A share in per cent, without needless zeros: 5000 is 50%, 3350 is 33.5%."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"


def mu(hundredths: int) -> str:
    """Land in mu with two decimals, signed where it is negative."""
    return yuan(hundredths)
