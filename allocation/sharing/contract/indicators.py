"""Names of the indicators that published agreements count; an agreement may name others, in its own words."""

from typing import Final

NAMES: Final = {
    "all": ("全部考核指标", "all indicators"),
    "fixed_investment": ("固定资产投资", "fixed-asset investment"),
    "industrial_output": ("规上工业产值", "output of industrial firms above the threshold"),
    "output": ("产值", "output"),
    "sales": ("限上销售额", "sales of trading firms above the threshold"),
    "service_revenue": ("规上服务业营收", "revenue of service firms above the threshold"),
    "paid_in_funds": ("到位资金", "paid-in funds"),
    "foreign_capital": ("实际利用外资", "foreign capital used"),
}


def indicator_names(code: str) -> tuple[str, str]:
    """Give the Chinese and the English name of an indicator; one that is not listed is its own name."""
    return NAMES.get(code, (code, code))
