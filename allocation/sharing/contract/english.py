"""English names of the words of an agreement; the Chinese ones stand beside the words themselves."""

from typing import Final

from allocation.sharing.taxes import Tax

TAXES_EN: Final = {
    Tax.vat: "VAT",
    Tax.cit: "corporate income tax",
    Tax.pit: "individual income tax",
    Tax.urban_construction: "urban construction tax",
    Tax.stamp: "stamp tax",
    Tax.land_use: "urban land use tax",
    Tax.property_tax: "property tax",
}
