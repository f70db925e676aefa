"""Compiled code is kept by the digest of all kernels' sources: a change anywhere makes all of it stale."""

from pathlib import Path

import numba

from allocation.matching import kernel

KERNEL = "from allocation.matching.kernel import compiled\n"


def test_the_digest_follows_every_kernel_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(KERNEL, "utf-8")
    (tmp_path / "two.py").write_text(KERNEL + "x = 1\n", "utf-8")
    (tmp_path / "words.py").write_text("x = 1\n", "utf-8")
    first = kernel._digest(tmp_path)
    (tmp_path / "words.py").write_text("x = 2\n", "utf-8")
    assert kernel._digest(tmp_path) == first
    (tmp_path / "two.py").write_text(KERNEL + "x = 2\n", "utf-8")
    assert kernel._digest(tmp_path) != first


def test_compiled_code_lies_in_a_folder_of_these_sources() -> None:
    assert Path(numba.config.CACHE_DIR).name == f"kernels-{kernel._digest(Path(kernel.__file__).parent)}"
