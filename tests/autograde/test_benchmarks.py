"""Do export and report say what nbgrader's own gradebook says, and is what is measured true?"""

import csv
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbgrader.plugins import CsvExportPlugin

from cvmgrade import cohort, engine, export, page, report, tally
from cvmgrade.cohort import Cohort
from cvmgrade.records import records
from cvmgrade.tables import GRADED
from measured import CommandError, family, memory, run, spread
from scale.gradebook import Size, fill

SIZE = Size(learners=5, assignments=3, cells=4)
ROW = re.compile(r'<th scope="row">(learner-\d+)</th><td class="number">([\d.]+)</td>')
ENDLESS = (sys.executable, "-c", "while True: pass")


@pytest.fixture
def held(tmp_path: Path) -> Cohort:
    """A cohort whose gradebook is filled in bulk."""
    made = cohort.init(tmp_path / "cohort", tmp_path)
    fill(made, SIZE)
    return made


@contextmanager
def nbgraders(held: Cohort) -> Iterator[Any]:
    """Open the gradebook as nbgrader sees it."""
    with engine.gradebook(held) as book:
        yield book


def exported(held: Cohort) -> list[dict[str, str]]:
    """Return the rows of our export."""
    with export.write(held).open() as file:
        return list(csv.DictReader(file))


def reported(held: Cohort) -> dict[str, float]:
    """Return each learner's total as the report's page shows it."""
    text = report.write(held).read_text()
    return {learner: float(total) for learner, total in ROW.findall(text)}


def test_is_the_gradebook_as_large_as_it_says(held: Cohort) -> None:
    rows = exported(held)
    assert len(rows) == SIZE.learners * SIZE.assignments
    graded = [row for row in rows if row["state"] == GRADED]
    assert len(graded) >= 10
    with nbgraders(held) as book:
        cells = [cell.name for cell in book.assignments[0].notebooks[0].grade_cells]
    assert len(cells) == SIZE.cells


def test_is_each_total_of_the_table_nbgraders(held: Cohort) -> None:
    with nbgraders(held) as book:
        for row in exported(held):
            if row["state"] == GRADED:
                theirs = book.find_submission(row["exercise"], row["learner"])
                late = theirs.late_submission_penalty
                assert float(row["total"]) == max(0.0, theirs.score - late), row
                assert float(row["late_penalty"] or 0) == late
                assert float(row["max"]) == theirs.max_score == SIZE.cells
            else:
                assert (row["total"], row["max"]) == ("", "")


def test_is_each_learners_total_in_the_report_nbgraders(held: Cohort) -> None:
    shown = reported(held)
    with nbgraders(held) as book:
        scores = {student.id: student.score for student in book.students}
        late = dict.fromkeys(scores, 0.0)
        for exercise in book.assignments:
            for submission in book.assignment_submissions(exercise.name):
                late[submission.student.id] += submission.late_submission_penalty
    assert shown == {learner: scores[learner] - late[learner] for learner in scores}
    assert any(late.values())
    assert len(set(shown.values())) > 1


def test_does_the_plain_export_say_the_same(held: Cohort, tmp_path: Path) -> None:
    with nbgraders(held) as book:
        CsvExportPlugin(to=str(tmp_path / "plain.csv")).export(book)
    with (tmp_path / "plain.csv").open() as file:
        rows = list(csv.DictReader(file))
    theirs = {row["student_id"]: 0.0 for row in rows}
    for row in rows:
        theirs[row["student_id"]] += float(row["score"])
    assert reported(held) == theirs


def test_is_the_success_of_a_question_nbgraders(held: Cohort) -> None:
    with records(held) as book:
        ours = tally.success(book)
    with nbgraders(held) as book:
        for exercise, questions in ours.items():
            scores = [
                grade.score
                for submission in book.assignment_submissions(exercise)
                for grade in submission.notebooks[0].grades
                if grade.name == "in_words"
            ]
            [share] = [share for name, share in questions.items() if "own words" in name]
            assert share == pytest.approx(sum(scores) / len(scores))


def test_does_a_mark_by_hand_show_everywhere(held: Cohort) -> None:
    before = reported(held)
    with nbgraders(held) as book:
        submission = book.assignment_submissions("1-2")[0]
        learner, name = submission.student.id, submission.notebooks[0].name
        grade = book.find_grade("q1_visible", name, "1-2", learner)
        was = grade.score
        grade.manual_score, grade.extra_credit = 0.5, 0.125
        book.db.commit()
    [row] = [row for row in exported(held) if (row["exercise"], row["learner"]) == ("1-2", learner)]
    assert row["1-2:q1_visible"] == page.points(0.625) == "0.62"
    assert reported(held)[learner] == pytest.approx(before[learner] + 0.625 - was, abs=0.01)


def test_does_a_mark_by_hand_end_a_loss(held: Cohort) -> None:
    with records(held) as book:
        exercise, lost = next(iter(tally.lost(book).items()))
    assert lost
    assert not any("Marked by hand" in each.reason for each in lost)
    with nbgraders(held) as book:
        for submission in book.assignment_submissions(exercise):
            for grade in submission.notebooks[0].grades:
                grade.manual_score, grade.extra_credit = 1.0, None
        book.db.commit()
    with records(held) as book:
        assert exercise not in tally.lost(book)
        assert set(tally.success(book)[exercise].values()) == {1.0}


def test_does_a_submission_that_was_sent_again_wait(held: Cohort) -> None:
    before = exported(held)
    row = next(row for row in before if row["state"] == GRADED and float(row["total"]) > 0)
    total = reported(held)[row["learner"]]
    with records(held) as book:
        book.receive(row["exercise"], row["learner"], "another digest")
        success = tally.success(book)[row["exercise"]]
        graded = [item for item in book.all(row["exercise"]) if item.state == GRADED]
    assert reported(held)[row["learner"]] == pytest.approx(total - float(row["total"]))
    words = [each for item in graded for each in item.verdicts if each.heading == [*success][-1]]
    assert success[words[0].heading] == pytest.approx(
        sum(each.points or 0.0 for each in words) / len(words)
    )
    changed = [after for after, was in zip(exported(held), before, strict=True) if after != was]
    assert [(each["learner"], each["state"], each["total"]) for each in changed] == [
        (row["learner"], "received", "")
    ]


def test_leads_the_report_to_every_exercise(held: Cohort) -> None:
    text = unescape(report.write(held).read_text())
    targets = re.findall(r'<a href="#([^"]+)"', text)
    assert targets[: SIZE.assignments] == ["exercise-1-1", "exercise-1-2", "exercise-1-3"]
    assert all(text.count(f'id="{target}"') == 1 for target in targets)


def test_is_a_command_stopped_at_its_limit(tmp_path: Path) -> None:
    cost = run(ENDLESS, tmp_path, limit_s=0.5, sizes=memory)
    assert (cost.seconds, cost.finished) == (0.5, False)
    assert cost.peaks_mb["all"] > 1
    assert not [each for each in family(psutil.Process()) if each.cmdline()[1:] == [*ENDLESS[1:]]]


def test_is_a_failed_command_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such thing"):
        run((sys.executable, "-c", "raise SystemExit('no such thing')"), tmp_path)


@pytest.mark.parametrize(
    ("values", "said"), [([], "–"), ([2.0], "2.0"), ([3.0, 1.0, 2.0], "2.0 (1.0–3.0)")]
)
def test_does_a_number_come_with_its_spread(values: list[float], said: str) -> None:
    assert spread(values) == said
