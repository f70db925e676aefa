"""Keys and co-signatures over HTTP: who may, what is refused, and what a bundle shows in the end."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from allocation.evidence.checkpoint import Checkpoint
from allocation.evidence.cosigning import parse_request
from allocation.evidence.note import parse_note
from allocation.evidence.verifying import verify_bundle
from auth.principal import Role
from services.kit.database import Database
from tests.services.evidence.parts import confirmed, counties, seal, signed, vkey, year_statement
from tests.services.ledger.conftest import Site
from tests.services.ledger.factories import CITY
from tests.walls.asking import once

KEYS, COSIGNATURES = "/v1/evidence/keys", "/v1/evidence/cosignatures"


class Desk:
    """People at the API, and one county that has confirmed its statement."""

    def __init__(self, site: Site, county: str, other: str) -> None:
        self.site, self.county, self.other = site, county, other
        self.people: dict[str, dict[str, str]] = {}

    @property
    def database(self) -> Database:
        found: Database = self.site.app.state.database
        return found

    async def head(self, who: str) -> dict[str, str]:
        if who not in self.people:
            role, _, office = who.partition(" ")
            offices = {"own": self.county, "other": self.other, "": CITY}
            self.people[who] = await self.site.person(Role(role), offices[office.rstrip("2")])
        return self.people[who]

    async def post(self, who: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        headers = {**await self.head(who), **once()}
        return await self.site.client.post(path, json=body, headers=headers)

    async def get(self, who: str, path: str) -> httpx.Response:
        return await self.site.client.get(path, headers=await self.head(who))

    async def enroll(self) -> str:
        """The county's own key, in force; its id."""
        made = await self.post("county_finance own", KEYS, {"county": self.county, "vkey": vkey(self.county)})
        assert made.status_code == 201, made.text
        done = await self.post("county_leader own", f"{KEYS}/{made.json()['id']}/confirm")
        assert done.status_code == 200, done.text
        assert done.json()["state"] == "active"
        return str(made.json()["id"])

    async def request(self) -> Checkpoint:
        answer = await self.get("county_finance own", f"/v1/evidence/requests/{self.county}")
        assert answer.status_code == 200, answer.text
        return parse_request(answer.text).checkpoint

    async def hand_in(self, note: str, who: str = "county_finance own") -> httpx.Response:
        return await self.post(who, COSIGNATURES, {"county": self.county, "note": note})


@pytest.fixture
async def desk(issued_site: Site) -> Desk:
    database: Database = issued_site.app.state.database
    async with database.session() as session:
        county, other = (await counties(session))[:2]
        await confirmed(session, county)
    await seal(database)
    return Desk(issued_site, county, other)


def problem(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


async def test_a_co_signed_close_from_key_to_bundle(desk: Desk) -> None:
    async with desk.database.session() as session:
        number = (await year_statement(session, desk.county)).id
    where = f"/v1/evidence/statements/{number}"
    assert (await desk.get("county_finance own", where)).json()["standing"] == "sealed"
    await desk.enroll()
    assert (await desk.get("county_finance own", where)).json()["standing"] == "waiting"
    point = await desk.request()
    kept = await desk.hand_in(signed(point, desk.county))
    assert kept.status_code == 201, kept.text
    assert (await desk.hand_in(signed(point, desk.county, time=9))).json() == kept.json(), "once a checkpoint"
    found = (await desk.get("county_finance own", where)).json()
    assert (found["standing"], len(found["cosigned"])) == ("cosigned", 1)
    answer = await desk.get("auditor", f"/v1/evidence/bundles/{number}")
    verdict = verify_bundle(answer.content)
    assert verdict.verified
    assert verdict.statements[0].cosigned == (desk.county,)
    assert answer.headers["content-disposition"].endswith(f'"evidence-JS-{desk.county}-2025-v1.json"')
    again = await desk.get("county_finance own", f"/v1/evidence/requests/{desk.county}")
    assert parse_request(again.text).old == point.size


async def test_checkpoints_and_their_consistency(desk: Desk) -> None:
    first = (await desk.get("auditor", "/v1/evidence/checkpoints/latest")).json()
    async with desk.database.session() as session:
        await confirmed(session, desk.other)
    await seal(desk.database)
    listed = (await desk.get("auditor", "/v1/evidence/checkpoints?limit=5")).json()["items"]
    assert [one["size"] for one in listed] == [listed[0]["size"], first["size"]]
    older = await desk.get("auditor", f"/v1/evidence/checkpoints?before={listed[0]['size']}")
    assert [one["size"] for one in older.json()["items"]] == [first["size"]]
    proof = await desk.get("auditor", f"/v1/evidence/consistency?from={first['size']}")
    assert proof.json()["new"] == listed[0]["size"]
    assert proof.json()["proof"]
    same = await desk.get("auditor", f"/v1/evidence/consistency?from={first['size']}&to={first['size']}")
    assert same.json()["proof"] == []
    for question in ("from=1", f"from={listed[0]['size']}&to={first['size']}", f"from={first['size']}&to=2"):
        answer = await desk.get("auditor", f"/v1/evidence/consistency?{question}")
        assert (answer.status_code, problem(answer)) == (422, "unknown-checkpoint")


async def test_an_old_a_foreign_and_an_unknown_checkpoint_are_refused(desk: Desk) -> None:
    await desk.enroll()
    early = await desk.request()
    async with desk.database.session() as session:
        await confirmed(session, desk.other)
    await seal(desk.database)
    late = await desk.request()
    assert late.size > early.size
    assert (await desk.hand_in(signed(late, desk.county))).status_code == 201
    old = await desk.hand_in(signed(early, desk.county))
    assert (old.status_code, problem(old)) == (409, "old-checkpoint")
    other_history = Checkpoint(late.origin, late.size, early.root)
    foreign = Checkpoint("yipanqi/622000", late.size, late.root)
    unknown = Checkpoint(late.origin, late.size + 1, late.root)
    for point in (other_history, foreign, unknown):
        answer = await desk.hand_in(signed(point, desk.county))
        assert (answer.status_code, problem(answer)) == (422, "unknown-checkpoint"), point


async def test_a_bad_signature_another_countys_key_and_no_note_are_refused(desk: Desk) -> None:
    await desk.enroll()
    point = await desk.request()
    good = signed(point, desk.county)
    theirs = signed(point, desk.other)
    line = parse_note(good).signatures[0]
    broken = good.replace(line.text, line.text.replace(line.text[-10], "A" if line.text[-10] != "A" else "B"))
    for note in (theirs, broken, "nonsense", point.text, "x\n\n— y z\n"):
        answer = await desk.hand_in(note)
        assert (answer.status_code, problem(answer)) == (422, "bad-cosignature"), note
    for who in ("county_finance other", "county_leader other"):
        answer = await desk.hand_in(good, who)
        assert (answer.status_code, problem(answer)) == (403, "key-not-for-you")
    assert (await desk.hand_in(good.replace("\n", "\r\n"))).status_code == 201, "a form's line ends"


async def test_a_retired_key_and_one_that_nobody_confirmed_sign_nothing(desk: Desk) -> None:
    made = await desk.post("county_finance own", KEYS, {"county": desk.county, "vkey": vkey(desk.county)})
    point = await desk.request()
    early = await desk.hand_in(signed(point, desk.county))
    assert (early.status_code, problem(early)) == (409, "key-not-in-force")
    where = f"{KEYS}/{made.json()['id']}"
    assert (await desk.post("county_leader own", f"{where}/confirm")).status_code == 200
    assert (await desk.post("city_finance", f"{where}/retire")).json()["state"] == "retired"
    late = await desk.hand_in(signed(point, desk.county))
    assert (late.status_code, problem(late)) == (409, "key-not-in-force")
    again = await desk.post("county_leader own", f"{where}/retire")
    assert (again.status_code, problem(again)) == (409, "key-not-proposed")


async def test_maker_and_checker_of_a_key_are_two_people_of_the_right_offices(desk: Desk) -> None:
    body = {"county": desk.county, "vkey": vkey(desk.county)}
    for who in ("county_finance other", "city_finance"):
        answer = await desk.post(who, KEYS, body)
        assert (answer.status_code, problem(answer)) == (403, "key-not-for-you")
    made = await desk.post("county_finance own", KEYS, body)
    where = f"{KEYS}/{made.json()['id']}/confirm"
    same = await desk.post("county_finance own", where)
    assert (same.status_code, problem(same)) == (403, "same-person")
    stranger = await desk.post("county_leader other", where)
    assert (stranger.status_code, problem(stranger)) == (404, "no-such-key")
    unknown = await desk.post("city_finance", f"{KEYS}/01a202e0-c027-718a-aad3-6d115cd7a178/confirm")
    assert (unknown.status_code, problem(unknown)) == (404, "no-such-key")
    assert (await desk.post("city_finance", where)).status_code == 200
    again = await desk.post("county_leader own", where)
    assert (again.status_code, problem(again)) == (409, "key-not-proposed")
    twice = await desk.post("county_finance own", KEYS, body)
    assert (twice.status_code, problem(twice)) == (409, "key-known")


async def test_what_is_no_key_of_the_county_is_refused(desk: Desk) -> None:
    for line in (
        "nonsense",
        "yipanqi/611000+aaaaaaaa+AQ==",
        "",
        vkey(desk.other),
        vkey(desk.county, "else/611000"),
    ):
        answer = await desk.post("county_finance own", KEYS, {"county": desk.county, "vkey": line})
        assert (answer.status_code, problem(answer)) == (422, "bad-key"), line
        assert f"yipanqi/{CITY}/{desk.county}" in answer.json()["detail"]


async def test_a_key_that_the_server_holds_signs_at_confirmation_and_counts_for_nothing(desk: Desk) -> None:
    made = await desk.post("city_finance", KEYS, {"county": desk.county})
    assert (made.status_code, made.json()["counts"], made.json()["held_by"]) == (201, False, "city")
    done = await desk.post("city_finance 2", f"{KEYS}/{made.json()['id']}/confirm")
    assert done.status_code == 200, done.text
    nobody = await desk.post("city_finance", KEYS, {"county": "999999"})
    assert (nobody.status_code, problem(nobody)) == (404, "no-such-book")
    await seal(desk.database)
    async with desk.database.session() as session:
        number = (await year_statement(session, desk.county)).id
    found = await desk.get("county_finance own", f"/v1/evidence/statements/{number}")
    assert found.json()["standing"] == "held_by_city"
    verdict = verify_bundle((await desk.get("auditor", f"/v1/evidence/bundles/{number}")).content)
    assert verdict.verified
    assert [one.held_by.value for one in verdict.cosigned] == ["city"] * len(verdict.cosigned)
    assert verdict.cosigned
    assert (verdict.covered, verdict.statements[0].cosigned) == (0, ())
    # The county gets a key of its own; the server's is retired with that.
    await desk.enroll()
    shown = (await desk.get("county_finance own", KEYS)).json()["items"]
    assert [(one["held_by"], one["state"]) for one in shown if one["county"]] == [
        ("county", "active"),
        ("city", "retired"),
    ]


async def test_a_key_shows_to_its_county_the_city_and_the_auditor_alone(desk: Desk) -> None:
    await desk.enroll()
    for who, wanted in (("county_finance own", 1), ("auditor", 1), ("county_finance other", 0)):
        shown = (await desk.get(who, KEYS)).json()["items"]
        assert len([one for one in shown if one["county"] == desk.county]) == wanted
        assert len([one for one in shown if one["county"] is None]) == 1
        assert "sealed" not in shown[0]
    refused = await desk.get("county_finance other", f"/v1/evidence/requests/{desk.county}")
    assert (refused.status_code, problem(refused)) == (404, "no-such-book")


async def test_private_parts_are_never_stored_in_clear(desk: Desk) -> None:
    await desk.post("city_finance", KEYS, {"county": desk.county})
    async with desk.database.session() as session:
        rows = (await session.execute(text("SELECT vkey, sealed FROM evidence_key"))).all()
    assert len(rows) == 2
    for _vkey, sealed in rows:
        assert len(sealed) > 32 + 16, "AES-GCM: nonce, 32 bytes, tag"


ATTACKS = (
    ("UPDATE evidence_key SET vkey = 'x'", "a key never changes"),
    ("UPDATE evidence_key SET held_by = 'city' WHERE county IS NOT NULL", "a key never changes"),
    ("UPDATE evidence_key SET state = 'proposed', valid_from = NULL WHERE county IS NULL", "stays so"),
    (
        "UPDATE evidence_key SET confirmed_by = proposed_by WHERE county IS NOT NULL",
        "never changes|two_people",
    ),
    ("DELETE FROM evidence_key", "append-only"),
    ("UPDATE cosignature SET time = 1", "append-only"),
    ("DELETE FROM cosignature", "append-only"),
    ("UPDATE checkpoint SET note = ''", "append-only"),
    ("DELETE FROM checkpoint", "append-only"),
    (
        (
            "INSERT INTO cosignature (city, size, key, county, line, time, by)"
            " SELECT c.city, c.size, k.id, '611021', 'x', 1, k.id"
            " FROM checkpoint c, evidence_key k WHERE k.county IS NULL"
        ),
        "not in force",
    ),
)


async def test_the_database_keeps_keys_and_signatures_as_they_are(desk: Desk) -> None:
    await desk.enroll()
    assert (await desk.hand_in(signed(await desk.request(), desk.county))).status_code == 201
    async with desk.database.session() as session:
        for attack, constraint in ATTACKS:
            with pytest.raises(DBAPIError, match=constraint):
                async with session.begin_nested():
                    await session.execute(text(attack))


async def test_before_anything_is_sealed_there_is_nothing_to_ask_for(loaded_site: Site) -> None:
    finance = await loaded_site.person(Role.city_finance)
    for path in ("checkpoints/latest", "consistency?from=1", "requests/611021", "bundles"):
        answer = await loaded_site.client.get(f"/v1/evidence/{path}", headers=finance)
        assert (answer.status_code, problem(answer)) == (409, "nothing-sealed"), path
    year = await loaded_site.client.get("/v1/evidence/bundles?year=2025", headers=finance)
    assert year.status_code == 409
