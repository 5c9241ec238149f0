"""Does a wrong parameter say which one, what it was, and what is allowed?"""

import pytest

from telcosim.config import SECTIONS, load_config, preset_names
from telcosim.errors import ConfigError
from telcosim.params import parameters


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "coarse"}, "Unknown preset 'coarse'. There are: course, tiny."),
        ({"customers": 0}, "customers = 0 is out of range; allowed: 1 to 200,000,000."),
        ({"months": 60}, "set mix.arrival_months to at least 60"),
        ({"overrides": {"mix.prepaid_shar": 0.2}}, "Did you mean mix.prepaid_share?"),
        ({"overrides": {"mix.prepaid_share": 1.2}}, "= 1.2 is out of range; allowed: 0 to 1"),
        ({"overrides": {"mix.prepaid_share": "a"}}, "= 'a' is not a number"),
        ({"overrides": {"mix.prepaid_share": True}}, "is not a number"),
        ({"overrides": {"campaign.month": 2.5}}, "must be whole"),
        ({"overrides": {"nonsense": 1}}, "Unknown parameter 'nonsense'"),
    ],
)
def test_bad_configuration_is_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as failure:
        load_config(**{"preset": "tiny", **options})  # type: ignore[arg-type]
    assert message in str(failure.value)
    assert len(str(failure.value).splitlines()) <= 2


@pytest.mark.parametrize("preset", preset_names())
def test_every_parameter_of_a_preset_lies_in_its_range_and_has_a_unit(preset: str) -> None:
    config = load_config(preset)
    for section in SECTIONS:
        values = getattr(config, section)
        for name, spec in parameters(values).items():
            assert spec.low <= getattr(values, name) <= spec.high, f"{section}.{name}"
            assert spec.unit
            assert spec.source
