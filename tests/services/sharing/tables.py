"""Tables of a page, read back."""

import re


def cells_of(page: str, first: str) -> list[str]:
    """Return the texts of the row that begins with `first`, without the first."""
    for row in page.split("<tr>")[1:]:
        cells = [_text(cell) for cell in row.split("</tr>", 1)[0].split("</td>")[:-1]]
        if cells and cells[0] == first:
            return cells[1:]
    raise LookupError(first)


def _text(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())
