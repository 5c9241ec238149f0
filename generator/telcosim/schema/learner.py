"""The tables that an operator's analysts see."""

from telcosim.schema import vocabulary as words
from telcosim.schema.model import Column, Table

CUSTOMER = Column("customer_id", "int64", "The customer; the same in every table.")
MONTH = Column("month", "int16", "Month of history; 0 is January 2023.", "months")
EVENT_TS = Column("event_ts", "timestamp", "When it happened.")
LOADED_TS = Column("loaded_ts", "timestamp", "When the data warehouse knew of it.")
OF_CUSTOMER = (("customer_id", ("customers", "customer_id")),)


def cents(name: str, about: str, *, nullable: bool = False) -> Column:
    """Declare an amount of money."""
    return Column(name, "int32", about, "EUR cents without VAT", nullable)


CUSTOMERS = Table(
    "customers",
    "one row per person who has ever been a customer",
    ("customer_id",),
    (
        CUSTOMER,
        Column("first_name", "category", "Invented first name.", categories=words.FIRST_NAMES),
        Column("last_name", "category", "Invented last name.", categories=words.LAST_NAMES),
        Column("street", "category", "Invented street.", categories=words.STREETS),
        Column("house_number", "int16", "House number."),
        Column("town", "category", "Invented town.", categories=words.TOWNS),
        Column("region", "category", "Sales region of the town.", categories=words.REGIONS),
        Column("birth_year", "int16", "Year of birth.", "year"),
        Column(
            "acquisition_channel",
            "category",
            "Where the customer signed up.",
            categories=words.ACQUISITION_CHANNELS,
        ),
        Column("acquired_on", "date", "Day of activation; service always starts with a month."),
        Column("marketing_consent", "bool", "Whether offers may be sent to the customer."),
    ),
)

ACCOUNTS = Table(
    "accounts",
    "one row per account, the payer of subscriptions",
    ("account_id",),
    (
        Column("account_id", "int64", "The account."),
        CUSTOMER,
        Column(
            "payment_type",
            "category",
            "Postpaid: billed after use; prepaid: topped up before use.",
            categories=words.PAYMENT_TYPES,
        ),
        Column(
            "payment_method",
            "category",
            "How bills or top-ups are mostly paid.",
            categories=words.PAYMENT_METHODS,
        ),
        Column(
            "credit_class",
            "category",
            "Credit check at sign-up, A best; a noisy sign of payment behaviour.",
            categories=words.CREDIT_CLASSES,
        ),
        Column("opened_on", "date", "Day on which the account was opened."),
    ),
    OF_CUSTOMER,
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    "one row per subscription (SIM) and contract term; prepaid SIMs have one open term",
    ("subscription_id", "term_no"),
    (
        Column("subscription_id", "int64", "The subscription, that is the SIM."),
        Column("term_no", "int8", "Term number since the start of the records, from 1."),
        Column("account_id", "int64", "The account that pays."),
        CUSTOMER,
        Column("tariff_id", "category", "Tariff of the term.", categories=words.TARIFFS),
        Column(
            "signed_as",
            "category",
            "How the term came about.",
            categories=words.SALES_REASONS,
        ),
        Column("term_months", "int8", "Minimum term; 1 is month to month, 0 prepaid.", "months"),
        Column("term_start", "date", "First day of the term."),
        Column("term_end", "date", "Day on which the minimum term ends.", nullable=True),
        Column("closed_on", "date", "Day on which a next term or churn ended it.", nullable=True),
        cents("monthly_fee_cents", "Fee per month in this term, promotion included."),
    ),
    (*OF_CUSTOMER, ("account_id", ("accounts", "account_id"))),
)

TARIFFS = Table(
    "tariffs",
    "one row per tariff and year of its price list",
    ("tariff_id", "valid_from"),
    (
        Column("tariff_id", "category", "The tariff.", categories=words.TARIFFS),
        Column("valid_from", "date", "First day of this price list."),
        Column("name", "category", "Name in the shop.", categories=words.TARIFF_NAMES),
        Column("payment_type", "category", "For whom it is.", categories=words.PAYMENT_TYPES),
        cents("list_fee_cents", "Fee per month of a new term signed under this list."),
        Column("allowance_mb", "int32", "Data included; missing: unlimited.", "MB", True),
    ),
    per_customer=False,
)

USAGE_MONTHLY = Table(
    "usage_monthly",
    "one row per subscription and month in which it was active",
    ("subscription_id", "month"),
    (
        Column("subscription_id", "int64", "The subscription."),
        CUSTOMER,
        MONTH,
        Column("data_mb", "int32", "Data used at home.", "MB"),
        Column("roaming_mb", "int32", "Data used abroad.", "MB"),
        Column("voice_seconds", "int32", "Outgoing calls.", "seconds"),
        Column("sms_count", "int32", "Messages sent.", "messages"),
        cents("charged_cents", "Taken from the prepaid balance; 0 for postpaid."),
        EVENT_TS,
        LOADED_TS,
    ),
    OF_CUSTOMER,
)

TOPUPS = Table(
    "topups",
    "one row per top-up of a prepaid balance",
    ("topup_id",),
    (
        Column("topup_id", "int64", "The top-up."),
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        cents("amount_cents", "Amount put on the balance."),
        Column("channel", "category", "Where it was bought.", categories=words.TOPUP_CHANNELS),
    ),
    OF_CUSTOMER,
)

INVOICES = Table(
    "invoices",
    "one row per postpaid subscription and month",
    ("invoice_id",),
    (
        Column("invoice_id", "int64", "The invoice."),
        CUSTOMER,
        Column("account_id", "int64", "The account that pays."),
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("due_on", "date", "Last day for payment."),
        cents("fee_cents", "Monthly fee."),
        cents("overage_cents", "Data packs beyond the allowance."),
        cents("roaming_cents", "Day passes abroad."),
        cents("total_cents", "Sum of the three: the service revenue of the month."),
    ),
    (*OF_CUSTOMER, ("account_id", ("accounts", "account_id"))),
)

PAYMENTS = Table(
    "payments",
    "one row per invoice that was paid or written off",
    ("payment_id",),
    (
        Column("payment_id", "int64", "The payment or write-off."),
        Column("invoice_id", "int64", "The invoice that it settles."),
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        cents("amount_cents", "Amount of the invoice."),
        Column(
            "status",
            "category",
            "Paid, or written off as bad debt.",
            categories=words.PAYMENT_STATUS,
        ),
    ),
    (*OF_CUSTOMER, ("invoice_id", ("invoices", "invoice_id"))),
)

CARE_CONTACTS = Table(
    "care_contacts",
    "one row per contact that a customer made with customer care",
    ("care_contact_id",),
    (
        Column("care_contact_id", "int64", "The contact."),
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("channel", "category", "Channel used.", categories=words.CARE_CHANNELS),
        Column("reason", "category", "Reason noted.", categories=words.CARE_REASONS),
        Column("is_complaint", "bool", "Whether it was recorded as a complaint."),
        Column("handling_seconds", "int32", "Handling time of the staff.", "seconds"),
    ),
    OF_CUSTOMER,
)

OFFERS = Table(
    "offers",
    "one row per offer",
    ("offer_id",),
    (
        Column("offer_id", "category", "The offer.", categories=words.OFFERS),
        Column("name", "category", "What it gives.", categories=words.OFFER_NAMES),
        cents("cost_cents", "Present cost of one acceptance."),
        Column("effect_months", "int8", "How long it binds.", "months"),
    ),
    per_customer=False,
)

CAMPAIGNS = Table(
    "campaigns",
    "one row per campaign",
    ("campaign_id",),
    (
        Column("campaign_id", "category", "The campaign.", categories=words.CAMPAIGNS),
        Column("name", "category", "Working title.", categories=words.CAMPAIGN_NAMES),
        Column("offer_id", "category", "Offer made.", categories=words.OFFERS),
        Column("channel", "category", "Channel used.", categories=words.CONTACT_CHANNELS),
        MONTH,
        Column(
            "design",
            "category",
            "How customers got into the arms.",
            categories=words.CAMPAIGN_DESIGNS,
        ),
        Column("control_ppm", "int32", "Share of the eligible kept as control.", "ppm"),
    ),
    (("offer_id", ("offers", "offer_id")),),
    per_customer=False,
)

CONTACTS = Table(
    "contacts",
    "one row per campaign and eligible customer, control customers included",
    ("campaign_id", "customer_id"),
    (
        Column("campaign_id", "category", "The campaign.", categories=words.CAMPAIGNS),
        CUSTOMER,
        MONTH,
        Column("arm", "category", "Assigned arm; control gets nothing.", categories=words.ARMS),
        Column("reached", "bool", "Whether the message was delivered and opened."),
        EVENT_TS,
        LOADED_TS,
    ),
    (*OF_CUSTOMER, ("campaign_id", ("campaigns", "campaign_id"))),
)

RESPONSES = Table(
    "responses",
    "one row per acceptance of an offer",
    ("campaign_id", "customer_id"),
    (
        Column("campaign_id", "category", "The campaign.", categories=words.CAMPAIGNS),
        CUSTOMER,
        MONTH,
        Column("offer_id", "category", "Offer accepted.", categories=words.OFFERS),
        EVENT_TS,
        LOADED_TS,
    ),
    (*OF_CUSTOMER, ("campaign_id", ("campaigns", "campaign_id"))),
)

CHURN_EVENTS = Table(
    "churn_events",
    "one row per customer who left",
    ("customer_id",),
    (
        CUSTOMER,
        MONTH,
        EVENT_TS,
        Column(
            "loaded_ts",
            "timestamp",
            "When it was known; a silent prepaid SIM is closed after its days of inactivity.",
        ),
        Column(
            "churn_type",
            "category",
            "Voluntary: the customer left; involuntary: disconnected for unpaid bills.",
            categories=words.CHURN_TYPES,
        ),
        Column("ported_out", "bool", "Whether the number went to a competitor."),
        Column("reason", "category", "Reason on record.", categories=words.CHURN_REASONS),
    ),
    OF_CUSTOMER,
)

UNIT_COSTS = Table(
    "unit_costs",
    "one row per cost item",
    ("item",),
    (
        Column("item", "category", "What costs.", categories=words.COST_ITEMS),
        Column("per", "category", "Unit that it is counted in.", categories=words.COST_UNITS),
        Column("cost_microeur", "int64", "Cost of one unit.", "millionths of a EUR"),
    ),
    per_customer=False,
)

LEARNER_TABLES = (
    CUSTOMERS,
    ACCOUNTS,
    SUBSCRIPTIONS,
    TARIFFS,
    USAGE_MONTHLY,
    TOPUPS,
    INVOICES,
    PAYMENTS,
    CARE_CONTACTS,
    OFFERS,
    CAMPAIGNS,
    CONTACTS,
    RESPONSES,
    CHURN_EVENTS,
    UNIT_COSTS,
)
