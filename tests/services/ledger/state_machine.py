"""Random years of an office: every step on the real services and database, and on the model beside them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.agreements.imports import write_agreements
from services.evidence.sealing import seal_pending
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.errors import DomainError
from services.ledger import errors, service
from services.ledger.imports import write_incentives, write_receipts
from services.ledger.inputs import IncentiveInput
from services.ledger.posting import JournalEntry, post_batch
from services.ledger.states import JournalKind, StatementState
from services.settlement.errors import NothingToSettle, YearNotClosed
from tests.services.ledger import state_ground as laid
from tests.services.ledger import story
from tests.services.ledger.factories import CITY, SYSTEM, TODAY, People
from tests.services.ledger.state_model import TAXES, Booked, Given, Model, Paid, Version
from tests.services.ledger.story import PEOPLE
from tests.services.settlement import story as settling

_names = count()


class LedgerMachine(RuleBasedStateMachine):
    """`server`, `ground` and `firms` are set by the test: a database to copy, and the firms' codes in it."""

    server: ClassVar[EmbeddedPostgres]
    ground: ClassVar[str]
    firms: ClassVar[list[str]]
    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.name = f"machine_{next(_names)}"
        self.server.create_database(self.name, template=self.ground)
        self.loop = asyncio.new_event_loop()
        self.database = Database(self.server.url(self.name), pool_size=2)
        self.model = Model(laid.deals())
        for deal, firm in zip(self.model.deals, self.firms, strict=True):
            deal.firm = firm
        self.frozen: dict[Any, tuple[str, str]] = {}
        self.ids: dict[str, Any] = {}
        self.log: list[tuple[Any, ...]] = []

    def teardown(self) -> None:
        """Drop the database."""
        self.loop.run_until_complete(self.database.close())
        self.loop.close()
        self.server.drop_database(self.name)

    def do(self, step: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """Take a step in a transaction of its own."""

        async def run() -> Any:
            async with self.database.session() as session:
                return await step(session)

        return self.loop.run_until_complete(run())

    # What comes in.

    def write(self, ticket: str, paid: Paid) -> None:
        """Import a receipt, new or revised."""
        row = laid.receipt_input(ticket, paid)
        self.do(lambda session: write_receipts(session, SYSTEM, [row]))
        self.model.receipts[ticket] = paid

    @initialize(which=laid.WHICH, day=laid.DAYS, fen=st.integers(1_000, 20_000))
    def begin(self, which: int, day: date, fen: int) -> None:
        self.pay(which, day, "vat", "normal", fen, at_home=True)

    @rule(
        which=laid.WHICH,
        day=laid.DAYS,
        tax=st.sampled_from(TAXES),
        kind=st.sampled_from(["normal", "normal", "credit_refund", "late_fee"]),
        fen=laid.FEN,
        at_home=st.booleans() | st.just(value=True),
    )
    def pay(self, which: int, day: date, tax: str, kind: str, fen: int, *, at_home: bool) -> None:
        deal = self.model.deals[which]
        treasury = deal.host if at_home else deal.origin
        self.write(f"{len(self.model.receipts):020}", Paid(deal.firm, day, treasury, tax, kind, fen))

    @rule(place=laid.PLACE, fen=laid.FEN)
    def revise(self, place: int, fen: int) -> None:
        ticket = sorted(self.model.receipts)[place % len(self.model.receipts)]
        old = self.model.receipts[ticket]
        self.write(ticket, Paid(old.firm, old.day, old.treasury, old.tax, old.kind, fen))

    @rule(place=laid.PLACE)
    def withdraw(self, place: int) -> None:
        self.revise(place, 0)

    @rule(place=laid.PLACE)
    def import_again(self, place: int) -> None:
        ticket = sorted(self.model.receipts)[place % len(self.model.receipts)]
        self.write(ticket, self.model.receipts[ticket])

    @rule(which=laid.WHICH, day=laid.DAYS, number=st.integers(1, 3), fen=st.integers(0, 8_000))
    def help_the_firm(self, which: int, day: date, number: int, fen: int) -> None:
        """Once a year is closed, only of later months: what else would change it waits for a sheet."""
        deal = self.model.deals[which]
        if self.model.closed:
            number, day = number + 10, day.replace(year=2026)
        given = IncentiveInput(
            credit_code=deal.firm, county=deal.host, document_no=f"{number}号", amount_fen=fen, paid_on=day
        )
        self.do(lambda session: write_incentives(session, SYSTEM, [given]))
        self.model.incentives[deal.firm, given.document_no] = Given(deal.firm, deal.host, day, fen)

    @rule(
        which=laid.WHICH,
        ratios=laid.RATIOS,
        cap=laid.CAPS,
        day=laid.STARTS,
    )
    def supersede(self, which: int, ratios: list[int], cap: int | None, day: date) -> None:
        """A version may take effect no earlier than the one before it."""
        deal = self.model.deals[which]
        version, last = Version(tuple(ratios), day, cap), deal.versions[-1]
        changed = replace(deal, versions=[version])
        try:
            self.do(lambda session: write_agreements(session, SYSTEM, [laid.agreement_input(changed)]))
        except (DBAPIError, DomainError):
            self.reached["supersede refused"] += 1
            assert day < last.effective
            return
        assert day >= last.effective
        if version != last:
            deal.versions.append(version)

    # What is booked.

    @rule(month=st.sampled_from(laid.MONTHS))
    def compute(self, month: str) -> None:
        try:
            result, _ = self.do(lambda session: service.compute_month(session, PEOPLE.maker, month, TODAY))
        except errors.PeriodClosed:
            self.reached["compute closed"] += 1
            assert month in self.model.closed, month
            return
        assert month not in self.model.closed, month
        assert result.origin_fen == self.model.compute(month)

    def book(self, key: str, booked: Booked) -> str:
        """Post one entry; its outcome, `closed`, or `refused` by the database."""

        async def step(session: AsyncSession) -> str:
            agreement = await session.scalar(text("SELECT id FROM agreement WHERE code = '6110-XY-001'"))
            entry = JournalEntry(
                key=key,
                period=booked.period,
                agreement=agreement,
                legs=laid.leg_facts(booked),
                note="记",
                kind=JournalKind.reversal if booked.reverses else JournalKind.credit,
                reverses=self.ids[booked.reverses] if booked.reverses else None,
            )
            outcome = (await post_batch(session, PEOPLE.maker, [entry]))[0].value
            self.ids[key] = await session.scalar(
                text("SELECT id FROM journal WHERE key = :key"), {"key": key}
            )
            return outcome

        try:
            return str(self.do(step))
        except errors.PeriodClosed:
            return "closed"
        except DBAPIError:
            return "refused"

    @rule(number=st.integers(1, 3), fen=st.sampled_from([5, 11]), month=st.sampled_from(laid.MONTHS))
    def post(self, number: int, fen: int, month: str) -> None:
        """Post by hand under one of three keys: so the same again, or another content, comes often."""
        accounts = [("611002", kind, "611021", "credit") for kind in ("credit_taken", "credit_given")]
        legs = ((accounts[0], fen), (accounts[1], -fen))
        booked = Booked(month, legs, content=(month, fen))
        outcome = self.book(f"hand {number}", booked)
        assert outcome == self.model.post(f"hand {number}", booked)
        self.reached[f"post {outcome}"] += 1

    @precondition(lambda self: any(key.startswith(("hand", "back")) for key in self.model.journals))
    @rule(place=laid.PLACE, month=st.sampled_from(laid.MONTHS))
    def reverse(self, place: int, month: str) -> None:
        keys = [key for key in self.model.journals if key.startswith(("hand", "back"))]
        first = keys[place % len(keys)]
        legs = tuple((account, -fen) for account, fen in self.model.journals[first].legs)
        taken = f"back of {first}" in self.model.journals
        key = f"again of {first}" if taken else f"back of {first}"
        outcome = self.book(key, Booked(month, legs, reverses=first))
        assert outcome == self.model.reverse(first, month)
        self.reached[f"reverse {outcome}"] += 1

    # What is settled.

    @precondition(lambda self: "2025-01" not in self.model.closed)
    @rule(object_first=st.booleans(), anew=st.booleans())
    def prepare(self, *, object_first: bool, anew: bool) -> None:
        """Compute December, prepare and sign the year; one county may object, and be upheld or heard."""
        self.compute("2025-12")
        self.do(lambda session: story.issue(session, "2025"))
        self.do(lambda session: story.prepare_quarters(session, "2025"))
        if object_first:
            self.do(lambda session: self.dispute(session, anew=anew))

    async def dispute(self, session: AsyncSession, *, anew: bool) -> None:
        """Object to the first statement that may be objected to, and answer."""
        found = [one for one in await story.live(session, "2025") if one.state is StatementState.issued]
        for one in found[:1]:
            finance, objection = People.county(one.county), service.Objection(reason="有出入")
            await service.object_to(session, finance, one.id, objection, TODAY, one.revision)
            answer = service.reissue if anew else service.uphold
            await answer(session, PEOPLE.maker, one.id, "已核对", TODAY, one.revision)
            self.reached[answer.__name__] += 1
        await story.issue(session, "2025")

    @precondition(lambda self: "2025-01" not in self.model.closed)
    @rule()
    def close(self) -> None:
        """Try to close 2025 as it stands: it closes only if all is booked and every statement confirmed."""
        self.do(lambda session: story.confirm_all(session, "2025"))
        try:
            self.do(lambda session: story.close(session, 2025))
        except errors.CloseBlocked:
            self.reached["close blocked"] += 1
            return
        self.reached["close"] += 1
        assert self.model.settled("2025-12")
        self.model.closed |= set(laid.YEAR)
        self.frozen = self.do(lambda session: self.papers(session, "closed"))
        self.reached["closed papers"] += len(self.frozen)

    @precondition(lambda self: bool(self.model.closed))
    @rule()
    def settle(self) -> None:
        """Settle the closed year through the city: once, and only where something is due."""
        try:
            self.do(lambda session: settling.settle(session, 2025))
        except (NothingToSettle, YearNotClosed):  # the latter where the year has no statement at all
            self.reached["nothing to settle"] += 1
            assert not any(self.model.dues().values())
            return
        self.reached["settle"] += 1
        self.model.settle(CITY)

    async def papers(self, session: AsyncSession, state: str) -> dict[Any, tuple[str, str]]:
        """The statements in a state, byte by byte."""
        rows = await session.execute(
            text("SELECT id, body::text, body_sha256 FROM statement WHERE state = :state"), {"state": state}
        )
        return {number: (body, sha256) for number, body, sha256 in rows}

    # What must hold after each step.

    @invariant()
    def holds(self) -> None:
        self.do(self.compare)
        self.do(lambda session: seal_pending(session, CITY))
        self.do(self.grown)

    async def grown(self, session: AsyncSession) -> None:
        """The sealed log begins with what was sealed before."""
        rows = await session.execute(text("SELECT leaf, entry FROM seal ORDER BY index"))
        log = [tuple(row) for row in rows]
        assert log[: len(self.log)] == self.log
        self.log = log

    async def compare(self, session: AsyncSession) -> None:
        """Books, entitlement lines and closed papers are what the model says."""
        found = {
            (one.county, one.kind.value, one.counterparty, one.unit.value): one.fen
            for one in await service.balances(session, CITY)
            if one.fen
        }
        assert found == self.model.balances()
        books = await session.execute(
            text("SELECT county, unit, sum(amount_fen) FROM leg GROUP BY 1, 2 HAVING sum(amount_fen) <> 0")
        )
        assert books.all() == []
        assert await service.book_faults(session, CITY) == []
        posted = await laid.posted_lines(session)
        assert posted == {code: keys for code, keys in self.model.posted.items() if keys}
        assert await self.papers(session, "closed") == self.frozen
