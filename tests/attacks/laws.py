"""What must hold for every attack, and for the batch that it comes in."""

import csv
import io
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path

from attacks.attack import Attack
from attacks.defended import HONEST, LIMITS, Batch
from attacks.evidence import Evidence
from attacks.gauge import MIB
from attacks.pages import active, huge_images
from cvmgrade.records import Submission
from cvmgrade.tables import FAILED, GRADED

LONGEST_REASON = 700
LARGEST_PAGE, LARGEST_FILE = 3 * MIB, 25 * MIB
CONTROL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
UNREADABLE = re.compile(rf"Traceback|0x[0-9a-f]{{6}}|File \"|{CONTROL}")
INTERNAL = ("It could not be graded:", "The exercise's own checks could not be run")
OURS = {"meta", "style"}


def test_is_the_trick_real(attack: Attack, plain: dict[str, Evidence]) -> None:
    seen = plain[attack.name]
    assert attack.control(seen), (seen.ended, seen.seconds, seen.scores, seen.said[-2_000:])


def test_is_no_point_gained(attack: Attack, batch: Batch) -> None:
    assert batch.points(attack) <= attack.honest
    if attack.exact:
        assert batch.points(attack) == attack.honest, batch.of(attack)


def test_has_it_a_fitting_end(attack: Attack, batch: Batch) -> None:
    assert ends(attack, batch) & attack.ends, (batch.of(attack), reasons(attack, batch))
    assert all(item.finished_at for item in batch.of(attack))


def test_does_a_person_understand_why(attack: Attack, batch: Batch) -> None:
    said = reasons(attack, batch)
    for reason in said:
        assert 5 <= len(reason) <= LONGEST_REASON, reason  # the shortest names an error
        assert not UNREADABLE.search(reason), reason
        assert not reason.startswith(INTERNAL), reason
        assert "OWNED" not in reason
    for item in batch.of(attack):
        lost = [verdict for verdict in item.verdicts if (verdict.points or 0) < verdict.max_points]
        assert all(verdict.reason for verdict in lost), lost
        assert said or not lost
    assert any(attack.says in reason for reason in said) or not attack.says, said


def test_is_nothing_leaked(attack: Attack, batch: Batch) -> None:
    for item in batch.of(attack):
        shown = batch.outputs(item) + batch.pages[item.learner] + item.reason
        shown += "".join(verdict.reason for verdict in item.verdicts)
        own = {"neighbour"} if item.learner in HONEST else set()
        assert batch.target.canaries.found(shown) <= own
        assert "LOOT" not in batch.outputs(item)
        assert "ESCAPED" not in batch.outputs(item)
        assert "HELD" not in batch.outputs(item)


def test_does_it_end_in_time(attack: Attack, batch: Batch) -> None:
    for item in batch.of(attack):
        start, end = map(datetime.fromisoformat, (item.started_at, item.finished_at))
        assert (end - start).total_seconds() < LIMITS.wall_s + 15


def test_are_the_checks_spared(attack: Attack, batch: Batch) -> None:
    for item in batch.of(attack):
        assert batch.peak_of(item).checker_mb < LIMITS.memory_mb  # no more than the box may take


def test_is_what_is_kept_of_it_small(attack: Attack, batch: Batch) -> None:
    for item in batch.of(attack):
        assert len(batch.raw(item)) < LARGEST_FILE
        assert len(batch.pages[item.learner]) < LARGEST_PAGE


def test_is_its_page_harmless(attack: Attack, batch: Batch) -> None:
    for item in batch.of(attack):
        page = batch.pages[item.learner]
        assert active(page) <= OURS
        assert "default-src 'none'" in page
        assert not re.search(CONTROL, page)
        assert huge_images(page) < 10**8


def test_are_honest_learners_graded_rightly(batch: Batch) -> None:
    got = {name: batch.outcomes[name] for name in HONEST}
    assert {name: (item.state, item.total) for name, item in got.items()} == {
        name: (GRADED, points) for name, points in HONEST.items()
    }


def test_is_who_comes_with_an_attack_received(batch: Batch) -> None:
    assert batch.stopped == {}
    for name, item in batch.beside.items():
        assert item, name
        assert (item.state, item.total) == (GRADED, 6.0), name


def test_is_nothing_outside_changed(batch: Batch) -> None:
    assert batch.changed == []
    assert not [folder for folder in batch.target.libs if "owned.py" in _names(folder)]
    assert _names(str(batch.target.outside)) == ["kept.txt"]


def test_is_nobody_reached(batch: Batch) -> None:
    assert batch.target.ears.heard == []
    assert batch.target.shown() == ""
    assert all(victim.poll() is None for victim in batch.target.victims)


def test_does_nothing_live_on(batch: Batch) -> None:
    assert batch.survivors == []


def test_is_no_folder_left_behind(batch: Batch) -> None:
    assert list(Path(tempfile.gettempdir()).glob(f"cvm-{os.getpid()}-*")) == []


def test_do_summaries_leak_nothing(batch: Batch) -> None:
    for text in (batch.report, batch.table, batch.said, batch.screen):
        assert batch.target.canaries.found(text) == set(), text[-2_000:]


def test_is_the_report_harmless(batch: Batch) -> None:
    assert active(batch.report) <= OURS
    assert len(batch.report) < LARGEST_PAGE


def test_is_no_cell_of_the_table_a_formula(batch: Batch) -> None:
    cells = [cell for row in csv.reader(io.StringIO(batch.table)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_does_nothing_steer_the_terminal(batch: Batch) -> None:
    plain = re.sub("\x1b\\[[0-9;]*m", "", batch.screen)  # weight and colour are our own
    assert not re.search(CONTROL, plain)


def test_is_the_grader_s_own_use_bounded(batch: Batch) -> None:
    assert batch.peak.resident_mb < 2 * LIMITS.memory_mb  # with all that is not the box's
    assert batch.peak.grader_mb < 800
    assert batch.peak.processes < LIMITS.processes + 20
    assert batch.peak.scratch_mb < 3 * LIMITS.scratch_mb + 64


def ends(attack: Attack, batch: Batch) -> set[str]:
    """Return how it ended: the states of its submissions, refused files, or no trace at all."""
    found = {item.state for item in batch.of(attack)}
    if any(name in batch.refused for name in (attack.name, *attack.who)):
        found.add("refused")
    if attack.name in batch.stopped:
        found.add("stopped")
    return found or {"absent"}


def reasons(attack: Attack, batch: Batch) -> list[str]:
    """Return every reason that was recorded for it."""
    said = [reason for name in {attack.name, *attack.who} for reason in batch.refused.get(name, [])]
    for item in batch.of(attack):
        said += [item.reason] if item.state == FAILED else []
        said += _of_verdicts(item)
    return said


def _of_verdicts(item: Submission) -> list[str]:
    return [verdict.reason for verdict in item.verdicts if verdict.reason]


def _names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).glob("*")) if Path(folder).is_dir() else []
