"""How a table stands in a file: its columns, its key, and the rules that join the cells of a row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.interchange.cells import CellType

Reference = Literal["region", "park", "project", "unit"]
"""What a cell may have to name."""

Finding = tuple[str, str, dict[str, Any]]
"""A fault within a row: the column's name, the code, the facts of the sentence."""

EVERYBODY: Final = frozenset(Role) - {Role.administrator}
OFFICE: Final = frozenset({Role.city_office})
CITY_FINANCE: Final = frozenset({Role.city_finance})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        field: the field of the typed row, or several that one cell fills.
        name: the header without its unit.
        type: what a cell may hold.
        required: whether a cell may not be blank; a column that is not required may be missing altogether.
        blank: what a blank cell means.
        aliases: other names of the header.
        refers: what the value must name, if anything.
        total: whether the column is summed as a control total.
    """

    field: str | tuple[str, ...]
    name: str
    type: CellType
    required: bool = True
    blank: Any = None
    aliases: tuple[str, ...] = ()
    refers: Reference | None = None
    total: bool = False

    @property
    def header(self) -> str:
        """The header as our own files write it."""
        return f"{self.name}({self.type.units[0]})" if self.type.units else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a row may refer to: stored rows and those of files read before it in the same folder."""

    city: str
    counties: frozenset[str] = frozenset()
    parks: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()

    def knows(self, kind: Reference, value: str) -> bool:
        """Tell whether there is such a thing; a unit is a region or a park."""
        match kind:
            case "region":
                return value in self.counties or value == self.city
            case "park":
                return value in self.parks
            case "project":
                return value in self.projects
            case _:
                return value in self.parks or value in self.counties or value == self.city


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What decides whether a person may see a row of a table: the origins of projects by 登记编号."""

    principal: Principal
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole_city(self) -> bool:
        """Whether the person sees every row of the tables of the pool."""
        return self.principal.role is Role.city_office


def _same(values: dict[str, Any]) -> dict[str, Any]:
    return values


def _fields_of(row: Any) -> dict[str, Any]:
    return {item.name: getattr(row, item.name) for item in fields(row)}


def _nothing(row: Any, grounds: Grounds) -> Iterable[Finding]:  # noqa: ARG001 -- the shape of a check
    return ()


def _no_totals(rows: Sequence[Any]) -> dict[str, Any]:  # noqa: ARG001 -- the shape of control totals
    return {}


def _open(row: Any, sight: Sight) -> bool:  # noqa: ARG001 -- the shape of a rule of sight
    return True


@dataclass(frozen=True, kw_only=True)
class Table:
    """One of the fifteen tables.

    Attributes:
        kind: its name in the API.
        title: its name, and the name of its file.
        row: the class of the typed rows.
        columns: in the order of our own files.
        key: the fields that tell rows apart.
        existing: what is stored, in the shape of the typed rows.
        write: writes new and changed rows, given session, principal and rows.
        build: turns the fields read from the cells into the fields of the typed row.
        flatten: the inverse.
        check: findings about a row as a whole.
        finish: completes the rows of a file in their order (numbers rows that share a key).
        group: the column by which control totals are broken down.
        also_by: further columns by which they are.
        recognise: finds an earlier load of a file by its SHA-256; such a table's `write` takes the file.
        batch_totals: the control totals that are kept with such a file.
        importers: roles that may import it.
        exporters: roles that may export it.
        sees: whether a person may see a row.
    """

    kind: str
    title: str
    row: type[Any]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    existing: Callable[[AsyncSession, str], Any]
    write: Callable[..., Any]
    build: Callable[[dict[str, Any]], dict[str, Any]] = _same
    flatten: Callable[[Any], dict[str, Any]] = _fields_of
    check: Callable[[Any, Grounds], Iterable[Finding]] = _nothing
    finish: Callable[[Sequence[Any]], list[Any]] = list
    group: str = ""
    also_by: tuple[str, ...] = ()
    recognise: Callable[[AsyncSession, str, str], Any] | None = None
    batch_totals: Callable[[Sequence[Any]], dict[str, Any]] = _no_totals
    importers: frozenset[Role] = OFFICE
    exporters: frozenset[Role] = EVERYBODY
    sees: Callable[[Any, Sight], bool] = _open

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name a header of this table may have, without units."""
        return frozenset(name for column in self.columns for name in (column.name, *column.aliases))

    @cached_property
    def references(self) -> frozenset[str]:
        """What the columns refer to."""
        return frozenset(column.refers for column in self.columns if column.refers)

    def key_of(self, row: Any) -> tuple[Any, ...]:
        """Return the key of a typed row."""
        return tuple(getattr(row, name) for name in self.key)

    def cells_of(self, row: Any) -> list[str]:
        """Write a typed row as the cells of our own files."""
        values = self.flatten(row)
        return [_show(column, values) for column in self.columns]


def _show(column: Column, values: Mapping[str, Any]) -> str:
    if isinstance(column.field, tuple):
        value: Any = tuple(values[name] for name in column.field)
    else:
        value = values[column.field]
    if value is None or value == () or (not column.required and value == column.blank):
        return ""
    return column.type.show(value)
