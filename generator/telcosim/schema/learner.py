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
        Column("vulnerable", "bool", "Marked as vulnerable: offers must not be sent."),
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
        Column(
            "payer_account_id",
            "int64",
            "The account that pays: its own, or that of the household's shared bill.",
        ),
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
        Column("with_handset", "bool", "Whether a subsidised handset came with the term."),
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
        cents("amount_cents", "Amount paid for."),
        cents("bonus_cents", "Put on top of it by the operator; it stands in benefits too."),
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
        cents("addon_cents", "Data add-on."),
        cents("total_cents", "Sum of the four: the service revenue of the month."),
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

DIGITAL_EVENTS = Table(
    "digital_events",
    "one row per event in the app or on the site",
    ("digital_event_id",),
    (
        Column("digital_event_id", "int64", "The event."),
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("event", "category", "What happened.", categories=words.DIGITAL_EVENTS),
    ),
    OF_CUSTOMER,
)

DEVICES = Table(
    "devices",
    "one row per customer and handset in use",
    ("device_id",),
    (
        Column("device_id", "int64", "The handset."),
        CUSTOMER,
        Column("in_use_since", "date", "Day of first use."),
        Column("source", "category", "How it was got.", categories=words.DEVICE_SOURCES),
        Column("kind", "category", "Price class.", categories=words.DEVICE_KINDS),
    ),
    OF_CUSTOMER,
)

COMPLAINTS = Table(
    "complaints",
    "one row per care contact recorded as a complaint",
    ("complaint_id",),
    (
        Column("complaint_id", "int64", "The complaint."),
        Column("care_contact_id", "int64", "The contact in which it was made."),
        CUSTOMER,
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("reason", "category", "What it is about.", categories=words.CARE_REASONS),
        Column("resolved_ts", "timestamp", "When it was closed."),
    ),
    (*OF_CUSTOMER, ("care_contact_id", ("care_contacts", "care_contact_id"))),
)

DUNNING = Table(
    "dunning_steps",
    "one row per customer, month and step taken about overdue bills",
    ("dunning_step_id",),
    (
        Column("dunning_step_id", "int64", "The step."),
        CUSTOMER,
        Column("invoice_id", "int64", "The oldest unpaid invoice."),
        MONTH,
        EVENT_TS,
        LOADED_TS,
        Column("step", "category", "What was done.", categories=words.DUNNING_STEPS),
        cents("overdue_cents", "Sum of the unpaid invoices."),
    ),
    (*OF_CUSTOMER, ("invoice_id", ("invoices", "invoice_id"))),
)

CONSENTS = Table(
    "consents",
    "one row per customer, channel and time that consent to offers was given or withdrawn",
    ("customer_id", "channel", "event"),
    (
        CUSTOMER,
        Column("channel", "category", "For which channel.", categories=words.CONTACT_CHANNELS),
        Column("event", "category", "What happened.", categories=words.CONSENT_EVENTS),
        EVENT_TS,
        LOADED_TS,
    ),
    OF_CUSTOMER,
)

SITES = Table(
    "sites",
    "one row per radio site; customers are served by the site of their town",
    ("site_id",),
    (
        Column("site_id", "category", "The site.", categories=words.SITES),
        Column("region", "category", "Sales region.", categories=words.REGIONS),
        Column("upgraded_on", "date", "Day of the network upgrade; missing: not yet.", "", True),
    ),
    per_customer=False,
)

NETWORK_MONTHLY = Table(
    "network_monthly",
    "one row per site and month",
    ("site_id", "month"),
    (
        Column("site_id", "category", "The site.", categories=words.SITES),
        MONTH,
        Column("outage_minutes", "int32", "Time without service.", "minutes"),
    ),
    (("site_id", ("sites", "site_id")),),
    per_customer=False,
)

MARKET_OFFERS = Table(
    "market_offers",
    "one row per month, rival and postpaid tariff that it has a counterpart of",
    ("month", "rival", "comparable_tariff_id"),
    (
        MONTH,
        Column("rival", "category", "An invented competitor.", categories=words.RIVALS),
        Column(
            "comparable_tariff_id",
            "category",
            "Our tariff that its offer compares with.",
            categories=words.TARIFFS,
        ),
        cents("monthly_fee_cents", "What the rival asks a new customer per month."),
    ),
    per_customer=False,
)

OFFERS = Table(
    "offers",
    "one row per retention offer",
    ("offer_id",),
    (
        Column("offer_id", "category", "The offer.", categories=words.OFFERS),
        Column("name", "category", "What it gives.", categories=words.OFFER_NAMES),
        cents("cost_now_cents", "Cost in the month of acceptance."),
        cents("cost_month_cents", "Cost in each later month, while the customer stays."),
        Column("cost_months", "int8", "How many later months.", "months"),
    ),
    per_customer=False,
)

CAMPAIGN_ID = Column("campaign_id", "int16", "The wave: the month of history in which it ran.")

CAMPAIGNS = Table(
    "campaigns",
    "one row per wave of a programme",
    ("campaign_id", "programme"),
    (
        CAMPAIGN_ID,
        Column("programme", "category", "Which programme.", categories=words.PROGRAMMES),
        MONTH,
        Column(
            "design",
            "category",
            "How customers came to be contacted.",
            categories=words.CAMPAIGN_DESIGNS,
        ),
    ),
    per_customer=False,
)

CONTACTS = Table(
    "contacts",
    "one row per wave and customer in it, control customers included",
    ("campaign_id", "customer_id"),
    (
        CAMPAIGN_ID,
        CUSTOMER,
        MONTH,
        Column("programme", "category", "Which programme.", categories=words.PROGRAMMES),
        Column("arm", "category", "Assigned arm; control gets nothing.", categories=words.ARMS),
        Column(
            "offer_id",
            "category",
            "What was offered; missing for control.",
            nullable=True,
            categories=words.CONTACT_OFFERS,
        ),
        Column(
            "channel",
            "category",
            "How; missing for control.",
            nullable=True,
            categories=words.CONTACT_CHANNELS,
        ),
        Column("consent_breach", "bool", "Whether it was sent without consent in the channel."),
        Column("delivered", "bool", "Whether it was sent and arrived; never for control."),
        Column("reached", "bool", "Whether the message was opened or the call taken."),
        EVENT_TS,
        LOADED_TS,
    ),
    OF_CUSTOMER,
)

RESPONSES = Table(
    "responses",
    "one row per acceptance of an offer",
    ("campaign_id", "customer_id"),
    (
        CAMPAIGN_ID,
        CUSTOMER,
        MONTH,
        Column("offer_id", "category", "Offer accepted.", categories=words.CONTACT_OFFERS),
        EVENT_TS,
        LOADED_TS,
    ),
    OF_CUSTOMER,
)

BENEFITS = Table(
    "benefits",
    "one row per customer, month and benefit that cost something",
    ("customer_id", "month", "offer_id"),
    (
        CUSTOMER,
        MONTH,
        Column(
            "offer_id",
            "category",
            "The accepted offer, a credit of the save desk, perks of gold status, a bonus.",
            categories=words.BENEFITS,
        ),
        cents("cost_cents", "What it cost the operator in the month."),
        EVENT_TS,
        LOADED_TS,
    ),
    OF_CUSTOMER,
)

VIEW = (
    Column("prepaid", "bool", "Whether the SIM is prepaid."),
    Column("tenure_months", "int16", "Months since activation.", "months"),
    cents("arpu_cents", "Mean revenue of the last three months."),
    cents("margin_cents", "Mean contribution margin of the last three months."),
    Column(
        "months_to_end",
        "int16",
        "Months to the end of the term; negative once past.",
        "months",
        True,
    ),
    Column("in_window", "bool", "Whether the term ends between 2 months ago and 3 months ahead."),
    Column("past_term", "bool", "Whether it ended before that, or runs month to month."),
    Column("complaint_3m", "bool", "A complaint in the last three months."),
    Column("bill_shock_3m", "bool", "A bill far above the usual in the last three months."),
    Column("late_topup", "bool", "Prepaid, and no top-up last month though one was due."),
    Column(
        "usage_trend",
        "int32",
        "Logarithm of data use in the last three months over the nine before.",
        "thousandths",
    ),
    Column("data_mb", "int32", "Mean data use of the last three months.", "MB per month"),
    Column("page_views_3m", "int16", "Views of a tariff page in the last three months."),
    Column("port_codes_3m", "int16", "Port codes asked for in the last three months."),
    Column("logins_3m", "int16", "Logins in the last three months."),
    Column("care_contacts_12m", "int16", "Care contacts in the last twelve months."),
    Column("coupons_12m", "int16", "Monthly coupons used in the last twelve months."),
    Column("own_changes_12m", "int16", "Changes of own settings in the last twelve months."),
    Column("idle_months", "int16", "Months since the last change of own settings.", "months"),
    Column("device_age_months", "int16", "Age of the handset.", "months"),
    Column("open_bills", "int8", "Unpaid bills."),
    Column("bundled", "bool", "Postpaid in a household with a running fixed line."),
    Column("gold", "bool", "Has gold status in the loyalty programme."),
    Column("contacts_3m", "int8", "Contacts by campaigns in the last three months."),
)
"""What the operator sees of a customer at the start of a month."""

SELECTIONS = Table(
    "campaign_selections",
    "one row per retention wave and eligible customer: what was known when the wave was picked",
    ("campaign_id", "customer_id"),
    (CAMPAIGN_ID, CUSTOMER, *VIEW),
    OF_CUSTOMER,
)

CHURN_EVENTS = Table(
    "churn_events",
    "one row per customer and departure; who was won back can leave once more",
    ("customer_id", "month"),
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

CORE_TABLES = (
    CUSTOMERS,
    ACCOUNTS,
    SUBSCRIPTIONS,
    TARIFFS,
    USAGE_MONTHLY,
    TOPUPS,
    INVOICES,
    PAYMENTS,
    DUNNING,
    CARE_CONTACTS,
    COMPLAINTS,
    DIGITAL_EVENTS,
    DEVICES,
    SITES,
    NETWORK_MONTHLY,
    MARKET_OFFERS,
    OFFERS,
    CAMPAIGNS,
    CONSENTS,
    SELECTIONS,
    CONTACTS,
    RESPONSES,
    BENEFITS,
    CHURN_EVENTS,
    UNIT_COSTS,
)
