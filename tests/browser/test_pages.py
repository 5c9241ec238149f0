"""Is every page whole, quiet and readable in a real browser, on a laptop and on a phone?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from site_visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# rule of axe-core -> why it is left standing
ALLOWED: dict[str, str] = {}


def test_no_page_asks_another_host_for_anything(visits: list[Visit]) -> None:
    assert visits
    assert [(v.name, v.foreign) for v in visits if v.foreign] == []


def test_no_page_reports_an_error(visits: list[Visit]) -> None:
    assert [(v.name, v.width, v.errors) for v in visits if v.errors] == []


def test_every_formula_is_rendered(visits: list[Visit]) -> None:
    assert [(v.name, v.maths) for v in visits if v.maths[0] != v.maths[1]] == []
    assert any(v.maths[0] for v in visits), "no page with a formula was seen"


def test_no_page_is_wider_than_its_window(visits: list[Visit]) -> None:
    assert [(v.name, v.width, v.overflow) for v in visits if v.overflow > 0] == []


def test_every_lesson_has_a_self_check(visits: list[Visit]) -> None:
    lessons = [v for v in visits if "notebooks/lessons/" in v.name]
    assert [v.name for v in lessons if v.quiz_questions < 3] == []


def test_no_page_has_a_serious_accessibility_fault(visits: list[Visit]) -> None:
    faults = [
        (v.name, v.width, fault["id"], [node["html"][:160] for node in fault["nodes"]][:2])
        for v in visits
        for fault in v.violations
        if fault["id"] not in ALLOWED
    ]
    assert faults == []
