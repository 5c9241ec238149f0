"""Laws of contract terms."""

from collections.abc import Iterator

from telcosim.laws.law import Law, Tables

AMENDMENTS = ("upgrade", "price_change", "launch")
"""Ways to change tariff or fee without a new minimum term."""


def _terms_follow(tables: Tables) -> Iterator[str]:
    terms = tables["subscriptions"].sort_values(["subscription_id", "term_no"])
    by_sim = terms.groupby("subscription_id")
    following, how = by_sim["term_start"].shift(-1), by_sim["signed_as"].shift(-1)
    gap = (terms["closed_on"] < following) & (how != "win_back")
    if wrong := int(gap.sum()):
        yield f"subscriptions: {wrong} terms do not end where the next one starts."
    if wrong := int((terms["closed_on"] < terms["term_start"]).sum()):
        yield f"subscriptions: {wrong} terms are closed before they start."


def _terms_do_not_overlap(tables: Tables) -> Iterator[str]:
    terms = tables["subscriptions"].sort_values(["subscription_id", "term_no"])
    following = terms.groupby("subscription_id")["term_start"].shift(-1)
    over = following.notna() & ~(terms["closed_on"] <= following)
    if wrong := int(over.sum()):
        yield f"subscriptions: {wrong} terms still run when the next one has begun."


def _terms_last_as_agreed(tables: Tables) -> Iterator[str]:
    terms = tables["subscriptions"]
    start, end = terms["term_start"].dt, terms["term_end"].dt
    months = 12 * (end.year - start.year) + end.month - start.month
    amended = terms["signed_as"].isin(AMENDMENTS)  # they begin within a term and keep its end
    whole = (months == terms["term_months"]) | (amended & (months <= terms["term_months"]))
    agreed = whole & (start.day == end.day)
    open_ended = terms["term_end"].isna() & (terms["term_months"] == 0)
    if wrong := int((~agreed & ~open_ended).sum()):
        yield f"subscriptions: {wrong} minimum terms are not as long as term_months says."


LAWS = (
    Law(
        "terms follow each other",
        "A term ends where the next one starts, after its own start.",
        ("subscriptions",),
        _terms_follow,
    ),
    Law(
        "terms do not overlap",
        "A SIM has one term at a time.",
        ("subscriptions",),
        _terms_do_not_overlap,
    ),
    Law(
        "terms last as agreed",
        "From start to end of a minimum term it is term_months months.",
        ("subscriptions",),
        _terms_last_as_agreed,
    ),
)
