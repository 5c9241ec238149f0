"""Laws of contact and response."""

from collections.abc import Iterator

from telcosim.laws.law import Law, Tables


def _acceptance_needs_contact(tables: Tables) -> Iterator[str]:
    key = ["campaign_id", "customer_id", "offer_id"]
    contacts, said_yes = tables["contacts"], tables["responses"][key]
    reached = contacts.loc[contacts["reached"], key]
    without = int(said_yes.merge(reached, how="left", indicator=True)["_merge"].ne("both").sum())
    if without:
        yield f"responses: {without} acceptances of an offer that did not reach the customer."


def _control_gets_nothing(tables: Tables) -> Iterator[str]:
    contacts = tables["contacts"]
    control = contacts["arm"] == "control"
    if wrong := int((control != contacts["offer_id"].isna()).sum()):
        yield f"contacts: {wrong} control customers have an offer, or treated ones have none."


LAWS = (
    Law(
        "acceptance needs contact",
        "Only an offer that reached its customer is accepted.",
        ("contacts", "responses"),
        _acceptance_needs_contact,
    ),
    Law(
        "control gets nothing",
        "Who was contacted has an offer, and who is control has none.",
        ("contacts",),
        _control_gets_nothing,
    ),
)
