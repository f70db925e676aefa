"""Charts as SVG, each with the table of the same figures: pure functions, same data, same bytes.

How to show one, on a page and in a document::

    from services.kit.charts import Bar, Frame, league

    chart = league(
        Frame(name="signed", title=gettext(lazy("各县区签约数"), locale), locale=locale),
        [Bar(row.name, row.signed, f"{row.signed}") for row in rows],
        heads=(gettext(lazy("县区"), locale), gettext(lazy("签约（个）"), locale)),
    )
    render(request, principal, "reports/month.html", signed=chart, ...)

In the template ``{{ ui.chart(signed) }}`` draws a card with the picture and, below it, the table of its
figures; on a narrow screen the picture scrolls by itself.  A document takes ``chart.svg`` (a whole SVG file),
``chart.heads`` and ``chart.rows``.  ``Frame.name`` must differ from that of every other chart of the page:
ids are made from it.

=============== ==========================================================================
`league`        bars, longest scale for all; a mark (a target) may stand on all of them
`funnel`        steps that grow fewer, each with its rate and the floor it is to reach
`flows`         what goes from whom to whom, as ribbons whose widths add up
`capacity`      per park: in all, offered, accepted, used
`stacked`       parts of a whole side by side, such as ages of what is pending
`lines`         one year by month beside the last and the target
=============== ==========================================================================

All words and all written numbers are the caller's, in the reader's language; charts only place them.
No script, no style attribute, nothing told by colour alone: parts are hatched, each number stands beside its
mark.  Whole numbers only, so that every machine draws the same; lengths that are parts of a whole add up.
"""

from services.kit.charts.bars import Bar, Mark, league
from services.kit.charts.capacity import Room, capacity
from services.kit.charts.flows import Link, flows
from services.kit.charts.funnel import FunnelWords, Step, funnel
from services.kit.charts.lines import Series, lines
from services.kit.charts.stacked import Stack, stacked
from services.kit.charts.svg import Chart, Frame

__all__ = [
    "Bar",
    "Chart",
    "Frame",
    "FunnelWords",
    "Link",
    "Mark",
    "Room",
    "Series",
    "Stack",
    "Step",
    "capacity",
    "flows",
    "funnel",
    "league",
    "lines",
    "stacked",
]
