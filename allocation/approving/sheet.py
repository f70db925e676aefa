"""A sheet as plain values: its steps in order and its acts, oldest first."""

from dataclasses import dataclass

from allocation.approving.words import SheetState, StepKind, Verb

Hands = frozenset[str]
"""The people behind one act: who acted and, under a delegation, for whom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        key: its number in the sheet, never used again.
        kind: what it asks for.
        person: the one person who is to sign; None where an office or a role is.
        signed: who agreed; None while it waits.
        turn: how often its signature was taken back.
    """

    key: int
    kind: StepKind = StepKind.sign
    person: str | None = None
    signed: Hands | None = None
    turn: int = 0

    @property
    def waits(self) -> bool:
        """Whether a signature is missing."""
        return self.kind is not StepKind.read and self.signed is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of the history; `step` and `turn` name the signature that it gave or took back."""

    verb: Verb
    hands: Hands
    step: int | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An act that somebody asks for.

    Attributes:
        verb: what.
        hands: the people behind it.
        seen: how many acts the asker had seen.
        may_sign: keys of the steps whose office or role is the asker's; a step's own person needs no entry.
        step: the step meant; the first of the asker's open ones where it is left out.
        reason: whether words were given.
        person: the person named for 加签, 转办 and 抄送.
        to: the earlier step that a return goes to; None is the maker.
        involved: whether the asker may copy the sheet to others though no step is theirs.
    """

    verb: Verb
    hands: Hands
    seen: int
    may_sign: frozenset[int] = frozenset()
    step: int | None = None
    reason: bool = False
    person: str | None = None
    to: int | None = None
    involved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An approval sheet."""

    maker: Hands
    """Who made the matter; empty for what the program made."""
    steps: tuple[Step, ...]
    state: SheetState = SheetState.open
    acts: tuple[Act, ...] = ()

    @property
    def open_steps(self) -> tuple[Step, ...]:
        """The steps that may be signed now: the first that waits, with its neighbours where it is 会签."""
        if self.state is not SheetState.open:
            return ()
        found: list[Step] = []
        for step in self.steps:
            if step.kind is StepKind.read:
                continue
            beside = bool(found) and found[0].kind is StepKind.countersign is step.kind
            if found and not beside:
                break
            if step.waits:
                found.append(step)
        return tuple(found)

    @property
    def left(self) -> int:
        """How many signatures are missing."""
        return sum(step.waits for step in self.steps)

    @property
    def signers(self) -> Hands:
        """Everybody behind a standing signature."""
        return frozenset().union(*(step.signed for step in self.steps if step.signed))

    def place(self, key: int) -> int:
        """Return a step's position."""
        return next(place for place, step in enumerate(self.steps) if step.key == key)
