"""Does every layout tell the right learner, and can no learner send in another's name?"""

from pathlib import PurePosixPath

import pytest
from conftest import TOYS
from hypothesis import given
from hypothesis import strategies as st

from cvmgrade import assignments, layouts, names
from cvmgrade.delivery import Item

TOY = assignments.find("0-1", TOYS)
KNOWN = {TOY.name: TOY}
NAME = "0-1-toy.ipynb"
MOODLE = "Ann Lee_1_assignsubmission_file"


def sender(path: str, sent: str | None = None, root: str = "") -> layouts.Sender:
    item = Item(PurePosixPath(path), sent=PurePosixPath(sent) if sent else None)
    return layouts.sender(item, KNOWN, root)


@pytest.mark.parametrize(
    ("path", "learner", "file"),
    [
        (f"ann/{NAME}", "ann", NAME),
        (f"week-1/ann/{NAME}", "ann", NAME),
        (f"ann/0-1-toy/{NAME}", "ann", NAME),
        (f"ann/0-1-toy (1)/0-1-toy/{NAME}", "ann", NAME),
        (f"{MOODLE}_/{NAME}", "ann-lee", NAME),
        (f"{MOODLE}/0-1-toy/{NAME}", "ann-lee", NAME),
        (f"{MOODLE}_{NAME}", "ann-lee", NAME),
        ("Ann_B. Lee_77_assignsubmission_file_0-1-toy-2.ipynb", "ann_b.-lee", "0-1-toy-2.ipynb"),
        (f"leeann_41_99_{NAME}", "leeann-41", NAME),
        ("leeann_LATE_41_99_0-1-toy-1.ipynb", "leeann-41", "0-1-toy-1.ipynb"),
        (f"ünalzoë_41_99_{NAME}", "ünalzoë-41", NAME),
        (f"leeann_41_99_0-1-toy/{NAME}", "leeann-41", NAME),  # a pack, unpacked by hand
        (f"ann_2026_11_final/{NAME}", "ann_2026_11_final", NAME),  # somebody's own folder
    ],
)
def test_is_the_learner_of_a_folder_told(path: str, learner: str, file: str) -> None:
    found = sender(path)
    assert (found.learner, found.file, found.refused) == (learner, file, "")


@pytest.mark.parametrize(
    ("path", "root", "learner"),
    [
        (f"ann/{NAME}", "ann", "ann"),
        (f"inbox/ann/{NAME}", "inbox", "ann"),
        (f"inbox/inbox/ann/{NAME}", "inbox", "ann"),
        (f"Course-Toy-9/{MOODLE}_/{NAME}", "Course-Toy-9", "ann-lee"),
        (f"Course-Toy-9/Course-Toy-9/{MOODLE}_{NAME}", "Course-Toy-9", "ann-lee"),
        (f"submissions/leeann_LATE_41_99_{NAME}", "submissions", "leeann-41"),
        (f"leeann_41_99_homework/{NAME}", "leeann_41_99_homework", "leeann-41"),
        (f"{MOODLE}_x/{NAME}", f"{MOODLE}_x", "ann-lee"),
    ],
)
def test_is_the_learner_of_a_zip_told(path: str, root: str, learner: str) -> None:
    found = sender(path, root=root)
    assert (found.learner, found.file, found.refused) == (learner, NAME, "")


@pytest.mark.parametrize(
    ("sent", "inside", "learner"),
    [
        ("ann", f"bo/{NAME}", "ann"),
        ("ann/0-1-toy", f"bo/0-1-toy/{NAME}", "ann"),
        (f"{MOODLE}_/homework", f"Bo_2_assignsubmission_file_/{NAME}", "ann-lee"),
        ("leeann_41_99_homework", f"lebo_42_99_0-1-toy/{NAME}", "leeann-41"),
        ("ann", f"Bo_2_assignsubmission_file_/{NAME}", ""),
        ("ann", f"lebo_42_99_{NAME}", ""),
    ],
)
def test_can_no_archive_name_another_learner(sent: str, inside: str, learner: str) -> None:
    found = sender(f"{sent}/{inside}", sent)
    assert found.learner == learner
    assert ("collect it by itself" in found.refused) is (not learner)


@pytest.mark.parametrize("name", [f"Bo_2_assignsubmission_file_/{NAME}", f"lebo_42_99_{NAME}"])
def test_can_no_learners_folder_name_another_learner(name: str) -> None:
    assert "collect it by itself" in sender(f"ann/{name}").refused
    assert "collect it by itself" in sender(f"inbox/ann/{name}", root="inbox").refused


def test_enters_moodles_number_no_name_and_canvas_number_each() -> None:
    first, later = (sender(f"Ann Lee_{number}_assignsubmission_file_/{NAME}") for number in (1, 2))
    assert first.learner == later.learner
    assert (first.number, later.number) == ("1", "2")
    assert sender(f"leeann_41_1_{NAME}").learner == sender(f"leeann_41_2_{NAME}").learner
    assert sender(f"leeann_41_1_{NAME}").learner != sender(f"leeann_42_1_{NAME}").learner


@pytest.mark.parametrize(
    ("path", "said"),
    [(NAME, "tells no learner"), (f"☂/{NAME}", "tells no learner"),
     (f"Participant_7_assignsubmission_file_/{NAME}", "blind marking"),
     (f"\u0430nn/{NAME}", "mixes alphabets")],
)  # fmt: skip
def test_is_a_name_that_tells_nobody_refused(path: str, said: str) -> None:
    assert said in sender(path).refused


@pytest.mark.parametrize(
    ("file", "claimed", "attempt"),
    [("0-1-toy", "9-9", (0, 0)), ("0-1-toy-1", "0-1", (1, 0)), ("0-1-toy (2)", "0-1", (0, 2)),
     ("0-1-toy-12(3)", "0-1", (12, 3)), ("0-1-toy_final", "0-1", None),
     ("0-1-toy-1", None, (1, 0))],
)  # fmt: skip
def test_is_a_renamed_notebook_recognised(
    file: str, claimed: str | None, attempt: tuple[int, int] | None
) -> None:
    assert layouts.exercise(f"{file}.ipynb", claimed, KNOWN) == (TOY, attempt)


@pytest.mark.parametrize(
    ("file", "claimed"),
    [("solution", "0-1"), ("my-0-1-toy", "0-1"), ("0-1-toy-1", "0-2"), ("0-1-toy-1", ""),
     ("0-1-toy_final", None), ("0-1", "0-1")],
)  # fmt: skip
def test_is_another_notebook_not_taken_for_it(file: str, claimed: str | None) -> None:
    assert layouts.exercise(f"{file}.ipynb", claimed, KNOWN) == (None, None)


def test_is_the_longer_of_two_names_meant() -> None:
    longer = {**KNOWN, "0-1-toy-1": TOY, "0-1-toy-more": TOY}
    assert layouts.exercise("0-1-toy-1.ipynb", "0-1", longer) == (TOY, (0, 0))
    assert layouts.exercise("0-1-toy-more (1).ipynb", "0-1", longer) == (TOY, (0, 1))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("CON", "con_"), ("nul.txt", "nul_.txt"), ("Com1", "com1_"), ("ＬＰＴ９", "lpt9_"),
     ("console", "console"), ("ann\u202elee", "annlee"), ("an\u200bn", "ann"),
     ("a\x00b\nc", "a-b-c"), ("Zoe\u0308", "zoë"), ("हिन्दी", "हिन्दी"), ("ใจดี", "ใจดี"),
     ("o" + "\u0329" * 40, "o" + "\u0329" * 4), ("..", ""), ("\ud800ann", "ann")],
)  # fmt: skip
def test_is_a_tricky_name_made_plain(raw: str, kept: str) -> None:
    assert names.learner_name(raw) == kept


def test_do_two_long_names_stay_two() -> None:
    first, second = (names.learner_name("Ann " * 40 + ending) for ending in ("Lee", "Loe"))
    assert first != second
    assert max(len(first), len(second)) <= 80


@given(st.text(max_size=120))
def test_is_every_name_a_safe_folder_and_stable(raw: str) -> None:
    kept = names.learner_name(raw)
    assert names.learner_name(kept) == kept
    assert len(kept.encode()) <= 200
    assert not kept.startswith((".", "-"))
    assert not kept.endswith((".", "-"))
    assert not set(kept) & set('/\\:*?"<>| \t\n\x00\u202e')
    assert not names.RESERVED.match(kept)


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("\u0430nn", True),
        ("Иван Smith", False),
        ("Ἀθηνᾶ", False),
        ("αbc", True),
        ("Ann-Zoë", False),
    ],
)
def test_is_a_word_of_two_alphabets_seen(name: str, mixed: bool) -> None:
    assert names.mixed_alphabets(name) is mixed
