"""The switches of the organisation, each moved once against a well-run house."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Overrides = Mapping[str, float]


@dataclass(frozen=True)
class Switch:
    """One switch.

    Attributes
    ----------
    name
        What goes wrong, or changes.
    moved
        The parameter that is moved, as an override of the configuration.
    beside
        What holds in both worlds, so that the switch has something to work on.
    """

    name: str
    moved: Overrides
    beside: Overrides = field(default_factory=dict)


RISE = {"market.rise_month": 20, "market.rise": 0.08}

SWITCHES = (
    Switch("data 30 days late", {"organisation.data_late_days": 30}),
    Switch("a fifth of contacts never arrive", {"organisation.failed_deliveries": 0.2}),
    Switch("price rise of 8 %, not coordinated", {"organisation.uncoordinated_rise": 1}, RISE),
    Switch("launch that cannibalises, in month 18", {"organisation.launch_month": 18}),
    Switch("outages without notice", {"organisation.outage_notice": 0.0}),
    Switch("quarterly instead of lifetime targets", {"organisation.quarterly_targets": 1}),
    Switch("two teams contact the same customer", {"organisation.uncoordinated_teams": 1}),
    Switch("agents paid per sale and save", {"organisation.pay_per_sale": 1}),
    Switch("banner seen by half of the app's users", {"organisation.banner_reach": 0.5}),
    Switch("ten times the opt-outs per message", {"organisation.opt_outs": 10.0}),
    Switch("half of those without consent contacted", {"organisation.consent_breaches": 0.5}),
)

CONTAGION = Switch("contagion along the call graph, × 1.8", {"social.contagion": 0.59})
"""Not a habit of the organisation, but a switch as well: interference between customers."""
