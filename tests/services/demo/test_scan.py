"""The demo's signed scans are PDF files that a reader opens."""

import subprocess
from pathlib import Path

from services.agreements.scans import media_type_of
from services.agreements.words import MediaType
from services.demo.scan import scan_of


def test_a_scan_is_a_readable_pdf_that_says_nobody_signed_it(tmp_path: Path) -> None:
    content = scan_of("6110-2026-0153 agreement (origin)")
    assert media_type_of(content) is MediaType.pdf
    file = tmp_path / "scan.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True)
    assert "signed by nobody: 6110-2026-0153-agreement--origin-" in done.stdout
    assert done.stderr == ""
    assert scan_of("a") != scan_of("b")
