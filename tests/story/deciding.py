"""What a decision needs on record, put there over HTTP: promises with their reviews, an override's price."""

from typing import Any

from services.matching.questions import work
from tests.services.console.city import CITY
from tests.story.people import People


async def record(people: People, ref: str, county: str) -> None:
    """The host lists its promises; its finance, another person and a meeting look at them."""
    at = f"/v1/projects/{ref}/compliance"
    maker, finance = await people(f"{county}-officer"), await people(f"{county}-finance")
    promise = {
        "kind": "infrastructure",
        "what": "道路和管网接至用地红线",
        "beneficiary": "public",
        "amount_fen": 200_000_000,
        "year": 2027,
        "source": "budget",
    }
    shown = await maker.post(f"{at}/sheets", {"items": [promise]})
    assert shown["missing"] == ["finance", "legal", "review", "minutes"]
    sheet = shown["sheet"]["id"]
    opinion = {"sheet": sheet, "kind": "finance", "outcome": "agreed", "opinion": "财力可承受"}
    await maker.post(f"{at}/opinions", opinion, status=403)
    await finance.post(f"{at}/opinions", opinion)
    legal = {**opinion, "kind": "legal", "number": "法审〔2027〕1号"}
    await (await people(f"{county}-leader")).post(f"{at}/opinions", legal)
    review = {
        "sheet": sheet,
        "drafting_unit": "招商局",
        "basis": "园区基础设施面向全部企业",
        "conclusion": "pass",
        "reviewed_on": "2027-01-15",
        "review_again_on": "2028-01-15",
    }
    await maker.post(f"{at}/fair-reviews", review)
    minutes = {"sheet": sheet, "body": "government", "number": "〔2027〕2号", "held_on": "2027-01-15"}
    shown = await maker.post(f"{at}/minutes", {**minutes, "subject": "审议承诺事项"})
    assert shown["missing"] == []


async def price(people: People, app: Any, ref: str, run: str, park: str) -> None:
    """The city's office asks what an override costs, and the worker answers."""
    office = await people("office-1")
    asked = await office.post(f"/v1/matches/projects/{ref}/override-prices", {"run": run, "park": park})
    await work.execute(app.state.database, CITY, asked["id"], memory_mb=2048)
