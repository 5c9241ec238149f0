"""Parameters that know their unit, their range and where they come from."""

from dataclasses import dataclass, field, fields
from typing import Any

from telcosim.errors import ConfigError

ASSUMPTION = "assumption"


@dataclass(frozen=True)
class Parameter:
    """What is known of a parameter beside its value: unit, allowed range, source."""

    unit: str
    low: float
    high: float
    source: str


def param(default: float, unit: str, low: float, high: float, source: str = ASSUMPTION) -> Any:
    """Declare a parameter of a section; its source is a public one or 'assumption'."""
    return field(default=default, metadata={"parameter": Parameter(unit, low, high, source)})


def checked(section: str, name: str, value: object, spec: Parameter, default: object) -> object:
    """Return the value in the parameter's own type, or say which values are allowed."""
    allowed = f"allowed: {spec.low:g} to {spec.high:g} {spec.unit}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{section}.{name} = {value!r} is not a number; {allowed}.")
    if not spec.low <= value <= spec.high:
        raise ConfigError(f"{section}.{name} = {value:g} is out of range; {allowed}.")
    if isinstance(default, int):
        if value != int(value):
            raise ConfigError(f"{section}.{name} = {value:g} must be whole; {allowed}.")
        return int(value)
    return float(value)


def parameters(section: Any) -> dict[str, Parameter]:
    """Return the declared parameters of a section, by name."""
    return {f.name: f.metadata["parameter"] for f in fields(section) if "parameter" in f.metadata}
