"""Make a world: simulate its blocks, write them in parts, publish the folder when it is whole."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from telcosim import engine
from telcosim.block import BLOCK_TABLES, advance, block_count, finish, start_block
from telcosim.catalogue import operator_tables
from telcosim.config import Config, load_config
from telcosim.decided import named
from telcosim.digest import content_digest
from telcosim.errors import ConfigError, TelcosimError, WorldError
from telcosim.faults import all_kinds
from telcosim.manifest import Manifest, TableEntry, merged, write_json
from telcosim.mess import RECORD, messed, nullable
from telcosim.parquet import to_arrow, write_blocks
from telcosim.policy import Policy, waves_within
from telcosim.schema import LEARNER_TABLES, TABLES, table
from telcosim.streams import IntArray
from telcosim.truth import REQUESTED, Request, answer, request

Part = tuple[str, dict[str, TableEntry]]
"""A part's name, and what it adds to each table."""

MAX_SEED = 2**128 - 1
PARTS = 64
"""A world has about so many files per table at most, whatever its size."""


@dataclass(frozen=True)
class Job:
    """One part of a world: which blocks, which tables and truth, and where the files go."""

    config: Config
    seed: int
    policy: Policy
    request: Request | None
    blocks: tuple[int, ...]
    tables: tuple[str, ...]
    staging: Path

    @property
    def name(self) -> str:
        """The name of the part's files."""
        return f"part-{self.blocks[0]:05d}"


def truth_folder(world: Path) -> Path:
    """Return the folder that holds the truth of a world, if it is open: a separate root."""
    return world.with_name(world.name + ".truth")


def generate(  # noqa: PLR0913 - every option of the command line
    preset: str,
    seed: int,
    out: str | Path,
    *,
    customers: int | None = None,
    months: int | None = None,
    overrides: dict[str, Any] | None = None,
    mess: float | None = None,
    world: str = "observed",
    tables: list[str] | None = None,
    truth: str | Path | None = None,
    with_truth: bool = True,
    truth_at: int | None = None,
    truth_for: str = "retention",
    rollouts: int = 200,
    publish_seed: bool = True,
    workers: int = 1,
    scheduler: str | None = None,
    resume: bool = False,
    progress: bool = False,
) -> Manifest:
    """Make a world in the folder `out`, which appears only when it is whole.

    Parameters
    ----------
    preset, customers, months, overrides
        What is simulated, see `telcosim.config.load_config`.
    mess
        The share of rows that each kind of a data warehouse's faults hits, see `telcosim.mess`;
        overrides of `mess.duplicates`, `mess.late`, `mess.units`, `mess.missing` come before it.
    seed
        0 up to 2**128 - 1; the same seed gives the same digests everywhere.
    out
        A folder that does not exist yet, or an empty one.
    world
        Whose policy makes the history: observed, no-contact, rct, treat-all, by-score, or
        decisions:FILE with a CSV or Parquet table of customer_id, month, action.
    tables
        Keep only these learner tables; all by default.
    truth, with_truth
        Where the truth tables go (default: beside `out`), and whether they are written at all.
    truth_at, truth_for, rollouts
        Make truth_actions and truth_clv too: at the start of which month, for the actions of
        which catalogues ("retention,upsell", "all"), from how many continuations per customer.
    publish_seed
        Whether the manifest says from which seed and overrides the world was made.
    workers, scheduler
        Number of processes; or the address of a Dask cluster that sees the same folders.
    resume
        Go on with a run that was interrupted.
    progress
        Show a progress bar on a terminal.

    Raises
    ------
    ConfigError
        If an option cannot be used.
    WorldError
        If the folder cannot be written or is not empty.
    """
    overrides = ({} if mess is None else all_kinds(mess)) | (overrides or {})
    config = load_config(preset, customers=customers, months=months, overrides=overrides)
    if not 0 <= seed <= MAX_SEED:
        raise ConfigError(f"seed = {seed} is out of range; allowed: 0 to 2**128 - 1.")
    names = [t.name for t in LEARNER_TABLES] if tables is None else list(tables)
    if wrong := [name for name in names if table(name).truth]:
        raise ConfigError(f"{wrong[0]} is a truth table; leave it out of the list of tables.")
    policy = named(world)
    wish = None if truth_at is None else request(config, truth_at, truth_for, rollouts)
    truth_names = [n for n in BLOCK_TABLES if TABLES[n].truth] if with_truth else []
    truth_names += REQUESTED if with_truth and wish else []
    truth_names += [RECORD] if with_truth and config.mess.on else []
    roots = {Path(out): names}
    if with_truth:
        roots = {Path(truth) if truth else truth_folder(Path(out)): truth_names} | roots
    every = [*names, *truth_names]
    with engine.started(workers, scheduler) as run:
        plan = {"config": asdict(config), "seed": seed, "world": world, "tables": every}
        plan["truth"] = asdict(wish) if wish else None
        staging = _staging(Path(out), roots, plan, resume)
        jobs = _jobs(Job(config, seed, policy, wish, (), tuple(every), staging.resolve()))
        made = _make(jobs, every, run(run_job, jobs), progress)
    public = {"seed": seed, "world": world, "overrides": overrides} if publish_seed else {}
    return _publish(config, public, made, roots, staging)


def _jobs(whole: Job) -> list[Job]:
    """Split the blocks of a world over its parts."""
    tables = tuple(name for name in whole.tables if TABLES[name].per_customer)
    blocks = range(block_count(whole.config))
    size = -(-len(blocks) // PARTS)
    portions = [tuple(blocks[k : k + size]) for k in range(0, len(blocks), size)]
    return [replace(whole, blocks=portion, tables=tables) for portion in portions]


def _make(
    jobs: list[Job], names: list[str], parts: Iterator[Part], progress: bool
) -> dict[str, TableEntry]:
    """Collect the parts as they are made, and add the small tables of the whole operator."""
    done: dict[str, dict[str, TableEntry]] = {}
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not progress) as bar:
        task = bar.add_task("Simulating", total=len(jobs))
        for part, entries in parts:
            done[part] = entries
            bar.advance(task)
    first = jobs[0]
    small = operator_tables(
        first.config,
        first.seed,
        waves_within(first.policy, first.config, 0, first.config.months),
    )
    operator = {
        name: _write(first.staging, name, "part-00000", [columns])
        for name, columns in small.items()
        if name in names
    }
    return merged([*(done[job.name] for job in jobs), operator])


def run_job(job: Job) -> Part:
    """Make one part, or return what an interrupted run already made of it."""
    record = job.staging / f"{job.name}.json"
    if record.exists():
        entries = json.loads(record.read_text(encoding="utf-8"))
        return job.name, {name: TableEntry(**entry) for name, entry in entries.items()}
    made = [_simulate(job, block) for block in job.blocks]
    write = partial(_write, messy=True) if job.config.mess.on else _write
    result = {n: write(job.staging, n, job.name, [m[n] for m in made]) for n in job.tables}
    write_json(record, {name: asdict(entry) for name, entry in result.items()})
    return job.name, result


def _simulate(job: Job, number: int) -> dict[str, dict[str, IntArray]]:
    """Simulate a block, and stop on the way where truth is requested."""
    block = start_block(job.config, job.seed, number)
    requested = {}
    if job.request:
        advance(block, job.policy, job.request.month)
        requested = answer(job.request, block)
    advance(block, job.policy, job.config.months)
    tables = finish(block) | requested
    return messed(job.config.mess, job.seed, tables) if job.config.mess.on else tables


def _write(
    staging: Path, name: str, part: str, blocks: list[dict[str, IntArray]], *, messy: bool = False
) -> TableEntry:
    file = Path(name) / f"{part}.parquet"
    schema = nullable(TABLES[name]) if messy else TABLES[name]
    write_blocks(schema, map(partial(to_arrow, schema), blocks), staging / file)
    rows = sum(len(next(iter(block.values()))) for block in blocks)
    digests = [content_digest(block) for block in blocks]
    return TableEntry(rows, digests, {file.as_posix(): (staging / file).stat().st_size})


def _staging(out: Path, roots: dict[Path, list[str]], plan: dict[str, Any], resume: bool) -> Path:
    """Return the folder in which the world is built before it is published."""
    for root in roots:
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise WorldError(
                f"{root} exists and is not an empty folder.\n"
                "Choose another name for --out, or delete it first."
            )
    staging = out.with_name(out.name + ".partial")
    plan = json.loads(json.dumps(plan))
    plan_file = staging / "plan.json"
    if staging.exists():
        if not resume:
            raise WorldError(
                f"{staging} holds an interrupted run.\n"
                "Add --resume to finish it, or delete that folder to start again."
            )
        if not plan_file.exists() or json.loads(plan_file.read_text("utf-8")) != plan:
            raise WorldError(
                f"{staging} was started with other options.\nDelete it to start again."
            )
        return staging
    try:
        staging.mkdir(parents=True)
        write_json(plan_file, plan)
    except OSError as error:
        raise WorldError(
            f"Cannot write to {out.parent} ({error.strerror}).\n"
            "Choose a folder that you may write to."
        ) from None
    return staging


def _publish(
    config: Config,
    public: dict[str, Any],
    made: dict[str, TableEntry],
    roots: dict[Path, list[str]],
    staging: Path,
) -> Manifest:
    """Sort the tables into their roots and rename them; the learner tables come last."""
    versions = {name: version(name) for name in ("cvm-lab", "numpy", "pyarrow")}
    manifest = None
    for root, names in roots.items():
        manifest = Manifest(
            preset=config.preset,
            customers=config.customers,
            months=config.months,
            seed=public.get("seed"),
            overrides=public.get("overrides"),
            world=public.get("world"),
            tables={name: made[name] for name in names},
            versions=versions,
            mess=config.mess.on,
        )
        ready = staging / f"root-{root.name}"
        ready.mkdir(exist_ok=True)
        for name in names:
            if (staging / name).exists():
                (staging / name).replace(ready / name)
        manifest.write(ready)
        root.parent.mkdir(parents=True, exist_ok=True)
        if root.exists():
            root.rmdir()
        os.replace(ready, root)  # noqa: PTH105 - a folder, atomically
    shutil.rmtree(staging)
    if manifest is None:
        raise TelcosimError("Nothing to publish.")
    return manifest
