"""Print what every attack does to plain nbgrader and to cvmgrade, from runs of both.

Run ``python tests/attacks/table.py``; it takes a few minutes.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from attacks import controls, defended, laws
from attacks.attack import Attack
from attacks.catalogue import ATTACKS
from attacks.defended import LIMITS, Batch
from attacks.effects import greeted
from attacks.evidence import Evidence
from attacks.laws import ends, reasons

MEASURED = ("fork-bomb", "thread-bomb", "memory", "memory-of-many", "memory-in-files", "disk")


def did(attack: Attack, seen: Evidence) -> str:
    """Return what it did where nothing stops it."""
    said = attack.control(seen) or "nothing"
    return f"no wire; a receiver without bounds: {said}" if attack.naive else said


def came_of(attack: Attack, batch: Batch) -> str:
    """Return how it ended under the default configuration, and in bold what it achieved."""
    found = ends(attack, batch)
    if "refused" in found and not batch.of(attack):
        return f"refused: {reasons(attack, batch)[0]}"
    if "absent" in found:
        return "not received: there is no notebook in it"
    broken = [said for law, said in LAWS.items() if not holds(law, attack, batch)]
    broken += beyond(attack, batch)
    if broken:
        return f"**{', '.join(broken)}**; {batch.points(attack):g} of {attack.honest:g} points"
    if "failed" in found:
        return f"not gradable: {reasons(attack, batch)[0]}"
    return f"no effect; {batch.points(attack):g} of {attack.honest:g} deserved points"


def beyond(attack: Attack, batch: Batch) -> list[str]:
    """Return what the laws of the whole batch say about an attack."""
    called = any("\x7f" in text for text in batch.target.ears.heard)
    return ["the grader called another socket"] if attack.control is greeted and called else []


LAWS: dict[Callable[..., None], str] = {
    laws.test_is_no_point_gained: "points gained",
    laws.test_has_it_a_fitting_end: "another end than is fitting",
    laws.test_does_a_person_understand_why: "a reason that helps nobody",
    laws.test_is_nothing_leaked: "something shown or held",
    laws.test_does_it_end_in_time: "takes too long",
    laws.test_are_the_checks_spared: f"more than {LIMITS.memory_mb} MB in the checker",
    laws.test_is_what_is_kept_of_it_small: "leaves much behind",
    laws.test_is_its_page_harmless: "reaches the reader",
}
OF_BATCH = [law for name, law in vars(laws).items()
            if name.startswith("test_") and law.__code__.co_varnames[0] == "batch"]  # fmt: skip


def holds(law: Callable[..., None], *given: object) -> bool:
    """Return whether a law holds."""
    try:
        law(*given)
    except AssertionError:
        return False
    return True


def measured(attack: Attack, seen: Evidence, batch: Batch) -> str:
    """Return the most that an attack took at once, on either side."""
    plain, [item] = seen.peak, batch.of(attack)
    ours = batch.peak_of(item)
    return (
        f"| {attack.name} | {plain.resident_mb} MB, {plain.processes} processes, "
        f"{plain.threads} threads | {ours.resident_mb} MB, {ours.processes} processes, "
        f"{ours.threads} threads, {ours.scratch_mb} MB of scratch space |"
    )


def main() -> None:
    """Run everything and print the tables."""
    out = sys.stdout
    with tempfile.TemporaryDirectory(prefix="attacks-") as name:
        os.environ["XDG_DATA_HOME"] = name
        began = time.monotonic()
        batch = defended.run(ATTACKS, Path(name) / "defended")
        plain = controls.run(ATTACKS, Path(name) / "plain")
        out.write("| threat | attack | plain nbgrader | cvmgrade |\n|---|---|---|---|\n")
        for attack in ATTACKS:
            row = (attack.threat, attack.name, did(attack, plain[attack.name]),
                   came_of(attack, batch))  # fmt: skip
            out.write(f"| {' | '.join(part.replace('|', '/') for part in row)} |\n")
        out.write(f"\nThe most at once, under a limit of {LIMITS.memory_mb} MB, {LIMITS.processes} "
                  f"processes and {LIMITS.scratch_mb} MB per scratch space; cvmgrade's own kernel "
                  "and checker are counted in.\n\n| attack | plain nbgrader | cvmgrade |\n"
                  "|---|---|---|\n")  # fmt: skip
        for attack in ATTACKS:
            if attack.name in MEASURED:
                out.write(measured(attack, plain[attack.name], batch) + "\n")
        broken = [law.__name__ for law in OF_BATCH if not holds(law, batch)]
        out.write(f"\nLaws of the batch that do not hold: {', '.join(broken) or 'none'}.\n")
        tricks = len({attack.trick or attack.name for attack in ATTACKS})
        out.write(f"\n{len(ATTACKS)} attacks, {tricks} tricks, "
                  f"{time.monotonic() - began:.0f} s.\n")  # fmt: skip
        batch.close()


if __name__ == "__main__":
    main()
