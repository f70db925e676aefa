"""One round of sending: take what is due, send all of it at once, record what came of it."""

import asyncio

from services.kit.database import Database
from services.notices import deliveries, mail
from services.notices.addresses import RefusedAddress, target_of
from services.notices.messages import accepted
from services.notices.outgoing import Means, Outgoing, prepare
from services.notices.posting import NoAnswer, post

REFUSED = "address refused"


async def deliver(database: Database, means: Means, city: str) -> int:
    """Send what is due, at most one batch; how many deliveries that was.

    No transaction is open while receivers are waited for.
    """
    async with database.session() as session:
        rows = await deliveries.take(session, city)
    if not rows:
        return 0
    async with database.session() as session:
        outgoing = await prepare(session, means, city, rows)
    said = await asyncio.gather(*(attempt(means, one) for one in outgoing))
    async with database.session() as session:
        for one, word in zip(outgoing, said, strict=True):
            await deliveries.record(session, one.row, word)
        failed = (
            one.row.channel
            for one, word in zip(outgoing, said, strict=True)
            if word not in {"", deliveries.NOTHING} and one.row.channel is not None
        )
        await deliveries.let_rest(session, city, failed)
    return len(rows)


async def attempt(means: Means, what: Outgoing) -> str:
    """Send; "" where the receiver took it, else a short word."""
    if what.fault:
        return what.fault
    try:
        if what.mail is not None:
            await mail.send(means.settings, what.mail, seconds=means.seconds)
            return ""
        if what.kind is None or what.request is None:
            return deliveries.NOTHING
        target = await target_of(what.request.url, means.networks, means.resolver)
        return accepted(what.kind, *await post(target, what.request, seconds=means.seconds))
    except RefusedAddress:
        return REFUSED
    except NoAnswer as error:
        return str(error)
