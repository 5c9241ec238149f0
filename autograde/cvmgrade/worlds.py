"""Worlds of a cohort: their seeds from its secret, their folders in its cache."""

import hashlib
import hmac
import os
import shutil
from pathlib import Path
from typing import Any

from .assignments import MAX_HIDDEN_CUSTOMERS, Exercise
from .cohort import Cohort
from .errors import AssignmentError, CvmError

SEED_BYTES = 16
SETTINGS = ("customers", "months", "overrides", "truth_at", "truth_for", "rollouts")


def seed(secret: bytes, *parts: str | int) -> int:
    """Return a 128-bit seed: HMAC-SHA256 of the parts under the secret.

    Parts are joined by a byte that none of them holds, so that ("a", "bc") and ("ab", "c")
    differ.
    """
    message = b"\x1f".join(str(part).encode() for part in parts)
    return int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()[:SEED_BYTES], "big")


def pack_seed(cohort: Cohort, exercise: Exercise, variant: int = 0) -> int:
    """Return the seed of a pack's world; variant 0 is shared by the whole cohort."""
    return seed(cohort.secret(), "pack", variant, exercise.id)


def hidden_seed(cohort: Cohort, exercise: Exercise, k: int) -> int:
    """Return the seed of the k-th hidden world of this cohort's current round."""
    return seed(cohort.secret(), "hidden", cohort.id, exercise.id, k, cohort.round)


def pack_world(cohort: Cohort, exercise: Exercise, variant: int = 0) -> Path | None:
    """Return the folder of a pack's world with the exercise's tables only; make it once."""
    if not exercise.tables:
        return None
    return _make(
        cohort.cache("worlds", "pack", exercise.id, f"variant-{variant}"),
        exercise.pack,
        exercise,
        pack_seed(cohort, exercise, variant),
    )


def has_variant(cohort: Cohort, exercise: Exercise, variant: int) -> bool:
    """Tell whether a pack of this variant was ever made; one without a world needs none."""
    home = cohort.folder / "cache" / "worlds" / "pack" / exercise.id
    return variant == 0 or not exercise.tables or (home / f"variant-{variant}").is_dir()


def hidden_worlds(cohort: Cohort, exercise: Exercise) -> Path | None:
    """Return the folder that holds an exercise's hidden worlds ``1``, ``2``, …; make them once."""
    if not exercise.hidden:
        return None
    home = cohort.cache(
        "worlds", "hidden", exercise.id, f"round-{cohort.round}-{exercise.digest[:12]}"
    )
    for k, settings in enumerate(exercise.hidden, start=1):
        if int(settings["customers"]) > MAX_HIDDEN_CUSTOMERS:
            raise AssignmentError(f"Hidden world {k} of {exercise.id} is too large.")
        target = home / f"{k}"
        if not target.is_dir():
            _generate(target, settings, exercise, hidden_seed(cohort, exercise, k), closed=True)
    return home


def _make(home: Path, settings: dict[str, Any], exercise: Exercise, world_seed: int) -> Path:
    key = hashlib.sha256(repr((sorted(settings.items()), exercise.tables)).encode()).hexdigest()
    target = home / key[:12]
    if not target.is_dir():
        _generate(target, settings, exercise, world_seed, closed=False)
    return target


def _generate(
    target: Path, settings: dict[str, Any], exercise: Exercise, world_seed: int, *, closed: bool
) -> None:
    """Generate beside the target and rename, so that a world is there whole or not at all."""
    from telcosim import errors, generate  # noqa: PLC0415 - heavy, and most commands need none

    partial = target.with_name(f".{target.name}.partial")
    truth, truth_partial = (path.with_name(f"{path.name}.truth") for path in (target, partial))
    for path in (partial, truth_partial, truth):
        shutil.rmtree(path, ignore_errors=True)
    options = {key: settings[key] for key in SETTINGS if key in settings}
    try:
        generate(
            settings.get("preset", "course"),
            world_seed,
            partial,
            with_truth=closed and bool(getattr(exercise, "truth", ())),
            truth=truth_partial,
            tables=list(exercise.tables),
            publish_seed=False,
            **options,
        )
    except errors.TelcosimError as error:
        raise CvmError(f"A world of exercise {exercise.id} cannot be made: {error}") from None
    for path in (truth_partial, partial):
        if path.is_dir():
            readable(path)
    if truth_partial.is_dir():
        for path in truth_partial.glob("*"):
            if path.stem.startswith("truth") and path.stem not in exercise.truth:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        truth_partial.rename(truth)
    partial.rename(target)


def readable(folder: Path) -> None:
    """Let the box's user read a folder, whatever the umask of whoever made it."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            os.chmod(path, 0o755 if path.is_dir() else 0o644)  # noqa: PTH101 - learner data
