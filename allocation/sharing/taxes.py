"""The taxes that can be shared and the kinds of lines on the treasury's receipt file."""

from enum import StrEnum


class Tax(StrEnum):
    """A tax whose county-retained part can be shared. The order is the listed order of statements."""

    vat = "vat"
    cit = "cit"
    pit = "pit"
    urban_construction = "urban_construction"
    stamp = "stamp"
    land_use = "land_use"
    property_tax = "property"

    @property
    def zh(self) -> str:
        """The name on the treasury's file."""
        return _TAX_NAMES[self]

    @property
    def subject(self) -> str:
        """The budget revenue subject (预算科目) of the tax."""
        return _TAX_SUBJECTS[self]


_TAX_NAMES = {
    Tax.vat: "增值税",
    Tax.cit: "企业所得税",
    Tax.pit: "个人所得税",
    Tax.urban_construction: "城市维护建设税",
    Tax.stamp: "印花税",
    Tax.land_use: "城镇土地使用税",
    Tax.property_tax: "房产税",
}
_TAX_SUBJECTS = {
    Tax.vat: "10101",
    Tax.cit: "10104",
    Tax.pit: "10106",
    Tax.urban_construction: "10109",
    Tax.stamp: "10111",
    Tax.land_use: "10112",
    Tax.property_tax: "10110",
}


class ReceiptKind(StrEnum):
    """What a line of the treasury's file is."""

    normal = "normal"
    exemption_credit = "exemption_credit"
    credit_refund = "credit_refund"
    inspection = "inspection"
    late_fee = "late_fee"

    @property
    def zh(self) -> str:
        """The name on the treasury's file."""
        return _KIND_NAMES[self]


_KIND_NAMES = {
    ReceiptKind.normal: "正常",
    ReceiptKind.exemption_credit: "免抵调",
    ReceiptKind.credit_refund: "留抵退税",
    ReceiptKind.inspection: "查补",
    ReceiptKind.late_fee: "滞纳金",
}

DEFAULT_KINDS = (
    ReceiptKind.normal,
    ReceiptKind.exemption_credit,
    ReceiptKind.credit_refund,
    ReceiptKind.inspection,
)
"""Late fees are no tax and stay out unless the terms name them."""
