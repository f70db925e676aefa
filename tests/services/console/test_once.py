"""Forms that file something carry a key, so that a button pressed twice files it once."""

import re
from pathlib import Path

import pytest

import services.console

TEMPLATES = Path(services.console.__file__).parent / "templates"
FILING = {
    "intake/contacts": '"/contacts"',
    "intake/relocations": '"/relocations"',
    "intake/targets": '"/targets"',
    "approvals/delegations": '"/delegations"',
    "approvals/chains": '"/approval-chains"',
    "approvals/handovers": '"/handovers"',
    "pooling/meetings": '"/meetings"',
    "pooling/meeting": '"/meetings/{{ meeting.id }}/items"',
    "projects/check": '"/projects/new"',
    "projects/files": '"/projects/" ~ ref ~ "/files"',
    "objections/new": '"/matches/objections/new"',
    "compliance/act": '"{{ here.path }}?county={{ case.county }}"',
    "compliance/panel": '"/projects/{{ case.project }}/clauses{{ whose }}"',
    "capacity/show": '"/parks/" ~ park.park ~ "/capacity/outside-uses"',
}
"""The address of the form by its template."""

OPENED = re.compile(r"(?:action_form\(|<form method=\"post\" action=)")


@pytest.mark.parametrize("template", FILING)
def test_a_form_that_files_carries_its_key(template: str) -> None:
    text = (TEMPLATES / f"{template}.html").read_text(encoding="utf-8")
    forms = [form for form in OPENED.split(text)[1:] if re.match(re.escape(FILING[template]) + "[,> ]", form)]
    assert forms
    for form in forms:
        assert 'ui.hidden("once", once)' in form[:200]
