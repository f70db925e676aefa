"""A county that objects and a city that answers, in a few calls."""

from services.ledger import service
from services.ledger.service import Objection, Reply
from tests.services.ledger import story
from tests.services.ledger.factories import TODAY, People
from tests.services.ledger.story import PEOPLE

PDF = b"%PDF-1.7\nx\n%%EOF\n"
HOST = "611002"


async def own(session, county=HOST):
    return next(one for one in await story.live(session, "2025") if one.county == county)


async def raise_one(session, one, line=None, *, reserved=False, reason="数额不符", **more):
    finance = People.county(one.county)
    objection = Objection(reason=reason, line=line, reserved=reserved, **more)
    await service.object_to(session, finance, one.id, objection, TODAY, one.revision)
    return (await service.desk(session, finance, one.id, TODAY)).objections[-1]


async def reply(session, one, thread, outcome, reason="核对台账", agreed=None, who=PEOPLE.maker):
    given = Reply(outcome=outcome, reason=reason, agreed_fen=agreed)
    return await service.answer(session, who, one.id, thread.id, given, TODAY, one.revision)
