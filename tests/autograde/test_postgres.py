"""Is a gradebook on a server what it is in a file: made whole, one cohort's, and clearly spoken?"""

import multiprocessing
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerContext
from pathlib import Path
from uuid import uuid4

import maker
import pytest
from conftest import QUICK, TOYS, Toy
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, make_url, text

from cvmgrade import assignments, cohort, database, engine, export, faults, grade, gradebook, intake
from cvmgrade.cli import app
from cvmgrade.cohort import Cohort
from cvmgrade.errors import CohortError, UsageError
from cvmgrade.records import Verdict, records
from cvmgrade.tables import FAILED, GRADED, GRADING, RECEIVED

PASSWORD = "s3cret-p%C3%A4ss"  # noqa: S105 - of a server that lives as long as the tests
PLAIN = "s3cret-päss"  # what that means; the other is as it stands in an address
Made = Callable[..., Cohort]


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL that knows one user, with a password."""

    port: int

    def address(self, name: str, user: str = "owner", password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{name}"

    def fresh(self) -> str:
        """Make an empty database and return its address."""
        name = f"t{uuid4().hex}"
        self.run("postgres", f"CREATE DATABASE {name}")
        return self.address(name)

    def run(self, name: str, command: str) -> None:
        ours = create_engine(database.normal(self.address(name), Path()))
        with ours.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(command))
        ours.dispose()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Debian's PostgreSQL on a free port; without it the test is skipped."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(path) for path in [shutil.which("initdb")] if path
    ]
    if not found:
        pytest.skip("no PostgreSQL on this machine: install the package 'postgresql'")
    folder = Path(tempfile.mkdtemp(prefix="cvm-pg-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        as_owner = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    (folder / "password").write_text(PLAIN)
    (folder / "password").chmod(0o644)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *words: object) -> None:
        command = [*as_owner, str(found[-1].with_name(program)), "-D", str(folder / "data")]
        subprocess.run([*command, *map(str, words)], check=True, stdout=subprocess.DEVNULL)

    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    run("initdb", "-U", "owner", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8",
        f"--pwfile={folder / 'password'}")  # fmt: skip
    try:
        run("pg_ctl", "start", "-w", "-l", folder / "log", "-o", options)
        yield Server(port)
    finally:
        run("pg_ctl", "stop", "-m", "immediate")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return addresses of empty databases, of either kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("server").fresh
    return lambda: f"sqlite:///{tmp_path / uuid4().hex}.db"


@pytest.fixture
def make(fresh: Callable[[], str], tmp_path: Path) -> Made:
    """Make a cohort on a database: of its own, or the given one."""

    def made(address: str = "") -> Cohort:
        return cohort.init(tmp_path / uuid4().hex, TOYS, "Spring", address or fresh())

    return made


def names(held: Cohort) -> set[str]:
    ours = create_engine(held.gradebook_url)
    found = set(gradebook.inspect(ours).get_table_names())
    ours.dispose()
    return found


def test_are_the_steps_of_a_submission_recorded(make: Made) -> None:
    held = make()
    states = []
    with records(held) as book:
        assert book.receive("0-1", "ann", "digest")
        assert not book.receive("0-1", "ann", "digest")
        states += [item.state for item in book.all()]
        book.begin("0-1", "ann", "bubblewrap")
        states += [item.state for item in book.all()]
        verdicts = [Verdict("b", "The rate", 1.5, 2, "x\0y\ud800"), Verdict("a", "Why", None, 1)]
        book.finish(book.all()[0], "assignment", verdicts)
    with records(held) as book:
        [item] = book.all("0-1")
        assert (item.total, item.maximum) == (1.5, 3)
        assert item.verdicts == (replace(verdicts[0], reason="x\ufffdy?"), verdicts[1])
        book.finish(item, "assignment", [], "It is\0no notebook.")
        [failed] = book.all()
        assert book.all("9-9") == []
    assert [*states, item.state, failed.state] == [RECEIVED, GRADING, GRADED, FAILED]
    assert (failed.verdicts, failed.total) == ((), None)


def test_does_nbgrader_generate_an_assignment_there(make: Made) -> None:
    held = make()
    path = engine.generate(held, assignments.find("0-1", TOYS))
    assert "YOUR CODE HERE" in path.read_text()
    with engine.gradebook(held) as book:
        found = book.find_assignment("0-1")
        assert (found.num_submissions, found.max_score) == (0, 4)
    assert engine.generate(held, assignments.find("0-1", TOYS)) == path


@pytest.mark.sandbox
def test_are_the_same_marks_given_there(
    make: Made, toy: Toy, sandbox: object, tmp_path: Path
) -> None:
    held = make()
    course = {"course": held.id}
    for learner, notebook in (("blank", toy.blank()), ("full", toy.solved())):
        notebook["metadata"]["cvm"] |= course
        toy.send(tmp_path / "inbox", learner, notebook)
    assert not [r.refused for r in intake.collect(held, tmp_path / "inbox") if r.refused]
    done = grade.grade(held, None, grade.Options(limits=QUICK))
    assert {item.learner: (item.total, item.reason) for item in done} == {
        "blank": (0, ""), "full": (4, "")}  # fmt: skip
    with engine.gradebook(held) as book:
        mark = book.find_grade("churn_rate_visible", "0-1-toy", "0-1", "blank")
        mark.manual_score = 0.5
        book.db.commit()
        assert book.find_submission("0-1", "blank").score == 0.5
    assert "blank,0-1,0.5,4" in export.write(held).read_text()


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Fresh processes that have imported already what takes seconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cvmgrade.gradebook"])
    return context


def killed(processes: ForkServerContext, *what: object) -> None:
    run = processes.Process(target=maker.make, args=what)
    run.start()
    run.join()
    assert run.exitcode == -signal.SIGKILL


@pytest.mark.parametrize(
    "place", ["TABLE course", "TABLE cvm_cohort", "TABLE alembic", "INTO cvm_cohort", "COMMIT"]
)
def test_is_a_gradebook_made_whole_or_not_at_all(
    make: Made, processes: ForkServerContext, place: str
) -> None:
    held = make()
    killed(processes, held.folder, "we", place)
    assert names(held) == set()
    assert_whole(held)


@pytest.mark.parametrize("place", ["TABLE alembic_version", "INTO alembic_version"])
def test_is_nbgraders_half_made_one_completed(
    make: Made, processes: ForkServerContext, place: str
) -> None:
    held = make()
    killed(processes, held.folder, "nbgrader", place)
    assert "student" in names(held)
    assert_whole(held)


def assert_whole(held: Cohort) -> None:
    """Open a gradebook twice, work in it, and let nbgrader's own upgrade find nothing to do."""
    with engine.gradebook(held) as book:
        book.add_student("ann")
    with engine.gradebook(held) as book, book.engine.connect() as connection:
        assert [student.id for student in book.students] == ["ann"]
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        assert list(version) == [gradebook.head()]
        assert connection.execute(text("SELECT id FROM cvm_cohort")).scalars().all() == [held.id]


def test_is_the_version_the_one_that_nbgrader_writes(tmp_path: Path) -> None:
    with Gradebook(f"sqlite:///{tmp_path / 'x.db'}") as book, book.engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    assert found == gradebook.head()


def test_do_several_makers_make_one(make: Made, processes: ForkServerContext) -> None:
    held = make()
    runs = [processes.Process(target=maker.make, args=(held.folder, "we")) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0] * 4
    assert_whole(held)


def test_does_no_cohort_take_anothers_database(make: Made, fresh: Callable[[], str]) -> None:
    address = fresh()
    first, second = make(address), make(address)
    with records(first) as book:
        book.receive("0-1", "ann", "digest")
    with pytest.raises(CohortError, match="holds another course's gradebook"), records(second):
        pass
    with pytest.raises(CohortError, match="holds another course's gradebook"):
        database.chosen(address)
    with records(first) as book:
        assert [item.learner for item in book.all()] == ["ann"]


def test_is_nbgraders_own_course_left_alone(make: Made) -> None:
    held = make()
    with Gradebook(held.gradebook_url) as book:
        book.add_student("ann")
    before = names(held)
    with pytest.raises(CohortError, match="holds another course's gradebook"), records(held):
        pass
    assert names(held) == before


@pytest.mark.parametrize("columns", ["id INTEGER, name TEXT", "id TEXT, year INTEGER"])
def test_are_another_programs_tables_left_alone(make: Made, columns: str) -> None:
    held = make()
    ours = create_engine(held.gradebook_url)
    with ours.begin() as connection:
        connection.execute(text(f"CREATE TABLE student ({columns})"))
    ours.dispose()
    with pytest.raises(CohortError, match="another program's"), records(held):
        pass
    assert names(held) == {"student"}


def test_is_an_older_nbgraders_gradebook_not_touched(make: Made) -> None:
    held = make()
    with engine.gradebook(held) as book, book.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '50a4d84c131a'"))
    with pytest.raises(CohortError, match="nbgrader db upgrade"), records(held):
        pass


def test_is_a_cohort_of_before_taken_on(tmp_path: Path) -> None:
    """A gradebook that nbgrader made in the cohort's own folder is the cohort's."""
    held = cohort.init(tmp_path / "cohort", TOYS)
    with Gradebook(held.gradebook_url) as book:
        book.add_student("ann")
    with engine.gradebook(held) as book:
        assert [student.id for student in book.students] == ["ann"]
    assert "cvm_cohort" in names(held)


def wrong(server: Server, fault: str) -> str:
    name = server.fresh().rsplit("/", 1)[1]
    return {
        "password": server.address(name, password="wr0ng"),  # noqa: S106 - as above
        "user": server.address(name, user="nobody"),
        "database": server.address("none"),
        "server": f"postgresql://owner:{PASSWORD}@127.0.0.1:1/spring",
        "host": f"postgresql://owner:{PASSWORD}@no.such.host.invalid/spring",
        "socket": f"postgresql://owner:{PASSWORD}@/spring?host=/nowhere",
        "driver": server.address(name).replace("postgresql", "mysql+nothing"),
        "nonsense": f"spring:{PASSWORD}",
        "port": f"postgresql://owner:{PASSWORD}@127.0.0.1:port/spring",
        "name": f"postgresql://owner:{PASSWORD}@127.0.0.1:5432",
    }[fault]


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ("password", 1, "refuses the user or the password"),
        ("user", 1, "refuses the user or the password"),
        ("database", 1, "There is no database 'none' on 127.0.0.1"),
        ("server", 1, "'spring' on 127.0.0.1:1 does not answer"),
        ("host", 1, "'spring' on no.such.host.invalid does not answer"),
        ("socket", 1, "'spring' on /nowhere does not answer"),
        ("driver", 1, "mysql+nothing:// is not installed"),
        ("nonsense", 2, "write it as postgresql://"),
        ("port", 2, "write it as postgresql://"),
        ("name", 2, "write it as postgresql://"),
    ],
)
def test_is_a_wrong_address_said_in_a_line(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, server: Server,
    fault: str, code: int, said: str,
) -> None:  # fmt: skip
    words = ["init", tmp_path / "spring", "--assignments", TOYS]
    left, output = run(capfd, *words, "--database", wrong(server, fault))
    assert (left, said in output) == (code, True), output
    assert len(output.strip().splitlines()) == 1
    assert not any(secret in output for secret in (PASSWORD, PLAIN, "wr0ng", "s3cret"))
    assert not (tmp_path / "spring").exists()


def run(capfd: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        app(["cohort", *map(str, words)], prog_name="cvm")
    said = capfd.readouterr()
    return int(left.value.code or 0), said.out + said.err


def test_is_a_missing_driver_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CohortError, match=r"is not installed\. Install cvm-lab\[postgres\]"):
        database.chosen("postgresql://owner:x@127.0.0.1:1/spring")


def test_is_a_file_that_is_no_gradebook_said(tmp_path: Path) -> None:
    held = cohort.init(tmp_path / "cohort", TOYS)
    (held.folder / "gradebook.db").write_bytes(b"no database" * 100)
    with pytest.raises(CohortError, match="is damaged"), records(held):
        pass


def test_tells_no_message_a_secret() -> None:
    """Whatever a server says, also in a language that is not known here."""
    url = make_url("postgresql://ann:s3cret@db/spring?sslpassword=other")
    said = faults.reason(url, "etwas Neues:\n  ann s3cret other")
    assert said == "The gradebook 'spring' on db cannot be used: etwas Neues: ann *** ***"


def test_is_a_server_that_goes_away_said(server: Server, tmp_path: Path) -> None:
    held = cohort.init(tmp_path / "cohort", TOYS, None, server.fresh())
    name = held.gradebook_url.rsplit("/", 1)[1]

    def work() -> None:
        with records(held) as book:
            book.receive("0-1", "ann", "digest")
            server.run("postgres", f"DROP DATABASE {name} WITH (FORCE)")
            book.receive("0-1", "bo", "digest")

    with pytest.raises(CohortError, match=rf"'{name}' on 127\.0\.0\.1.*went away"):
        work()


def test_does_the_password_stand_in_one_closed_file(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, server: Server
) -> None:
    folder, address = tmp_path / "spring", server.fresh()
    code, said = run(capfd, "init", folder, "--assignments", TOYS, "--database", address)
    assert code == 0
    assert run(capfd, "release", "0-1", "--cohort", folder)[0] == 0
    held = cohort.load(folder)
    assert names(held) > {"student", "cvm_submission", "alembic_version"}
    holding = [
        path
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in (PASSWORD, PLAIN))
    ]
    assert holding == [folder / "database"]
    assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600
    assert PASSWORD not in said


def test_is_a_password_of_the_environment_not_written_down(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("CVM_DATABASE", server.fresh())
    assert run(capfd, "init", tmp_path / "spring", "--assignments", TOYS)[0] == 0
    assert "s3cret" not in (tmp_path / "spring/database").read_text()
    held = cohort.load(tmp_path / "spring")
    assert "student" in names(held)
    monkeypatch.delenv("CVM_DATABASE")
    with pytest.raises(CohortError, match="wants a password"), records(held):
        pass


def test_does_the_environment_reach_no_other_cohort(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ``cvm check`` makes for a moment stays in its own folder."""
    monkeypatch.setenv("CVM_DATABASE", "postgresql://owner@127.0.0.1:1/spring")
    own = cohort.init(tmp_path / "own", TOYS)
    served = cohort.init(tmp_path / "served", TOYS, None, "postgresql://127.0.0.1/other")
    assert own.gradebook_url == f"sqlite:///{own.folder / 'gradebook.db'}"
    assert served.gradebook_url == "postgresql+psycopg://owner@127.0.0.1:1/spring"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("postgres://h/n", "postgresql+psycopg://h/n"), ("postgresql://h/n", "postgresql+psycopg://h/n"),
     ("postgresql+psycopg2://h/n", "postgresql+psycopg2://h/n"),
     ("sqlite:///x.db", "sqlite:////home/x.db"), ("sqlite:////srv/x.db", "sqlite:////srv/x.db")],
)  # fmt: skip
def test_is_an_address_completed(said: str, meant: str) -> None:
    assert database.normal(said, Path("/home")) == meant


@pytest.mark.parametrize("said", ["", "spring", "sqlite://", "postgresql://"])
def test_is_no_address_refused(said: str) -> None:
    with pytest.raises(UsageError, match="write it as"):
        database.normal(said, Path("/home"))
