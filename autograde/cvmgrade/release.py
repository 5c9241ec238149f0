"""Make a learner's pack: notebook, data, the project's wheel, and how to start."""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

from . import engine, leaks, packtext, wheel, worlds
from .assignments import Exercise
from .cohort import Cohort
from .errors import AssignmentError

MAX_PACK = 8 * 1024**2
EPOCH = (2023, 1, 1, 0, 0, 0)  # archives of equal content are equal


def release(cohort: Cohort, exercise: Exercise, out: Path | None = None, variant: int = 0) -> Path:
    """Write the pack of an exercise as a zip and return its path.

    The archive is made in memory, checked for leaks, and renamed into place: a pack is there
    whole and clean, or not at all.

    Parameters
    ----------
    variant
        Which of several packs, each with a world of its own; 0 is the one that all share.
    """
    with cohort.writing():
        notebook = _learner_notebook(cohort, engine.generate(cohort, exercise), variant)
        world = worlds.pack_world(cohort, exercise, variant)
        content = _archive(exercise.name, _members(cohort, exercise, notebook, world))
    if len(content) > MAX_PACK:
        raise AssignmentError(
            f"The pack of {exercise.id} would have {len(content) / 1024**2:.1f} MB; at most "
            f"{MAX_PACK // 1024**2} MB are sent. Name fewer customers or tables in its source."
        )
    leaks.check(content, exercise, _seeds(cohort, exercise, variant), cohort.secret())
    name = f"{exercise.name}-variant-{variant}" if variant else exercise.name
    target = (out or cohort.folder / "packs") / f"{name}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_bytes(content)
    os.replace(partial, target)  # noqa: PTH105 - also over an older pack on Windows
    return target


def _learner_notebook(cohort: Cohort, path: Path, variant: int) -> bytes:
    content = json.loads(path.read_text(encoding="utf-8"))
    about = content["metadata"]["cvm"]
    for closed in ("hidden", "truth"):
        about.pop(closed, None)
    about |= {"course": cohort.id, "variant": variant}
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _members(
    cohort: Cohort, exercise: Exercise, notebook: bytes, world: Path | None
) -> dict[str, bytes]:
    built = wheel.build()
    files = {
        f"{exercise.name}.ipynb": notebook,
        f"wheels/{built.name}": built.read_bytes(),
        "requirements.txt": packtext.requirements(built.name).encode(),
        "README.md": packtext.readme(exercise).encode(),
    }
    if world:
        files |= {
            f"world/{path.relative_to(world).as_posix()}": path.read_bytes()
            for path in sorted(world.rglob("*"))
            if path.is_file()
        }
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    about = {
        "course": cohort.id,
        "course_name": cohort.name,
        "exercise": exercise.id,
        "title": exercise.title,
        "notebook": f"{exercise.name}.ipynb",
        "digest": total.hexdigest(),
    }
    return files | {"pack.json": (json.dumps(about, indent=1) + "\n").encode()}


def _archive(folder: str, files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _seeds(cohort: Cohort, exercise: Exercise, variant: int) -> list[int]:
    hidden = [worlds.hidden_seed(cohort, exercise, k + 1) for k in range(len(exercise.hidden))]
    return [worlds.pack_seed(cohort, exercise, variant), *hidden]
