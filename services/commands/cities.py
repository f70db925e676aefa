"""A production city: its row, its region, and the one-time token of its first administrator."""

from datetime import datetime

from services.kit.i18n import lazy
from services.kit.refused import Refused


class NoSuchCity(Refused):
    """The code is no prefecture of the national table."""

    message = lazy("{city} 不是地级行政区划代码（六位，末两位为 00）")


async def init_city(address: str, city: str, year: int, name: str | None) -> tuple[str, datetime]:
    """Make the city where it is missing and return the bootstrap token with its end.

    Args:
        address: the database's address.
        city: the prefecture's six-digit code.
        year: the year of assessment.
        name: the city's name; without it the national table of divisions is asked.

    Raises:
        NoSuchCity: the code is no prefecture's.
        AlreadyInitialised: the city has an administrator who can sign in.
    """
    from services.accounts import bootstrap
    from services.kit.clock import Clock
    from services.kit.database import Database
    from services.regions.ground import ensure_city

    if len(city) != len("611000") or not city.isascii() or not city.isdecimal() or not city.endswith("00"):
        raise NoSuchCity(city=city)
    database = Database(address, pool_size=1)
    try:
        async with database.session() as session:
            await ensure_city(session, city, year=year, name=name)
            return await bootstrap.init_city(session, city, Clock().now())
    finally:
        await database.close()
