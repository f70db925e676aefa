"""Which layout is in force in a city on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.libraries import repo
from services.libraries.built_in import built_in
from services.libraries.errors import BadLibraryDay, NoSuchLibrary
from services.libraries.schemas import LayoutIn, LibraryIn
from services.libraries.words import Title


@dataclass(frozen=True, slots=True)
class InForce:
    """A layout in force on a day, and its version; none: the program's own."""

    layout: LayoutIn
    version: int | None

    def library(self, key: str) -> LibraryIn:
        """Return a library by its key.

        Raises:
            NoSuchLibrary: there is none.
        """
        for library in self.layout.libraries:
            if library.key == key:
                return library
        raise NoSuchLibrary


async def layout_on(session: AsyncSession, city: str, day: date) -> InForce:
    """Return the layout in force in a city on a day; the program's own while none is."""
    row = repo.in_force(await repo.versions(session, city), day)
    if row is None:
        return InForce(built_in(), None)
    return InForce(LayoutIn.model_validate(row.layout), row.version)


async def title_on(session: AsyncSession, city: str, day: date, title: Title) -> str | None:
    """Return what a city calls a paper on a day; none where its layout does not say."""
    return (await layout_on(session, city, day)).layout.titles.get(title)


def check_day(day: date | None, today: date) -> date:
    """Return the day asked about, today by default.

    Raises:
        BadLibraryDay: it has not come.
    """
    if day is not None and day > today:
        raise BadLibraryDay(errors=[FieldError("/as_of", "future", lazy("日期不能晚于今天"))])
    return day or today
