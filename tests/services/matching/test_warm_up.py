"""What is compiled before anybody waits for it."""

from typing import Any

import pytest

from allocation.matching.verify import instance_faults
from services.matching import solving
from services.matching.protocol import Said, Task
from services.matching.warm_solving import Repaired, repair
from services.matching.warm_up import small_instance


def test_warming_up_repairs_a_plan_too(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Repaired | None] = []
    said: list[Said] = []

    def heard(*asked: Any, **limits: Any) -> Repaired | None:
        found.append(repair(*asked, **limits))
        return found[-1]

    monkeypatch.setattr(solving, "repair", heard)
    solving.carry_out({"task": Task.kernels}, lambda line, **_: said.append(line))
    (repaired,) = found
    assert repaired is not None
    assert instance_faults(small_instance(), repaired.solution) == []
    assert repaired.solution.moves, "chains were tried, so their kernels are compiled"
    assert said == [Said.answer]
