"""The benchmark's year by SQL is the package's year."""

from benchmarks.ledger_year import year


async def test_a_years_lines_by_sql_are_the_packages_own(database_url: str) -> None:
    figures = await year(database_url, 3, 14_400)
    assert figures["year_different_lines"] == 0
    assert figures["year_entitlements"] == 14_400
    assert figures["year_statements"] == 1200
