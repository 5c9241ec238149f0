"""Tables of surveys, of the desk and of win-back, and of how the operator is organised."""

from telcosim.schema import vocabulary as words
from telcosim.schema.learner import CUSTOMER, EVENT_TS, LOADED_TS, MONTH, OF_CUSTOMER, cents
from telcosim.schema.model import Column, Table

SCORE = Column("score", "int8", "0 to 10; missing: no answer.", "points", True)
AGENT = Column("agent_id", "int16", "The agent.")

NPS_RELATIONAL = Table(
    "nps_relational",
    "one row per customer asked in a quarterly survey, answered or not",
    ("customer_id", "month"),
    (CUSTOMER, MONTH, EVENT_TS, LOADED_TS, SCORE),
    OF_CUSTOMER,
)

NPS_TRANSACTIONAL = Table(
    "nps_transactional",
    "one row per customer asked after a care contact, answered or not",
    ("customer_id", "month"),
    (
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("touchpoint", "category", "What it was about.", categories=words.TOUCHPOINTS),
        SCORE,
    ),
    OF_CUSTOMER,
)

SAVE_OFFERS = Table(
    "save_offers",
    "one row per call to cancel that the save desk took",
    ("customer_id", "month"),
    (
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        AGENT,
        Column("offer", "category", "What the caller was given.", categories=words.SAVE_OFFERS),
        cents("cost_cents", "What the caller took of it; it stands in benefits too."),
        Column("stayed", "bool", "Whether the caller stayed."),
    ),
    (*OF_CUSTOMER, ("agent_id", ("agents", "agent_id"))),
)

WINBACK_OFFERS = Table(
    "winback_offers",
    "one row per former customer in the win-back programme, control included",
    ("customer_id", "month"),
    (
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("arm", "category", "Assigned arm; control gets nothing.", categories=words.ARMS),
        Column(
            "offer",
            "category",
            "What was offered; missing for control.",
            "",
            True,
            words.WIN_BACK_OFFERS,
        ),
        Column("accepted", "bool", "Whether the offer was accepted."),
    ),
    OF_CUSTOMER,
)

AGENTS = Table(
    "agents",
    "one row per agent",
    ("agent_id",),
    (
        AGENT,
        Column("team", "category", "Where the agent works.", categories=words.TEAMS),
        Column("hired_on", "date", "First day at work."),
        Column("incentive", "category", "What the bonus is paid for.", categories=words.INCENTIVES),
    ),
    per_customer=False,
)

PROGRAMMES = Table(
    "programmes",
    "one row per programme",
    ("programme",),
    (
        Column("programme", "category", "The programme.", categories=words.STANDING_PROGRAMMES),
        Column("started_on", "date", "First day."),
        Column("headcount", "int8", "Staff that it needs.", "full-time posts"),
        cents("fixed_cost_month_cents", "Cost per month whatever its size, staff included."),
    ),
    per_customer=False,
)

CHANNEL_CAPACITY = Table(
    "channel_capacity",
    "one row per channel and month",
    ("channel", "month"),
    (
        Column("channel", "category", "The channel.", categories=words.CONTACT_CHANNELS),
        MONTH,
        Column("slots", "int32", "Most contacts in the month.", "contacts"),
        Column("opens_hour", "int8", "Contact is allowed from this hour on.", "hour of day"),
        Column("closes_hour", "int8", "Quiet hours begin.", "hour of day"),
    ),
    per_customer=False,
)

CALENDAR = Table(
    "calendar",
    "one row per month of history",
    ("month",),
    (
        MONTH,
        Column("starts_on", "date", "First day."),
        Column("days", "int8", "Length.", "days"),
        Column("month_of_year", "int8", "1 for January."),
        Column("quarter", "int8", "1 to 4."),
        Column("summer", "bool", "Whether it is the time of holidays abroad."),
    ),
    per_customer=False,
)

COMPANY_TABLES = (
    NPS_RELATIONAL,
    NPS_TRANSACTIONAL,
    SAVE_OFFERS,
    WINBACK_OFFERS,
    AGENTS,
    PROGRAMMES,
    CHANNEL_CAPACITY,
    CALENDAR,
)
