"""Does the report see a sound world as sound, name each law that is broken, and measure?"""

import dataclasses
import html.parser
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

import telcosim
from telcosim import schema
from telcosim.cli import app
from telcosim.digest import content_digest
from telcosim.generate import _write
from telcosim.laws import LAWS
from telcosim.manifest import TableEntry, read_manifest
from telcosim.parquet import from_arrow
from telcosim.report import calibration, effect, hard, page, truth_checks
from telcosim.report import statistics as stats
from telcosim.report.measures import Measures
from telcosim.report.records import Records
from telcosim.report.rows import Row, figure, within
from telcosim.report.validity import Validity, measure
from telcosim.verify import FILES, Finding, examine


@pytest.fixture(scope="module")
def validity(world: Path) -> Validity:
    return measure(world)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world that is quick to copy and to check."""
    folder = tmp_path_factory.mktemp("small") / "world"
    telcosim.generate("tiny", 7, folder, customers=300, months=30, with_truth=False)
    return folder


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    shutil.copytree(small, tmp_path / "copy")
    return tmp_path / "copy"


def rewrite(world: Path, table: str, row: int, change: dict[str, object]) -> None:
    """Change cells of a row, and let the manifest agree with the new content."""
    file = next(iter(read_manifest(world).tables[table].files))
    whole = from_arrow(schema.table(table), pq.read_table(world / file, partitioning=None))
    for column, value in change.items():
        whole[column] = whole[column].copy()
        whole[column][row] = value
    entry = _write(world, table, Path(file).stem, [whole])
    manifest = read_manifest(world)
    manifest.tables[table] = entry
    manifest.write(world)


def first(world: Path, table: str, query: str = "") -> int:
    """Return the position of the first row that a query finds."""
    rows = telcosim.load(table, world)
    return int((rows.query(query) if query else rows).index[0])


def seconds(day: str) -> int:
    return int(np.datetime64(day, "s").astype(np.int64))


# --- the laws ----------------------------------------------------------------------------------


def second_of_key(world: Path) -> None:
    other = int(telcosim.load("topups", world)["topup_id"].iloc[1])
    rewrite(world, "topups", 0, {"topup_id": other})


def overlapping_term(world: Path) -> None:
    terms = telcosim.load("subscriptions", world)
    followed = terms["subscription_id"].duplicated(keep="last")
    after = int(
        terms.loc[followed, "closed_on"].iloc[0].to_datetime64().astype("M8[D]").astype(int)
    )
    rewrite(world, "subscriptions", int(terms.index[followed][0]), {"closed_on": after + 40})


def late_follower(world: Path) -> None:
    terms = telcosim.load("subscriptions", world)
    followed = terms["subscription_id"].duplicated(keep="last")
    at = int(terms.index[followed][0])
    start = int(terms.loc[at, "term_start"].to_datetime64().astype("M8[D]").astype(int))
    rewrite(world, "subscriptions", at, {"closed_on": start + 1})


def call_after_leaving(world: Path) -> None:
    gone = telcosim.load("churn_events", world)["customer_id"]
    care = telcosim.load("care_contacts", world)
    at = int(care.index[care["customer_id"].isin(gone)][0])
    late = {"event_ts": seconds("2035-01-01"), "loaded_ts": seconds("2035-01-02")}
    rewrite(world, "care_contacts", at, late)


def missing_value(world: Path) -> None:
    """The simulator cannot write one where the schema has none, so Arrow does."""
    name, column = "care_contacts", "handling_seconds"
    manifest = read_manifest(world)
    (file,) = manifest.tables[name].files
    data = pq.read_table(world / file, partitioning=None)
    values = [None, *data[column].to_pylist()[1:]]
    at = data.schema.get_field_index(column)
    data = data.set_column(at, column, pa.array(values, pa.int32()))
    pq.write_table(data, world / file)
    digest = content_digest(from_arrow(schema.table(name), data))
    size = (world / file).stat().st_size
    manifest.tables[name] = TableEntry(data.num_rows, [digest], {file: size})
    manifest.write(world)


def refused_offer_accepted(world: Path) -> None:
    yes = telcosim.load("responses", world).iloc[0]
    sent = telcosim.load("contacts", world)
    same = (sent["campaign_id"] == yes["campaign_id"]) & (sent["customer_id"] == yes["customer_id"])
    rewrite(world, "contacts", int(sent.index[same][0]), {"reached": 0})


def month_in_kb(world: Path) -> None:
    """State a SIM's median month in KB."""
    use = telcosim.load("usage_monthly", world)
    used = use.loc[use["data_mb"] > 0, ["subscription_id", "data_mb"]]
    sim = used[used["subscription_id"] == used["subscription_id"].iloc[0]].sort_values("data_mb")
    row = sim.index[len(sim) // 2]
    rewrite(world, "usage_monthly", row, {"data_mb": int(sim.loc[row, "data_mb"]) * 1000})


BROKEN = {
    "keys are unique": second_of_key,
    "references are complete": lambda w: rewrite(w, "topups", 0, {"customer_id": 999_999}),
    "nothing is missing": missing_value,
    "known after it happened": lambda w: rewrite(w, "topups", 0, {"loaded_ts": 0}),
    "invoices add up": lambda w: rewrite(w, "invoices", 0, {"total_cents": 1}),
    "payments settle invoices": lambda w: rewrite(w, "payments", 0, {"amount_cents": 1}),
    "nothing before activation": lambda w: rewrite(w, "topups", 0, {"event_ts": 0}),
    "nothing after leaving": call_after_leaving,
    "terms follow each other": late_follower,
    "terms do not overlap": overlapping_term,
    "terms last as agreed": lambda w: rewrite(
        w, "subscriptions", first(w, "subscriptions", "term_months == 24"), {"term_months": 12}
    ),
    "the base walk reconciles": lambda w: rewrite(
        w, "churn_events", 0, {"month": int(telcosim.load("churn_events", w)["month"].iloc[0]) + 1}
    ),
    "no balance is overdrawn": lambda w: rewrite(w, "usage_monthly", 0, {"charged_cents": 10**8}),
    "acceptance needs contact": refused_offer_accepted,
    "control gets nothing": lambda w: rewrite(
        w, "contacts", first(w, "contacts", "arm == 'control'"), {"arm": 0}
    ),
    "rows come in time": lambda w: rewrite(w, "topups", 0, {"loaded_ts": seconds("2035-01-01")}),
    "data is in MB": month_in_kb,
    "top-ups are in cents": lambda w: rewrite(w, "topups", 0, {"amount_cents": 5}),
}
"""By law, one thing in a world that breaks it."""


def test_every_law_is_broken_once_here() -> None:
    assert set(BROKEN) == {law.name for law in LAWS}


@pytest.mark.parametrize("law", BROKEN)
def test_a_broken_law_is_named(copy: Path, law: str) -> None:
    BROKEN[law](copy)
    broken = [row.name for row in hard.card(copy).failed]
    assert law in broken
    assert len(broken) <= 3  # a cell may stand under more than one law
    assert any(said.endswith(f"[{law}]") for said in telcosim.verify(copy))


def test_a_changed_file_is_named_and_nothing_else_is_looked_at(copy: Path) -> None:
    before = (copy / "manifest.json").read_text(encoding="utf-8")
    rewrite(copy, "topups", 0, {"amount_cents": 1})
    (copy / "manifest.json").write_text(before, encoding="utf-8")
    stored, *others = examine(copy)
    assert (stored.name, stored.ok) == (FILES[0], False)
    assert [found.ok for found in others] == [None] * len(LAWS)


def test_a_law_of_an_absent_table_is_not_looked_at(tmp_path: Path) -> None:
    telcosim.generate("tiny", 3, tmp_path / "w", tables=["invoices"], with_truth=False)
    found = {f.name: f for f in examine(tmp_path / "w")}
    assert found["invoices add up"].ok
    assert found["terms do not overlap"] == Finding(
        "terms do not overlap", "A SIM has one term at a time.", None
    )


def test_who_was_won_back_may_have_events_again(small: Path) -> None:
    """A term signed as won back opens a second stay, with a gap before it."""
    names = ("customers", "subscriptions", "churn_events", "topups")
    tables = {name: telcosim.load(name, small) for name in names}
    gone = tables["churn_events"].iloc[[0]]
    who, when = gone["customer_id"].iloc[0], gone["event_ts"].iloc[0]
    later = when + pd.Timedelta(days=90)
    call = tables["topups"].iloc[[0]].assign(customer_id=who, event_ts=later, loaded_ts=later)
    tables["topups"] = call
    laws = {law.name: law for law in LAWS}
    assert list(laws["nothing after leaving"].breaches(tables))
    old = tables["subscriptions"][tables["subscriptions"]["customer_id"] == who].iloc[[-1]]
    back = when + pd.Timedelta(days=60)
    new = old.assign(term_no=9, signed_as="win_back", term_start=back, closed_on=pd.NaT)
    tables["subscriptions"] = pd.concat([tables["subscriptions"], new], ignore_index=True)
    for name in ("nothing after leaving", "terms follow each other", "terms do not overlap"):
        assert not list(laws[name].breaches(tables)), name


# --- what a sound world shows ------------------------------------------------------------------


def test_a_sound_world_passes_every_check(validity: Validity) -> None:
    assert validity.sound
    assert not validity.cards["truth"].failed
    assert len(validity.cards["truth"].rows) == 10
    assert [row.ok for row in validity.cards["hard"].rows] == [True] * (1 + len(LAWS))


def test_the_calibration_card_has_every_check_row_and_measures_it(validity: Validity) -> None:
    """Three thousand customers are few: one row in ten may lie just outside by chance."""
    card = validity.cards["calibration"]
    assert len(card.rows) == len(calibration.CHECKS) + 2
    assert len(card.failed) <= 3
    for row in card.rows:
        assert row.low is not None
        assert row.high is not None
        assert row.sentence
        assert (row.value is None) == (row.ok is None)


def scaled(records: Records, table: str, column: str, factor: float) -> Measures:
    """Return the measures of the world with one amount of a table multiplied."""
    records.table(table)
    records._kept[table] = records.table(table).assign(**{column: lambda t: factor * t[column]})
    return Measures(records)


def test_twice_the_bills_put_arpu_out_of_range(world: Path) -> None:
    checks = {check.name: check for check in calibration.CHECKS}
    arpu = checks["ARPU postpaid per month"]
    records = Records(world)
    before = arpu.row(records, Measures(records))
    after = arpu.row(records, scaled(records, "invoices", "total_cents", 2))
    assert before.ok
    assert after.ok is False
    assert after.value == pytest.approx(2 * (before.value or 0))


def test_a_figure_whose_table_is_absent_says_so(tmp_path: Path) -> None:
    telcosim.generate("tiny", 3, tmp_path / "w", tables=["invoices"], with_truth=False)
    records = Records(tmp_path / "w")
    card = calibration.card(records, Measures(records), effect.rows(None))
    assert {row.verdict for row in card.rows} == {"not in this world"}
    assert card.looked_at == 0


def test_a_wrong_truth_is_noticed(world: Path) -> None:
    """Hazards half too high, and outcomes upside down, do not agree with what happened."""
    records = Records(world)
    truth = records.truth("truth_month")
    records._kept["truth_month"] = truth.assign(voluntary_ppm=1.5 * truth["voluntary_ppm"])
    uplift = records.truth("truth_uplift")
    records._kept["truth_uplift"] = uplift.assign(y0=1 - uplift["y0"])
    wrong = {row.name for row in truth_checks.card(records).failed}
    assert {
        "prepaid customers leave as their hazards say",
        "Kaplan–Meier agrees with the true survival",
        "potential outcomes agree with their chances",
        "what happened is the outcome of the own arm",
    } <= wrong


def test_a_closed_world_has_no_truth_to_check(small: Path) -> None:
    records = Records(small)
    assert truth_checks.card(records).rows == []
    assert effect.valued(records) is None


def test_arms_that_differ_are_noticed() -> None:
    rng = np.random.default_rng(3)
    known = pd.DataFrame({"fair": rng.normal(size=4000), "unfair": rng.normal(size=4000)})
    treated = known["unfair"] + rng.normal(size=4000) > 0
    off = stats.imbalance(known, treated, np.full(4000, 0.5))
    assert abs(off["fair"]) < 4 < abs(off["unfair"])


def test_kaplan_meier_of_a_small_case_by_hand() -> None:
    """Four SIMs: one leaves in month 1, one in month 2, two are still there after month 3."""
    curve = stats.survival([1, 2, 3, 3], [True, True, False, False], 3)
    assert curve == pytest.approx([3 / 4, 3 / 4 * 2 / 3, 3 / 4 * 2 / 3])


def test_auc_and_qini_of_small_cases_by_hand() -> None:
    assert stats.auc([0.9, 0.8, 0.1, 0.1], [1, 0, 1, 0]) == pytest.approx(2.5 / 4)
    curve = stats.gain_curve([2, 1], [1.0, -1.0])
    assert curve.tolist() == [0.0, 0.5, 0.0]
    assert stats.qini(curve) == pytest.approx(0.5 / 3)


def test_rows_print_ranges_units_and_verdicts() -> None:
    row = within("churn", 1.456, "%", 0.8, 2.2, "a source")
    assert (row.shown, row.promised, row.verdict) == ("1.46 %", "0.8 to 2.2 %", "passed")
    assert within("churn", 3.0, "%", 0.8, 2.2, "").verdict == "wrong"
    assert Row("NPS", None, "points").verdict == "not in this world"
    assert figure(-0.512, "% points") == "\N{MINUS SIGN}0.51 % points"
    assert figure(1_200, "") == "1,200"


# --- the page and the command ------------------------------------------------------------------


class Tags(html.parser.HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_asks_nobody_for_anything_and_describes_its_figures(validity: Validity) -> None:
    text = page.html(validity)
    tags = Tags(text).found
    policy = next(a["content"] for t, a in tags if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert not [t for t, _ in tags if t in {"script", "link", "iframe", "object"}]
    assert not [a for _, a in tags if "style" in a or "href" in a or "srcset" in a]
    assert "url(" not in text
    assert "@import" not in text
    figures = [a for t, a in tags if t == "img"]
    assert len(figures) == len(validity.figures) == 8
    for image in figures:
        assert (image["src"] or "").startswith("data:image/png;base64,")
        assert len(image["alt"] or "") > 30
    for card in validity.cards.values():
        assert f">{card.title}</h2>" in text


def test_what_a_world_is_called_cannot_act_on_the_page(validity: Validity) -> None:
    named = dataclasses.replace(validity, name="<script>alert(1)</script>")
    assert "<script>" not in page.html(named)


def test_the_same_world_gives_the_same_page(small: Path) -> None:
    assert page.html(measure(small)) == page.html(measure(small))


def test_the_page_is_there_whole_or_not_at_all(
    validity: Validity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "report.html"
    page.write(validity, out)
    before = out.read_text(encoding="utf-8")
    assert before.rstrip().endswith("</html>")

    def broken(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device", str(out))

    monkeypatch.setattr(Path, "write_text", broken)
    with pytest.raises(OSError, match="No space"):
        page.write(validity, out)
    monkeypatch.undo()
    assert out.read_text(encoding="utf-8") == before
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["report", *arguments])


def test_the_command_writes_the_report_and_says_how_much_holds(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    done = run(str(small), "--out", str(out))
    assert done.exit_code == 0, done.output
    assert out.is_file()
    last = " ".join(done.stdout.split())
    assert re.search(rf"{len(LAWS) + 1} of {len(LAWS) + 1} hard checks passed", last)
    assert re.search(r"\d+ of \d+ calibration rows in range", last)


def test_the_command_fails_for_a_broken_world_and_still_reports(copy: Path, tmp_path: Path) -> None:
    BROKEN["invoices add up"](copy)
    out = tmp_path / "r.html"
    done = run(str(copy), "--out", str(out))
    assert done.exit_code == 1
    assert "[invoices add up]" in " ".join(done.stderr.split())
    assert "wrong" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["NOWHERE"], "telcosim generate"),
        (["NOWHERE", "--out", "."], "is a folder"),
        (["NOWHERE", "--out", "no/such/r.html"], "Make it first"),
    ],
)
def test_bad_input_says_what_to_do(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())
    assert isinstance(done.exception, SystemExit)
