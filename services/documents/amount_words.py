"""Amounts in the formal Chinese numerals (大写金额) that a finance bureau writes beside the figures.

Source of the rules: 《支付结算办法》 annex 1, 正确填写票据和结算凭证的基本规定 (1997).
"""

from allocation.units import FEN_PER_YUAN, Fen, fen

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
TEN_THOUSAND = 10_000
HUNDRED_MILLION = 100_000_000


def amount_words(amount: Fen) -> str:
    """Write an amount in formal numerals, for example 1,680.32 yuan as 壹仟陆佰捌拾元叁角贰分.

    A run of zeros inside is written as one 零, also between 元 and 分 when there is no 角. Amounts without 分
    end with 整; a negative amount starts with 负.

    Args:
        amount: fen, absolute value below 2**53.

    Raises:
        OverflowError: the amount is outside the range of `Fen`.
    """
    yuan, rest = divmod(abs(fen(amount)), FEN_PER_YUAN)
    jiao, cents = divmod(rest, 10)
    words = _whole(yuan) + "元" if yuan else ""
    if jiao:
        words += DIGITS[jiao] + "角"
    if cents:
        words += ("零" if yuan and not jiao else "") + DIGITS[cents] + "分"
    else:
        words = (words or "零元") + "整"
    return ("负" if amount < 0 else "") + words


def _whole(yuan: int) -> str:
    """Write a positive number of yuan below 10^16: what counts 亿, then the rest."""
    high, low = divmod(yuan, HUNDRED_MILLION)
    words = _below_hundred_million(high) + "亿" if high else ""
    if low:
        words += ("零" if high and low < HUNDRED_MILLION // 10 else "") + _below_hundred_million(low)
    return words


def _below_hundred_million(number: int) -> str:
    """Write 1 to 99,999,999: what counts 万, then the rest."""
    high, low = divmod(number, TEN_THOUSAND)
    words = _group(high) + "万" if high else ""
    if low:
        words += ("零" if high and low < TEN_THOUSAND // 10 else "") + _group(low)
    return words


def _group(group: int) -> str:
    """Write 1 to 9999 without leading zeros."""
    words = ""
    gap = False
    for place in reversed(range(len(PLACES))):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words
