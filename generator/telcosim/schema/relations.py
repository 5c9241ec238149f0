"""Tables of who belongs to whom, how customers came, and what the operator does to keep them."""

from telcosim.schema import vocabulary as words
from telcosim.schema.learner import CUSTOMER, EVENT_TS, LOADED_TS, MONTH, OF_CUSTOMER, cents
from telcosim.schema.model import Column, Table

HOUSEHOLD = Column("household_id", "int64", "The household: the customer_id of its first member.")

HOUSEHOLD_LINKS = Table(
    "household_links",
    "one row per customer in a household, alone or not",
    ("customer_id",),
    (
        CUSTOMER,
        HOUSEHOLD,
        Column("role", "category", "Head or not.", categories=words.HOUSEHOLD_ROLES),
        Column(
            "convergence_arm",
            "category",
            "Arm of the household in the randomised promotion of the fixed line.",
            categories=words.ARMS,
        ),
    ),
    OF_CUSTOMER,
)

PRODUCTS = Table(
    "products",
    "one row per household and product beside mobile service",
    ("product_id",),
    (
        Column("product_id", "int64", "The product of the household."),
        CUSTOMER,
        HOUSEHOLD,
        Column("kind", "category", "What it is.", categories=words.PRODUCTS),
        Column("started_on", "date", "First day."),
        Column("ended_on", "date", "Last day; missing: still running.", "", True),
        cents("monthly_fee_cents", "Fee per month; not part of mobile service revenue."),
    ),
    OF_CUSTOMER,
)

CALL_EDGES = Table(
    "call_edges",
    "one row per pair of customers who call each other; stated once, by the later customer_id",
    ("customer_id", "other_customer_id"),
    (
        CUSTOMER,
        Column("other_customer_id", "int64", "The other customer."),
        Column("calls_per_month", "int16", "Usual number of calls between the two.", "calls"),
    ),
    (*OF_CUSTOMER, ("other_customer_id", ("customers", "customer_id"))),
)

PORT_INS = Table(
    "port_ins",
    "one row per customer who brought the number along from a rival",
    ("customer_id",),
    (
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("donor", "category", "The rival that was left.", categories=words.RIVALS),
    ),
    OF_CUSTOMER,
)

REFERRALS = Table(
    "referrals",
    "one row per new customer who named the customer that recommended the operator",
    ("customer_id",),
    (
        CUSTOMER,
        Column("referred_by", "int64", "Who recommended; has been a customer before."),
        MONTH,
        EVENT_TS,
        LOADED_TS,
    ),
    (*OF_CUSTOMER, ("referred_by", ("customers", "customer_id"))),
)

ONBOARDING = Table(
    "onboarding",
    "one row per customer who joined in the history: the nudge of the first month, by lot",
    ("customer_id",),
    (
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("arm", "category", "What was proposed.", categories=words.ONBOARDING_ARMS),
    ),
    OF_CUSTOMER,
)

MOVES = Table(
    "moves",
    "one row per customer and change of address",
    ("customer_id", "month"),
    (
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("town", "category", "The town moved to.", categories=words.TOWNS),
        Column("region", "category", "Its sales region.", categories=words.REGIONS),
    ),
    OF_CUSTOMER,
)

TRIPS = Table(
    "trips",
    "one row per trip abroad with use of the SIM",
    ("trip_id",),
    (
        Column("trip_id", "int64", "The trip."),
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("zone", "category", "Where to.", categories=words.TRIP_ZONES),
        Column("days", "int8", "Days with a day pass.", "days"),
        Column("data_mb", "int32", "Data used abroad.", "MB"),
    ),
    OF_CUSTOMER,
)

LOYALTY_REVIEWS = Table(
    "loyalty_reviews",
    "one row per postpaid customer and yearly review of the loyalty programme",
    ("customer_id", "month"),
    (
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("points", "int32", "Points of the last twelve months.", "points"),
        Column("status", "category", "Status for a year.", categories=words.LOYALTY_STATUS),
    ),
    OF_CUSTOMER,
)

RELATION_TABLES = (
    HOUSEHOLD_LINKS,
    PRODUCTS,
    CALL_EDGES,
    PORT_INS,
    REFERRALS,
    ONBOARDING,
    MOVES,
    TRIPS,
    LOYALTY_REVIEWS,
)
