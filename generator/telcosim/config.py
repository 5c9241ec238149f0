"""A world's configuration: sections of parameters, and the presets that change some of them."""

import tomllib
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import partial
from importlib.resources import files
from typing import Any

from telcosim import operator_sections as o
from telcosim import sections as s
from telcosim.actions import CHANNELS, RETENTION_OFFERS
from telcosim.errors import ConfigError
from telcosim.faults import Mess
from telcosim.params import checked, parameters


@dataclass(frozen=True)
class Config:
    """Everything that a world depends on beside its seed.

    Attributes
    ----------
    preset
        The name of the preset that it started from.
    customers
        Number of customer slots; those whose month of activation lies in the history exist.
    months
        Months of history.
    """

    preset: str
    customers: int
    months: int
    mix: s.Mix = field(default_factory=s.Mix)
    market: s.Market = field(default_factory=s.Market)
    network: s.Network = field(default_factory=s.Network)
    contract: s.Contract = field(default_factory=s.Contract)
    usage: s.Usage = field(default_factory=s.Usage)
    billing: s.Billing = field(default_factory=s.Billing)
    prepaid: s.Prepaid = field(default_factory=s.Prepaid)
    care: s.Care = field(default_factory=s.Care)
    satisfaction: s.Satisfaction = field(default_factory=s.Satisfaction)
    digital: s.Digital = field(default_factory=s.Digital)
    churn: s.Churn = field(default_factory=s.Churn)
    campaigns: s.Campaigns = field(default_factory=s.Campaigns)
    contact: s.Contact = field(default_factory=s.Contact)
    channel_sms: s.Channel = field(default_factory=s.Channel)
    channel_push: s.Channel = field(
        default_factory=partial(
            s.Channel,
            reach=0.15,
            reach_digital=1.1,
            accept=-0.5,
            weight=0.8,
            cost_eur=0.0,
            opt_out_share=0.003,
        )
    )
    channel_email: s.Channel = field(
        default_factory=partial(
            s.Channel, reach=0.0, reach_digital=0.9, weight=0.6, cost_eur=0.005, goodwill_eur=0.02
        )
    )
    channel_call: s.Channel = field(
        default_factory=partial(
            s.Channel,
            reach=0.4,
            reach_digital=-0.2,
            accept=2.2,
            weight=0.8,
            cost_eur=4.0,
            goodwill_eur=0.10,
            opt_out_share=0.01,
        )
    )
    offer_deep_discount: s.Offer = field(
        default_factory=partial(
            s.Offer,
            cost_month_eur=5.0,
            cost_months=12,
            accept=-0.15,
            accept_price=1.2,
            effect=3.0,
            effect_price=0.6,
        )
    )
    offer_discount: s.Offer = field(
        default_factory=partial(
            s.Offer,
            cost_month_eur=3.0,
            cost_months=6,
            accept=-0.40,
            accept_price=1.2,
            effect=2.6,
            effect_price=0.6,
        )
    )
    offer_credit: s.Offer = field(
        default_factory=partial(
            s.Offer,
            cost_month_eur=1.0,
            cost_months=6,
            accept=-0.85,
            accept_price=1.2,
            effect=2.0,
            effect_price=0.4,
        )
    )
    offer_voucher: s.Offer = field(
        default_factory=partial(
            s.Offer,
            cost_now_eur=25.0,
            accept=-1.1,
            accept_device=1.4,
            accept_price=0.2,
            effect=2.8,
            effect_device=0.5,
            effect_price=0.1,
        )
    )
    offer_data_bonus: s.Offer = field(
        default_factory=partial(
            s.Offer,
            cost_month_eur=0.20,
            cost_months=12,
            accept=-1.3,
            accept_data=1.4,
            effect=1.7,
            effect_data=0.7,
        )
    )
    offer_care: s.Offer = field(
        default_factory=partial(
            s.Offer,
            cost_month_eur=0.40,
            cost_months=12,
            accept=-1.2,
            accept_quality=1.4,
            effect=1.9,
            effect_quality=0.7,
        )
    )
    addon: s.Addon = field(default_factory=s.Addon)
    topup_bonus: s.TopupBonus = field(default_factory=s.TopupBonus)
    save_desk: s.SaveDesk = field(default_factory=s.SaveDesk)
    dunning: s.Dunning = field(default_factory=s.Dunning)
    value: s.Value = field(default_factory=s.Value)
    costs: s.Costs = field(default_factory=s.Costs)
    acquisition: o.Acquisition = field(default_factory=o.Acquisition)
    household: o.Household = field(default_factory=o.Household)
    handset: o.Handset = field(default_factory=o.Handset)
    bonds: o.Bonds = field(default_factory=o.Bonds)
    loyalty: o.Loyalty = field(default_factory=o.Loyalty)
    rollout: o.Rollout = field(default_factory=o.Rollout)
    survey: o.Survey = field(default_factory=o.Survey)
    desk: o.Desk = field(default_factory=o.Desk)
    winback: o.Winback = field(default_factory=o.Winback)
    onboarding: o.Onboarding = field(default_factory=o.Onboarding)
    social: o.Social = field(default_factory=o.Social)
    organisation: o.Organisation = field(default_factory=o.Organisation)
    mess: Mess = field(default_factory=Mess)

    def channels(self) -> tuple[s.Channel, ...]:
        """Return the channels in the order of `telcosim.actions.CHANNELS`."""
        return tuple(getattr(self, f"channel_{name}") for name in CHANNELS)

    def offers(self) -> tuple[s.Offer, ...]:
        """Return the retention offers in the order of `telcosim.actions.RETENTION_OFFERS`."""
        return tuple(getattr(self, f"offer_{name}") for name in RETENTION_OFFERS)

    def with_overrides(self, overrides: dict[str, Any]) -> "Config":
        """Return a copy in which `{"section.parameter": value}` are changed."""
        changed = self
        for key, value in overrides.items():
            part, _, name = key.partition(".")
            known = [f"{part}.{p}" for part in SECTIONS for p in parameters(getattr(self, part))]
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise ConfigError(f"Unknown parameter {key!r}.{hint}")
            current = getattr(changed, part)
            spec = parameters(current)[name]
            new = checked(part, name, value, spec, getattr(current, name))
            changed = replace(changed, **{part: replace(current, **{name: new})})
        _check_shares(changed)
        return changed


SECTIONS = tuple(f.name for f in fields(Config) if f.name not in {"preset", "customers", "months"})
SHARES = (
    ("contract.monthly_share", "contract.one_year_share"),
    ("contract.move_up_share", "contract.move_down_share"),
)
"""Shares of one whole, whose rest goes to a further option."""

MAX_CUSTOMERS = 200_000_000
MAX_MONTHS = 240


def _check_shares(config: Config) -> None:
    """Refuse probabilities that add up to more than one."""
    for keys in SHARES:
        values = [getattr(getattr(config, k.split(".")[0]), k.split(".")[1]) for k in keys]
        if sum(values) > 1.0:
            parts = " + ".join(f"{key} = {v:g}" for key, v in zip(keys, values, strict=True))
            raise ConfigError(
                f"{parts} add up to {sum(values):g}; allowed: at most 1, the rest goes elsewhere."
            )


def preset_names() -> list[str]:
    """Return the names of the presets that come with the package."""
    folder = files("telcosim").joinpath("presets")
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith("toml"))


def load_config(
    preset: str,
    *,
    customers: int | None = None,
    months: int | None = None,
    overrides: dict[str, Any] | None = None,
) -> Config:
    """Read a preset and change what is asked for.

    Raises
    ------
    ConfigError
        If the preset or a parameter is unknown, or a value is out of its range.
    """
    if preset not in preset_names():
        raise ConfigError(f"Unknown preset {preset!r}. There are: {', '.join(preset_names())}.")
    text = files("telcosim").joinpath("presets", f"{preset}.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)
    size = settings.pop("world")
    config = Config(
        preset=preset,
        customers=_in_range("customers", customers, size["customers"], MAX_CUSTOMERS),
        months=_in_range("months", months, size["months"], MAX_MONTHS),
    )
    flat = {f"{part}.{p}": v for part, values in settings.items() for p, v in values.items()}
    config = config.with_overrides(flat | (overrides or {}))
    if config.months > config.mix.arrival_months:
        raise ConfigError(
            f"{config.months} months of history need new customers in each of them: "
            f"set mix.arrival_months to at least {config.months}."
        )
    return config


def _in_range(name: str, asked: int | None, default: int, high: int) -> int:
    value = default if asked is None else asked
    if not 1 <= value <= high:
        raise ConfigError(f"{name} = {value} is out of range; allowed: 1 to {high:,}.")
    return value
