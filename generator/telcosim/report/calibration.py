"""The calibration card: every figure that the operator must show, its range, what it is here.

Ranges are those of the course's calibration table, which names their sources in full. Where it
gives a single value, the range is half to one and a half of that, and the row says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from telcosim.report.measures import Measures, NotMeasuredError
from telcosim.report.records import Records
from telcosim.report.rows import Card, Row, absent, within
from telcosim.report.spending import sac_src_share

BASE = ("customers", "accounts", "churn_events")
USE = (*BASE, "usage_monthly")
MONEY = (*USE, "invoices")


@dataclass(frozen=True)
class Check:
    """One figure of the card.

    Attributes
    ----------
    name, unit, low, high
        What it is, and the range that it must lie in; "%" is of shares from 0 to 1.
    source
        Where the range comes from, in short.
    needs
        Learner tables, or columns as in ``subscriptions.with_handset``, that it is measured from.
    measure
        From the world's measures to the figure.
    """

    name: str
    unit: str
    low: float
    high: float
    source: str
    needs: tuple[str, ...]
    measure: Callable[[Measures], float]

    def row(self, records: Records, measures: Measures) -> Row:
        """Measure the figure, or say why it cannot be."""
        frame = (self.name, self.unit, self.low, self.high)
        if lacking := [name for name in self.needs if not records.has(name)]:
            return absent(*frame, f"Needs {lacking[0]}.")
        try:
            with np.errstate(invalid="ignore", divide="ignore"):
                value = self.measure(measures)
        except NotMeasuredError as why:
            return absent(*frame, str(why))
        if not np.isfinite(value):
            return absent(*frame, "There is nothing to divide by.")
        scale = 100 if self.unit == "%" else 1
        return within(self.name, scale * value, self.unit, self.low, self.high, self.source)


# fmt: off
CHECKS = (
    Check("postpaid churn per month", "%", 0.8, 2.2, "T-Mobile US 2019–2023, Elisa 2020, Telia SE",
          BASE, lambda m: m.churn("postpaid")),
    Check("prepaid churn per month", "%", 2.5, 7.0, "T-Mobile US 2019–2023; Asia-Pacific 2018",
          BASE, lambda m: m.churn("prepaid")),
    Check("prepaid share of SIMs", "%", 30, 95, "World 71 % of connections, UK 30 %",
          BASE, Measures.prepaid_share),
    Check("ARPU postpaid per month", "EUR", 12, 28, "O2 Germany 2020: 13.30; Telia SE",
          MONEY, lambda m: m.arpu_eur("postpaid")),
    Check("ARPU prepaid per month", "EUR", 4, 10, "O2 Germany 2020: 5.80; Telia SE",
          MONEY, lambda m: m.arpu_eur("prepaid")),
    Check("SIM-only share of postpaid", "%", 27, 60, "UK 27 % in 2017, 54 % forecast for 2021",
          (*BASE, "subscriptions.with_handset"), Measures.sim_only_share),
    Check("out-of-contract share of postpaid", "%", 20, 35, "UK 27 % in 2019, 25 % in 2020 (Ofcom)",
          ("subscriptions",), Measures.out_of_contract),
    Check("fall of the hazard by month 25", "%", 22.5, 67.5, "About 45 %, as constant but unequal "
          "customers give; half to one and a half of it", BASE, Measures.fall_of_hazard),
    Check("losses in the first 3 months", "%", 10, 15, "Cartesian: early-life churn",
          BASE, Measures.early_share),
    Check("involuntary share of postpaid losses", "%", 15, 35, "Telecom case in Business Analytics "
          "for Sales and Marketing Managers", BASE, Measures.involuntary_share),
    Check("bad debt of service revenue", "%", 1, 5, "Oliver Wyman 2014: 1–2 %; Analysys: 5 %",
          (*MONEY, "payments"), Measures.bad_debt_share),
    Check("SAC and SRC of service revenue", "%", 15, 20, "tefficient 2014 and 2015",
          (*MONEY, "subscriptions.with_handset", "unit_costs", "benefits", "contacts"),
          sac_src_share),
    Check("spread of data use (sigma)", "", 1.5, 2.3, "Finland 2017: 1.68; Amdocs, Arieso to 2.3",
          ("usage_monthly",), Measures.data_sigma),
    Check("call partners per postpaid SIM", "", 2.7, 8.1, "5.4 in a study of 5.3 million people "
          "(Aalto); half to one and a half of it",
          (*BASE, "call_edges"), lambda m: m.degree("postpaid")),
    Check("call partners per prepaid SIM", "", 1.7, 5.1, "3.4 in the same study; half to one and "
          "a half of it", (*BASE, "call_edges"), lambda m: m.degree("prepaid")),
    Check("NPS", "points", -5, 30, "World telecoms −3, average +5, loyalty leaders +26",
          ("nps_relational",), Measures.nps),
    Check("SMS opt-out per message", "%", 0.4, 0.9, "0.6 % per wave (textus)",
          ("contacts", "consents"), Measures.opt_out),
    Check("customers in contact with care per month", "%", 4, 12, "Assumption: 8 %; half to one "
          "and a half of it", (*BASE, "care_contacts"), lambda m: m.share_with("care_contacts")),
    Check("customers who complain per month", "%", 0.4, 1.2, "Assumption: 0.8 %; half to one "
          "and a half of it", (*BASE, "complaints"), lambda m: m.share_with("complaints")),
    Check("SIMs roaming, September to June", "%", 2, 6, "Assumption: 4 %; half to one and a half",
          USE, lambda m: m.roaming(summer=False)),
    Check("SIMs roaming, July and August", "%", 9, 27, "Assumption: 18 %; half to one and a half",
          USE, lambda m: m.roaming(summer=True)),
    Check("3-month churn of eligible controls", "%", 8, 11, "Design: enough events to "
          "learn from", ("contacts", "churn_events"), Measures.eligible_churn),
    Check("retention offers accepted, of reached", "%", 30, 40, "Assumption: about "
          "35 %", ("contacts", "responses"), Measures.acceptance),
)
# fmt: on
"""The figures that the learner tables show."""


def card(records: Records, measures: Measures, by_truth: Iterable[Row]) -> Card:
    """Measure every figure; the rows that only the truth can show come last.

    Parameters
    ----------
    records, measures
        The world.
    by_truth
        Rows on the effect of contact, see `telcosim.report.effect`.
    """
    rows = [check.row(records, measures) for check in CHECKS]
    return Card(
        "calibration",
        "Calibration card",
        "Is this a telecom operator? Every figure is measured from the tables that a learner "
        "sees, with the key figures' functions that the course teaches; none is read from the "
        "configuration. Only the last two need the truth.",
        ("Figure", "Here", "Range", "Where the range comes from"),
        [*rows, *by_truth],
    )
