"""The tables that nobody in a real company has."""

from telcosim.schema import vocabulary as words
from telcosim.schema.learner import CUSTOMER, MONTH, OF_CUSTOMER
from telcosim.schema.model import Column, Table

TRAITS = {
    "inertia": "Reluctance to change anything.",
    "price_sensitivity": "How much prices move the customer.",
    "quality_sensitivity": "How much service faults move the customer.",
    "digital_affinity": "Preference for digital channels.",
    "data_need": "Need for mobile data.",
    "spend_level": "Inclination to spend on mobile service.",
    "exit_intention": "Has begun to look elsewhere.",
    "credit_risk": "Risk of not paying.",
}

TRUTH_TRAITS = Table(
    "truth_traits",
    "one row per customer",
    ("customer_id",),
    (
        CUSTOMER,
        *(Column(n, "int32", a, "thousandths of a standard deviation") for n, a in TRAITS.items()),
    ),
    OF_CUSTOMER,
    truth=True,
)

TRUTH_MONTH = Table(
    "truth_month",
    "one row per customer and month in which the customer was active",
    ("customer_id", "month"),
    (
        CUSTOMER,
        MONTH,
        Column("voluntary_ppm", "int32", "Probability of leaving of own will this month.", "ppm"),
        Column("involuntary_ppm", "int32", "Probability of disconnection this month.", "ppm"),
        Column("satisfaction", "int32", "Satisfaction.", "thousandths of a point"),
        Column("revenue_cents", "int32", "Service revenue.", "EUR cents without VAT"),
        Column(
            "margin_cents",
            "int32",
            "Contribution margin: revenue less the month's variable costs and bad debt.",
            "EUR cents without VAT",
        ),
    ),
    OF_CUSTOMER,
    truth=True,
)

TRUTH_UPLIFT = Table(
    "truth_uplift",
    "one row per campaign and eligible customer",
    ("campaign_id", "customer_id"),
    (
        Column("campaign_id", "category", "The campaign.", categories=words.CAMPAIGNS),
        CUSTOMER,
        Column("propensity_ppm", "int32", "Probability of the treatment arm.", "ppm"),
        Column("p0_ppm", "int32", "P(voluntary churn in the month | no contact).", "ppm"),
        Column("p1_ppm", "int32", "P(voluntary churn in the month | contact).", "ppm"),
        Column("y0", "int8", "Would leave in the month without contact (1) or not (0)."),
        Column("y1", "int8", "Would leave in the month with contact (1) or not (0)."),
        Column("margin0_cents", "int32", "The month's margin without contact.", "EUR cents"),
        Column("margin1_cents", "int32", "The month's margin with contact.", "EUR cents"),
    ),
    OF_CUSTOMER,
    truth=True,
)

TRUTH_TABLES = (TRUTH_TRAITS, TRUTH_MONTH, TRUTH_UPLIFT)
