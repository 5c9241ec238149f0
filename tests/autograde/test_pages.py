"""Are the pages about learners true, complete, closed, and harmless to who reads them?"""

import base64
import csv
import hashlib
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import Graded

from cvmgrade import engine, export, feedback, page, report
from cvmgrade.records import records

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def pages(batch: Graded, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("feedback")
    written = feedback.write(batch.toy.cohort, out)
    return {path.parent.name: path.read_text() for path in written}


@pytest.fixture(scope="module")
def summary(batch: Graded, tmp_path_factory: pytest.TempPathFactory) -> str:
    return report.write(batch.toy.cohort, tmp_path_factory.mktemp("report") / "r.html").read_text()


class Reader(HTMLParser):
    """Collect the tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_has_every_outcome_its_page(batch: Graded, pages: dict[str, str]) -> None:
    assert set(pages) == set(batch.outcomes)


def test_does_a_page_say_points_and_reason(pages: dict[str, str]) -> None:
    text = pages["misconception-closing-base"]
    assert re.search(r'class="score">2 <small>of 4 points', text)
    assert "Divide by the opening base." in text
    assert "1. The rate (2 points)" in text
    assert "Your rate does not follow the base" in text


def test_does_a_page_show_the_learners_own_work(pages: dict[str, str]) -> None:
    assert "return lost / (opening - lost)" in pages["misconception-closing-base"]


def test_does_no_page_show_a_test_or_a_solution(pages: dict[str, str]) -> None:
    for learner, text in pages.items():
        for closed in ("hidden_base", "checks.close(", "checks.require(", "HIDDEN TESTS"):
            assert closed not in text, learner
    for learner in ("blank", "not-json"):
        assert "rate_by_segment" not in pages[learner]


def test_does_an_ungradable_submission_get_its_reason(pages: dict[str, str]) -> None:
    assert "could not be graded" in pages["not-json"]
    assert "not valid JSON" in pages["not-json"]


def test_is_nothing_on_a_page_active_or_foreign(pages: dict[str, str], summary: str) -> None:
    for text in [*pages.values(), summary]:
        for tag, attributes in Reader(text).tags:
            assert tag not in {"script", "iframe", "object", "embed", "link", "form", "base", "svg"}
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            assert not str(attributes.get("src", "data:")).startswith(("http", "//", "x"))


def test_does_the_policy_allow_our_style_alone(summary: str) -> None:
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', summary)
    [style] = re.findall(r"<style>(.*?)</style>", summary, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_is_an_attack_shown_as_text(pages: dict[str, str]) -> None:
    text = pages["attacks-the-reader"]
    assert "&lt;script&gt;alert(3)&lt;/script&gt;" in text
    assert "<b>bold</b>" in text
    assert "\u202e" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:x'>y</a>",
     "<style>body{display:none}</style>", "<svg onload=alert(1)>", "<td style='x'>1</td>",
     "<iframe src='//evil'></iframe>", "<form action=x><input></form>"],
)  # fmt: skip
def test_is_html_cleaned(hostile: str) -> None:
    clean = page.clean_html(f"<table><tr><td>1</td>{hostile}</tr></table>")
    assert "<td>1</td>" in clean
    assert not re.search(r"script|img|href|style|svg|iframe|form|on\w+=|alert", clean)


def test_does_the_report_name_findings_and_failures(batch: Graded, summary: str) -> None:
    assert "The median learner reached" in summary
    assert "most were lost in" in summary
    assert "Why points were lost" in summary
    assert "Divide by the opening base." in summary
    for learner in ("not-json", "ignores-interrupts", "kills-its-kernel"):
        assert f"<td>{learner}</td><td>0-1</td><td>{batch.outcomes[learner].reason}" in summary


def test_has_the_figure_words_for_who_cannot_see_it(summary: str) -> None:
    [alt] = re.findall(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)"', summary)
    assert "1. The rate (2 points): " in alt
    assert "%" in alt


def test_does_the_table_hold_every_submission_and_question(batch: Graded, tmp_path: Path) -> None:
    with export.write(batch.toy.cohort, tmp_path / "out/grades.csv").open() as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(batch.outcomes)
    full, failed = rows["full-marks"], rows["not-json"]
    assert (full["total"], full["max"], full["state"], full["sandbox"]) == (
        "4", "4", "graded", "bubblewrap")  # fmt: skip
    assert [full[f"0-1:{name}"] for name in ("churn_rate_visible", "worst_segment_hidden")] == [
        "1", "1"]  # fmt: skip
    assert (failed["total"], failed["state"]) == ("", "failed")
    assert "not valid JSON" in failed["reason"]
    assert full["graded_at"] >= full["received_at"]


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@x"])
def test_can_no_text_become_a_formula(text: str) -> None:
    assert export._inert(text).startswith("'")


def test_does_a_mark_by_hand_stand_above_the_automatic_one(batch: Graded, tmp_path: Path) -> None:
    copy = replace(batch.toy.cohort, folder=tmp_path / "cohort")
    shutil.copytree(batch.toy.cohort.folder, copy.folder)
    with engine.gradebook(copy) as book:
        grade = book.find_grade("churn_rate_visible", "0-1-toy", "0-1", "blank")
        grade.manual_score = 0.5
        book.db.commit()
    with records(copy) as book:
        [blank] = [item for item in book.all() if item.learner == "blank"]
    assert blank.total == 0.5
