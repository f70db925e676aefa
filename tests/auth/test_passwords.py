import asyncio
import threading
import time
from types import SimpleNamespace

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st

from auth.passwords import (
    MAX_LENGTH,
    Passwords,
    WeakPassword,
    check_strength,
    normalise,
    random_password,
)

CHEAP = {"time_cost": 1, "memory_kib": 8, "lanes": 1}


async def test_only_the_right_password_fits() -> None:
    passwords = Passwords(**CHEAP)
    stored = await passwords.hash("correct horse battery")
    assert await passwords.verify(stored, "correct horse battery")
    assert not await passwords.verify(stored, "correct horse batterY")
    assert not await passwords.verify("not a hash", "correct horse battery")
    assert not await passwords.verify(None, "correct horse battery")


async def test_the_default_cost_is_rfc_9106_s() -> None:
    cost = extract_parameters(await Passwords().hash("correct horse battery"))
    assert (cost.type, cost.time_cost, cost.memory_cost, cost.parallelism) == (Type.ID, 3, 65_536, 4)


async def test_an_outdated_hash_is_noticed() -> None:
    cheap = Passwords(**CHEAP)
    stored = await cheap.hash("correct horse battery")
    assert not cheap.outdated(stored)
    assert Passwords(time_cost=2, memory_kib=8, lanes=1).outdated(stored)


async def test_full_width_digits_are_the_same_password() -> None:
    passwords = Passwords(**CHEAP)
    assert await passwords.verify(await passwords.hash("商洛２０２６招商abc"), "商洛2026招商abc")


async def test_an_overlong_password_is_refused_without_hashing() -> None:
    passwords = Passwords(**CHEAP)
    stored = await passwords.hash("a" * MAX_LENGTH)
    assert await passwords.verify(stored, "a" * MAX_LENGTH)
    assert not await passwords.verify(stored, "a" * (MAX_LENGTH + 1))


async def test_an_unknown_user_takes_as_long_as_a_wrong_password() -> None:
    passwords = Passwords(at_once=1, time_cost=2, memory_kib=16_384, lanes=1)
    stored = await passwords.hash("correct horse battery")
    await passwords.verify(None, "warm up")

    async def seconds(known: str | None) -> float:
        best = float("inf")
        for _ in range(5):
            started = time.perf_counter()
            await passwords.verify(known, "wrong password")
            best = min(best, time.perf_counter() - started)
        return best

    known, unknown = await seconds(stored), await seconds(None)
    # A missing user that skipped the hash would be a hundred times faster.
    assert 0.4 < unknown / known < 2.5


async def test_no_more_hashes_run_at_once_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords(at_once=2, **CHEAP)
    running = most = 0
    lock = threading.Lock()

    def slow(_password: str) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return "hash"

    monkeypatch.setattr(passwords, "_hasher", SimpleNamespace(hash=slow))
    await asyncio.gather(*(passwords.hash("x") for _ in range(8)))
    assert most == 2


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "too-short"),
        ("１２３４５", "too-short"),
        ("x" * 5 + "y" * 124, "too-long"),
        ("㍿" * 40, "too-long"),
        ("my-OFFICE-1-password", "contains-login"),
        ("aaaaaaaaaaaa", "one-character"),
    ],
)
def test_a_weak_password_is_named_for_its_weakness(password: str, code: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_strength(password, "office-1")
    assert refused.value.code == code
    assert str(refused.value) == code


def test_the_least_and_the_longest_are_taken() -> None:
    check_strength("abcdefghij", "office-1")
    check_strength("ab" * 64, "office-1")
    check_strength("abcdefghij", "")


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_random_passwords_are_strong_and_differ() -> None:
    made = {random_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check_strength(password, "office-1")
