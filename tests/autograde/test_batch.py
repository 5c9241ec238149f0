"""A batch of fifteen: does each get what it deserves, whatever the others do, and do the pages
about them say so, truly and harmlessly?
"""

import base64
import csv
import hashlib
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import QUICK, Graded

from cvmgrade import engine, export, feedback, grade, page, probe, report
from cvmgrade.errors import SandboxError
from cvmgrade.records import records
from cvmgrade.tables import FAILED, GRADED

pytestmark = pytest.mark.sandbox

FIXED = ("full-marks", "misconception-closing-base", "misconception-ranks-by-count", "blank",
         "reads-the-gradebook")  # fmt: skip


@pytest.mark.parametrize("learner", FIXED)
def test_does_each_sample_learner_get_the_stated_points(batch: Graded, learner: str) -> None:
    item = batch.outcomes[learner]
    assert (item.state, item.total) == (GRADED, batch.expected[learner]), item


def test_does_every_submission_end_with_an_outcome(batch: Graded) -> None:
    assert {item.state for item in batch.outcomes.values()} == {GRADED, FAILED}
    assert all(item.reason for item in batch.outcomes.values() if item.state == FAILED)
    assert all(item.finished_at for item in batch.outcomes.values())


def test_is_partly_right_between_nothing_and_everything(batch: Graded) -> None:
    assert batch.outcomes["partly-right"].total == 2


@pytest.mark.parametrize(
    ("learner", "reason"),
    [
        ("misconception-closing-base", "Divide by the opening base."),
        ("misconception-ranks-by-count", "you ranked by customers lost, not by rate"),
        ("blank", "Not answered yet"),
        ("endless-loop", "did not finish in 6 seconds"),
        ("takes-all-memory", "MemoryError"),
    ],
)
def test_does_a_lost_point_carry_its_reason(batch: Graded, learner: str, reason: str) -> None:
    assert any(reason in verdict.reason for verdict in batch.outcomes[learner].verdicts)


@pytest.mark.parametrize(
    ("learner", "reason"),
    [
        ("not-json", "not valid JSON"),
        ("ignores-interrupts", "did not react to being interrupted"),
        ("kills-its-kernel", "The kernel died"),
    ],
)
def test_does_an_ungradable_submission_say_why(batch: Graded, learner: str, reason: str) -> None:
    item = batch.outcomes[learner]
    assert (item.state, item.total) == (FAILED, None)
    assert reason in item.reason


def test_is_the_rest_graded_after_an_endless_loop_in_one_cell(batch: Graded) -> None:
    assert [verdict.points for verdict in batch.outcomes["endless-loop"].verdicts] == [0, 0, 1, 1]


def test_does_a_full_mark_have_no_reason(batch: Graded) -> None:
    assert not any(verdict.reason for verdict in batch.outcomes["full-marks"].verdicts)


def test_does_reading_the_gradebook_find_nothing(batch: Graded) -> None:
    path = batch.toy.cohort.folder / "autograded/reads-the-gradebook/0-1/0-1-toy.ipynb"
    assert "found: []" in path.read_text()


@pytest.mark.parametrize("learner", ["foreign-kernel", "warns", "deletes-a-test"])
def test_do_harmless_oddities_cost_nothing(batch: Graded, learner: str) -> None:
    assert batch.outcomes[learner].total == 4


def test_is_the_sandbox_stated(batch: Graded) -> None:
    assert {item.sandbox for item in batch.outcomes.values()} == {"bubblewrap"}


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
    assert "<h2>1. The rate</h2>" in text
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


def test_has_each_figure_words_for_who_cannot_see_it(summary: str) -> None:
    alts = re.findall(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)"', summary)
    assert len(alts) == 2
    assert "reached half of the points or more" in alts[0]
    assert re.search(r"1\. The rate: \d+%", alts[1])


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


def test_is_a_second_run_idle_and_a_change_graded_again(batch: Graded) -> None:
    toy = batch.toy
    assert grade.grade(toy.cohort, None, grade.Options(limits=QUICK)) == []
    path = grade.submitted(toy.cohort, toy.exercise, "not-json")
    before = path.read_bytes()
    path.write_bytes(grade.submitted(toy.cohort, toy.exercise, "full-marks").read_bytes())
    [item] = grade.grade(toy.cohort, None, grade.Options(limits=QUICK))
    assert (item.learner, item.total, item.reason) == ("not-json", 4, "")
    path.write_bytes(before)
    [item] = grade.grade(toy.cohort, None, grade.Options(limits=QUICK))
    assert (item.total, item.verdicts) == (None, ())


def test_is_grading_refused_without_a_sandbox(
    batch: Graded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def none() -> None:
        raise SandboxError("bubblewrap is missing.")

    monkeypatch.setattr(probe, "machine", none)
    with records(batch.toy.cohort) as book:
        before = book.all()
    with pytest.raises(SandboxError, match=r"Nothing was graded; '--no-sandbox'"):
        grade.grade(batch.toy.cohort, None, grade.Options(force=True))
    with records(batch.toy.cohort) as book:
        assert book.all() == before
