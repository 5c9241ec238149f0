"""Who the customers of a block are: identity, way in, payment, contract at the start."""

from dataclasses import dataclass, fields

import numpy as np

from telcosim.calendar import month_start_day
from telcosim.config import Config
from telcosim.households import Household, draw_households, heads, shared_payer
from telcosim.maths import choose, sigmoid, to_int
from telcosim.schema import vocabulary as words
from telcosim.streams import BLOCK_SIZE, BoolArray, FloatArray, IntArray, Streams
from telcosim.traits import Traits, mixed, upper_quantile

LONGEST_TENURE = 200
"""Months; longer tenures are cut off (assumption)."""

VULNERABLE = 0.03
"""Share of customers marked as vulnerable (assumption)."""

PREPAID_TENURE_FACTOR = 0.6
"""Prepaid customers have been there for a shorter time (assumption)."""


@dataclass(frozen=True)
class People:
    """Facts fixed at sign-up, each of shape (customers,).

    Attributes
    ----------
    customer_id
        1 up to the size of the base.
    prepaid
        Whether the SIM is prepaid.
    activation_month
        Month of history of the activation; negative before the history.
    acquisition_channel
        Code in the vocabulary.
    marketing_consent
        Whether offers may be sent, as said at sign-up.
    vulnerable
        Marked as vulnerable: no offers.
    town
        Where the customer lives at sign-up.
    ported_in
        Whether the number came along from a rival.
    payer
        The account that pays.
    home
        The household.
    """

    customer_id: IntArray
    prepaid: BoolArray
    activation_month: IntArray
    acquisition_channel: IntArray
    marketing_consent: BoolArray
    vulnerable: BoolArray
    town: IntArray
    ported_in: BoolArray
    payer: IntArray
    home: Household

    def take(self, rows: IntArray) -> "People":
        """Return the facts of some customers, in that order, with repeats where asked."""
        plain = [f.name for f in fields(self) if f.name != "home"]
        return People(
            **{name: getattr(self, name)[rows] for name in plain}, home=self.home.take(rows)
        )


def arrivals_prepaid_share(config: Config) -> float:
    """Return the prepaid share of newcomers that keeps the share in the base where it is."""
    mix = config.mix
    prepaid = mix.prepaid_share * mix.replacement_churn_prepaid
    postpaid = (1.0 - mix.prepaid_share) * mix.replacement_churn_postpaid
    leaving = prepaid + postpaid
    return prepaid / leaving if leaving > 0 else mix.prepaid_share


def arrival_months(config: Config, streams: Streams) -> tuple[BoolArray, IntArray]:
    """Return whether each slot is there at the start, and else in which month it joins."""
    u_slot = streams.uniform("customers.slot")
    opening = u_slot < config.mix.opening_share
    # The same uniform, stretched over what is left of it, spreads newcomers over the months.
    rest = (u_slot - config.mix.opening_share) / max(1.0 - config.mix.opening_share, 1e-12)
    return opening, np.floor(np.clip(rest, 0, 1) * config.mix.arrival_months).astype(np.int64)


def draw_people(config: Config, streams: Streams, traits: Traits) -> People:
    """Draw who is in the base at the start, who comes later, and how they came."""
    opening, arrival = arrival_months(config, streams)
    share = np.where(opening, config.mix.prepaid_share, arrivals_prepaid_share(config))
    prepaid = _prepaid(share, streams, traits)
    tenure = _opening_tenure(prepaid, streams, traits)
    activation = np.where(opening, -tenure, arrival)
    home = draw_households(config, streams, traits, activation)
    town = np.floor(streams.uniform("customers.town") * len(words.TOWNS)).astype(np.int64)
    acquired = config.acquisition
    ported = np.where(prepaid, acquired.ported_prepaid, acquired.ported_postpaid)
    return People(
        customer_id=streams.block * BLOCK_SIZE + np.arange(streams.size) + 1,
        prepaid=prepaid,
        activation_month=activation,
        acquisition_channel=choose(
            streams.uniform("customers.acquisition_channel"), _channels(config, prepaid, traits)
        ),
        marketing_consent=streams.uniform("customers.marketing_consent")
        < sigmoid(0.9 + 0.3 * traits.digital_affinity - 0.2 * traits.quality_sensitivity),
        vulnerable=streams.uniform("customers.vulnerable") < VULNERABLE,
        town=town[heads(streams)],
        ported_in=streams.uniform("port_ins.ported") < ported,
        payer=shared_payer(config.household.shared_bill, streams, prepaid, activation, home),
        home=home,
    )


def _channels(config: Config, prepaid: BoolArray, traits: Traits) -> list[FloatArray]:
    """Weigh the ways in: telesales finds those who spend little, referral the loyal."""
    referral = config.acquisition.referral_share * np.exp(0.5 * traits.loyalty)
    weights = (
        1.0,
        0.8,
        np.exp(-0.2 + 0.8 * traits.digital_affinity),
        np.where(prepaid, 0.05, 0.4) * np.exp(-0.7 * traits.spend_level),
        3.0 * referral,
    )
    return [np.broadcast_to(np.asarray(w, dtype=np.float64), prepaid.shape) for w in weights]


def _prepaid(share: FloatArray, streams: Streams, traits: Traits) -> BoolArray:
    """Prepaid goes with credit risk, price sensitivity and low spend."""
    leaning = mixed(
        streams.normal("accounts.payment_type"),
        (0.35, traits.credit_risk),
        (0.25, traits.price_sensitivity),
        (-0.30, traits.spend_level),
    )
    thresholds = {value: upper_quantile(value) for value in np.unique(share)}
    return np.asarray(leaning > np.vectorize(thresholds.__getitem__, otypes=[float])(share))


def _opening_tenure(prepaid: BoolArray, streams: Streams, traits: Traits) -> IntArray:
    log_months = 3.2 + 0.35 * traits.inertia + 0.8 * streams.normal("customers.acquired_on")
    months = np.exp(log_months) * np.where(prepaid, PREPAID_TENURE_FACTOR, 1.0)
    return np.clip(to_int(months), 1, LONGEST_TENURE)


def identity_table(streams: Streams, people: People, traits: Traits) -> dict[str, IntArray]:
    """Return the table customers: names and addresses index the committed pools."""

    def pick(column: str, options: int) -> IntArray:
        return np.floor(streams.uniform(f"customers.{column}") * options).astype(np.int64)

    age = 45.0 - 9.0 * traits.digital_affinity + 13.0 * streams.normal("customers.birth_year")
    born = 2023 - np.clip(to_int(age), 18, 92)
    return {
        "customer_id": people.customer_id,
        "first_name": pick("first_name", len(words.FIRST_NAMES)),
        "last_name": pick("last_name", len(words.LAST_NAMES)),
        "street": pick("street", len(words.STREETS)),
        "house_number": 1 + pick("house_number", 160),
        "town": people.town,
        "region": people.town % len(words.REGIONS),
        "birth_year": np.minimum(born, 2005 + np.floor_divide(people.activation_month, 12)),
        "acquisition_channel": people.acquisition_channel,
        "acquired_on": month_start_day(people.activation_month),
        "marketing_consent": people.marketing_consent.astype(np.int64),
        "vulnerable": people.vulnerable.astype(np.int64),
    }


def account_table(streams: Streams, people: People, traits: Traits) -> dict[str, IntArray]:
    """Return the table accounts: one per customer."""
    credit = 0.7 * traits.credit_risk + 0.7 * streams.normal("accounts.credit_class")
    method = choose(
        streams.uniform("accounts.payment_method"),
        [
            np.where(people.prepaid, 0.0, np.exp(0.6 - 0.5 * traits.credit_risk)),
            np.exp(0.5 * traits.digital_affinity),
            np.where(people.prepaid, 0.0, 0.5),
            np.where(people.prepaid, np.exp(0.4 - 0.4 * traits.digital_affinity), 0.0),
        ],
    )
    return {
        "account_id": people.customer_id,
        "customer_id": people.customer_id,
        "payment_type": people.prepaid.astype(np.int64),
        "payment_method": method,
        "credit_class": np.searchsorted([-0.3, 0.7, 1.5], credit).astype(np.int64),
        "opened_on": month_start_day(people.activation_month),
        "payer_account_id": people.payer,
    }
