"""Does a self-check answer the reader?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import built_book
import pytest
import site_visit

if TYPE_CHECKING:
    from built_book import Build

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHOICES = "article .Quiz:has(.MCButton)"


def test_every_choice_of_a_self_check_gives_feedback(book: Build) -> None:
    """Click each answer of each question; each must say something."""
    lessons = [name for name in built_book.toc_files() if "notebooks/lessons/" in name]
    assert lessons
    silent = []
    with site_visit.served(book.html) as home, site_visit.chromium() as browser:
        page = browser.new_page()
        for lesson in lessons:
            page.goto(f"{home}{lesson}.html", wait_until="networkidle")
            for question in page.locator(CHOICES).all():
                for answer in question.locator(".MCButton").all():
                    answer.click()
                    if not question.locator(".Feedback").inner_text().strip():
                        silent.append((lesson, answer.inner_text()))
            assert page.locator(CHOICES).count(), lesson
    assert silent == []
