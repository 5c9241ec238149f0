"""Make the pools of invented names that the simulator indexes: python generator/make_pools.py.

The pools are committed, so that a world does not depend on the version of Faker that happens to
be installed; a test makes them again with the locked one.
"""

from pathlib import Path

from faker import Faker

LOCALES = ("cs_CZ", "de_DE", "es_ES", "fr_FR", "nl_NL", "pl_PL", "pt_PT", "sv_SE")
"""Locales whose towns do not depend on the order of a set, as those of it_IT do."""

SEED = 20_230_101
POOLS = Path(__file__).parent / "telcosim" / "pools"
SIZES = {"first_name": 800, "last_name": 1600, "street_name": 1200, "city": 240}
FILES = {
    "first_name": "first_names",
    "last_name": "last_names",
    "street_name": "streets",
    "city": "towns",
}


def distinct(kind: str, size: int) -> list[str]:
    """Draw from the locales in turn until there are `size` different names, and sort them.

    One seeded Faker per locale: a Faker of several locales chooses among them by the global
    random state.
    """
    fakers = [Faker(locale) for locale in LOCALES]
    for fake in fakers:
        fake.seed_instance(SEED)
    found: set[str] = set()
    for turn in range(100 * size):
        found.add(str(getattr(fakers[turn % len(fakers)], kind)()))
        if len(found) == size:
            return sorted(found)
    raise RuntimeError(f"Faker knows only {len(found)} different values of {kind}, not {size}.")


def make_pools() -> dict[str, list[str]]:
    """Return every pool by its file's name."""
    return {FILES[kind]: distinct(kind, size) for kind, size in SIZES.items()}


if __name__ == "__main__":
    POOLS.mkdir(exist_ok=True)
    for pool_name, names in make_pools().items():
        (POOLS / f"{pool_name}.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
