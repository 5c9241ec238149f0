"""Does a wrong parameter say which one, what it was, and what is allowed?"""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from telcosim.config import SECTIONS, SHARES, load_config, preset_names
from telcosim.errors import ConfigError
from telcosim.params import Parameter, parameters

PRESETS = [
    *("city", "cohort", "confounded", "course", "nation"),
    *("price-war", "textbook", "tiny", "zero-effect"),
]
SIZES = {"city", "cohort", "course", "nation", "tiny"}
"""Presets that differ in size alone."""

DECLARED = {
    f"{section}.{name}": spec
    for section in SECTIONS
    for name, spec in parameters(getattr(load_config("course"), section)).items()
}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "coarse"}, f"Unknown preset 'coarse'. There are: {', '.join(PRESETS)}."),
        ({"customers": 0}, "customers = 0 is out of range; allowed: 1 to 200,000,000."),
        ({"months": 0}, "months = 0 is out of range; allowed: 1 to 240."),
        ({"months": 60}, "set mix.arrival_months to at least 60"),
        ({"overrides": {"mix.prepaid_shar": 0.2}}, "Did you mean mix.prepaid_share?"),
        ({"overrides": {"offer_credits.accept": 1}}, "Did you mean offer_credit.accept?"),
        ({"overrides": {"nonsense": 1}}, "Unknown parameter 'nonsense'"),
        ({"overrides": {"mix": {"prepaid_share": 0.2}}}, "Unknown parameter 'mix'"),
        (
            {"overrides": {"mix.prepaid_share": 1.2}},
            "mix.prepaid_share = 1.2 is out of range; allowed: 0 to 1 of SIMs.",
        ),
        (
            {"overrides": {"mix.prepaid_share": "a"}},
            "mix.prepaid_share = 'a' is not a number; allowed: 0 to 1 of SIMs.",
        ),
        (
            {"overrides": {"mix.prepaid_share": True}},
            "mix.prepaid_share = True is not a number; allowed: 0 to 1 of SIMs.",
        ),
        (
            {"overrides": {"mix.prepaid_share": float("nan")}},
            "mix.prepaid_share = nan is out of range; allowed: 0 to 1 of SIMs.",
        ),
        (
            {"overrides": {"campaigns.waves": 2.5}},
            "campaigns.waves = 2.5 must be whole; allowed: 0 to 80 randomised retention waves.",
        ),
        (
            {"overrides": {"billing.roaming_day_pass_eur": -2.0}},
            "billing.roaming_day_pass_eur = -2 is out of range; allowed: 0 to 100 EUR.",
        ),
        (
            {"overrides": {"offer_credit.cost_month_eur": -1}},
            "offer_credit.cost_month_eur = -1 is out of range; allowed: 0 to 1000 EUR per month",
        ),
        (
            {"overrides": {"channel_call.cost_eur": float("inf")}},
            "channel_call.cost_eur = inf is out of range; allowed: 0 to 1000 EUR per contact.",
        ),
        (
            {"overrides": {"contract.monthly_share": 0.7}},
            "contract.monthly_share = 0.7 + contract.one_year_share = 0.4 add up to 1.1; "
            "allowed: at most 1",
        ),
        (
            {"overrides": {"contract.move_up_share": 0.6, "contract.move_down_share": 0.5}},
            "contract.move_up_share = 0.6 + contract.move_down_share = 0.5 add up to 1.1; "
            "allowed: at most 1",
        ),
    ],
)
def test_bad_configuration_is_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as failure:
        load_config(**{"preset": "tiny", **options})  # type: ignore[arg-type]
    assert message in str(failure.value)
    assert len(str(failure.value).splitlines()) <= 2


@given(key=st.sampled_from(sorted(DECLARED)), beyond=st.integers(1, 10**6), above=st.booleans())
@settings(max_examples=100, deadline=None)
def test_no_parameter_takes_a_value_outside_its_range(key: str, beyond: int, above: bool) -> None:
    spec: Parameter = DECLARED[key]
    value = spec.high + beyond if above else spec.low - beyond
    with pytest.raises(ConfigError) as failure:
        load_config("course", overrides={key: value})
    allowed = f"allowed: {spec.low:g} to {spec.high:g} {spec.unit}"
    assert str(failure.value) == f"{key} = {value:g} is out of range; {allowed}."


@given(key=st.sampled_from(sorted(DECLARED)), above=st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_parameter_takes_the_ends_of_its_range(key: str, above: bool) -> None:
    spec = DECLARED[key]
    rest = {other: 0.0 for pair in SHARES if key in pair for other in pair}
    rest |= {"mix.arrival_months": 36}
    value = spec.high if above else spec.low
    config = load_config("course", months=1, overrides={**rest, key: value})
    section, name = key.split(".")
    assert getattr(getattr(config, section), name) == value


def test_the_presets_are_these() -> None:
    assert preset_names() == PRESETS


@pytest.mark.parametrize("preset", PRESETS)
def test_every_parameter_of_a_preset_lies_in_its_range_and_has_a_unit(preset: str) -> None:
    config = load_config(preset)
    for key, spec in DECLARED.items():
        section, name = key.split(".")
        assert spec.low <= getattr(getattr(config, section), name) <= spec.high, key
        assert spec.unit
        assert spec.source


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - SIZES))
def test_a_preset_that_promises_another_world_changes_a_parameter(preset: str) -> None:
    own, usual = load_config(preset), load_config("course")
    assert any(getattr(own, section) != getattr(usual, section) for section in SECTIONS)
