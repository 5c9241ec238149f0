"""The tables that nobody in a real company has."""

from telcosim.actions import ACTIONS
from telcosim.schema import vocabulary as words
from telcosim.schema.learner import CAMPAIGN_ID, CUSTOMER, MONTH, OF_CUSTOMER
from telcosim.schema.mess import TRUTH_MESS
from telcosim.schema.model import Column, Table

TRAITS = {
    "inertia": "Reluctance to change anything.",
    "price_sensitivity": "How much prices move the customer.",
    "quality_sensitivity": "How much service faults move the customer.",
    "digital_affinity": "Preference for digital channels.",
    "data_need": "Need for mobile data.",
    "spend_level": "Inclination to spend on mobile service.",
    "credit_risk": "Risk of not paying.",
    "loyalty": "Attachment to the operator, whatever it does.",
}

TRUTH_TRAITS = Table(
    "truth_traits",
    "one row per customer",
    ("customer_id",),
    (
        CUSTOMER,
        *(Column(n, "int32", a, "thousandths of a standard deviation") for n, a in TRAITS.items()),
        Column(
            "persona",
            "category",
            "The strongest of five sides of the traits.",
            categories=words.PERSONAS,
        ),
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
        Column(
            "voluntary_ppm",
            "int32",
            "Probability of leaving of own will this month, if not cut off.",
            "ppm",
        ),
        Column("involuntary_ppm", "int32", "Probability of disconnection this month.", "ppm"),
        Column("price_ppm", "int32", "Part of it that the price causes.", "ppm"),
        Column("contract_end_ppm", "int32", "Part that the end of the term causes.", "ppm"),
        Column("service_ppm", "int32", "Part that bad service causes.", "ppm"),
        Column("satisfaction", "int32", "Satisfaction.", "thousandths of a point"),
        Column(
            "exit_intention",
            "int32",
            "How far the customer has begun to look elsewhere, at the start of the month.",
            "thousandths of a standard deviation",
        ),
        Column("recommend", "int8", "Answer to the question of NPS, if asked.", "0 to 10"),
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

ACTION = Column(
    "action",
    "category",
    "The action; none is doing nothing.",
    categories=("none", *(a.name for a in ACTIONS)),
)

TRUTH_DECISIONS = Table(
    "truth_decisions",
    "one row per customer and month in which an action was taken",
    ("customer_id", "month"),
    (CUSTOMER, MONTH, ACTION),
    OF_CUSTOMER,
    truth=True,
)

TRUTH_UPLIFT = Table(
    "truth_uplift",
    "one row per retention wave and eligible customer",
    ("campaign_id", "customer_id"),
    (
        CAMPAIGN_ID,
        CUSTOMER,
        Column("propensity_ppm", "int32", "Probability of the treatment arm.", "ppm"),
        Column(
            "drawn_offer_id",
            "category",
            "The offer that the customer gets, or would get if treated.",
            categories=words.OFFERS,
        ),
        Column(
            "drawn_channel",
            "category",
            "The channel that goes with it.",
            categories=words.CONTACT_CHANNELS,
        ),
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

TRUTH_ACTIONS = Table(
    "truth_actions",
    "one row per customer and action, doing nothing included, at the start of a month",
    ("month", "customer_id", "action"),
    (
        MONTH,
        CUSTOMER,
        ACTION,
        Column("p_churn_ppm", "int32", "P(churn in this month), of own will or cut off.", "ppm"),
        Column("p_take_ppm", "int32", "P(the customer takes what is offered).", "ppm"),
        Column("cost_microeur", "int64", "E[cost of contact].", "millionths of a EUR"),
        Column("p_churn_3m_ppm", "int32", "P(churn in this month or the next two).", "ppm"),
        Column("p_churn_3m_se_ppm", "int32", "Its standard error.", "ppm"),
        Column("margin_1m_millicents", "int64", "E[margin of this month].", "EUR cents / 1000"),
        Column("margin_1m_se_millicents", "int64", "Its standard error.", "EUR cents / 1000"),
        Column(
            "margin_millicents",
            "int64",
            "E[discounted margin over the horizon], the cost of contact and offer included.",
            "EUR cents / 1000",
        ),
        Column("margin_se_millicents", "int64", "Its standard error.", "EUR cents / 1000"),
        Column(
            "gain_millicents",
            "int64",
            "The same less that of doing nothing.",
            "EUR cents / 1000",
        ),
        Column("gain_se_millicents", "int64", "Its standard error.", "EUR cents / 1000"),
    ),
    OF_CUSTOMER,
    truth=True,
    on_request="--truth-at MONTH",
)

TRUTH_CLV = Table(
    "truth_clv",
    "one row per active customer at the start of a month",
    ("month", "customer_id"),
    (
        MONTH,
        CUSTOMER,
        Column("horizon_months", "int16", "Months that are added up.", "months"),
        Column(
            "clv_millicents",
            "int64",
            "E[discounted margin over the horizon], without any contact.",
            "EUR cents / 1000",
        ),
        Column("clv_se_millicents", "int64", "Its standard error.", "EUR cents / 1000"),
        Column("survival_ppm", "int32", "P(still a customer after the horizon).", "ppm"),
    ),
    OF_CUSTOMER,
    truth=True,
    on_request="--truth-at MONTH",
)

TRUTH_TABLES = (
    TRUTH_TRAITS,
    TRUTH_MONTH,
    TRUTH_DECISIONS,
    TRUTH_UPLIFT,
    TRUTH_ACTIONS,
    TRUTH_CLV,
    TRUTH_MESS,
)
