"""From rows to figures: what a report states, before it is written for a reader."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from allocation.statistics.corrections import Key, name_of
from allocation.statistics.course import Step
from allocation.statistics.rates import Kind
from allocation.statistics.rowsets import Row, Rows, added, sums
from services.regions.settings import CitySettings
from services.reports.spec import ELAPSED, Spec
from services.reports.specs import SPECS


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A figure as it is kept: of one region or (null) the whole city, with both parts where it divides."""

    code: str
    region: str | None
    value: int
    below: int | None
    floor_bp: int | None

    def kept(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A frozen period's figure as it was stated so far, and as it would be counted now."""

    period: str
    step: Step
    kind: Kind
    region: str | None
    stated: int
    corrected: int

    @property
    def code(self) -> str:
        """The name of the figure that is the difference."""
        return f"correction.{self.period}.{self.step}.{self.kind.value}"

    def kept(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self) | {"step": self.step.value, "kind": self.kind.value}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Read what was stored."""
        return cls(**{**kept, "step": Step(kept["step"]), "kind": Kind(kept["kind"])})


def states(
    rows: Mapping[str, Rows],
    regions: Sequence[str],
    settings: CitySettings,
    elapsed_bp: int,
    specs: Iterable[Spec] = SPECS.values(),
) -> Iterator[Stated]:
    """State every figure that there are rows for: the city's first, then each region's."""
    summed = {name: sums(mine) for name, mine in rows.items()}
    whole = {
        name: (len(rows[name]), sum(amount for _count, amount in mine.values()))
        for name, mine in summed.items()
    }

    def adds(name: str, kind: Kind, region: str | None) -> int:
        count, amount = whole[name] if region is None else summed[name].get(region, (0, 0))
        return count if kind is Kind.count else amount

    for spec in specs:
        if spec.above not in rows:
            continue
        floor = _floor(spec, settings, elapsed_bp)
        shown = () if spec.city_only else tuple(regions)
        for region in (None, *shown) if spec.whole else shown:
            yield Stated(
                code=spec.code,
                region=region,
                value=adds(spec.above, spec.kind, region),
                below=adds(spec.below, spec.below_kind or spec.kind, region) if spec.below else None,
                floor_bp=floor,
            )


def _floor(spec: Spec, settings: CitySettings, elapsed_bp: int) -> int | None:
    """Return what a rate is flagged below: the city's floor; of a target the year's part that is over."""
    if spec.floor == ELAPSED:
        return elapsed_bp
    return int(getattr(settings, spec.floor)) if spec.floor else None


def corrected(
    known: Mapping[Key, Counter[Row]], rows: Mapping[str, Rows], regions: Sequence[str]
) -> Iterator[Corrected]:
    """State every figure of a frozen period that its corrections change."""
    for (period, step), stated in sorted(known.items()):
        came = rows.get(name_of(period, step, came=True), ())
        went = rows.get(name_of(period, step, came=False), ())
        for region in (None, *regions):
            for kind in Kind:
                change = added(came, kind, region) - added(went, kind, region)
                if change:
                    said = added(stated.elements(), kind, region)
                    yield Corrected(
                        period=period,
                        step=step,
                        kind=kind,
                        region=region,
                        stated=said,
                        corrected=said + change,
                    )
