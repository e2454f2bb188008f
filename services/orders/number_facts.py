"""Look up what the texts of acts say that let a number go: names of now."""

from collections.abc import Sequence

from domain.approvals import number_acts
from domain.approvals.acts import Act
from runtime.number_act_texts import NumberFacts
from storage.accounts import account_queries
from storage.database import Connection
from storage.parties import parties


def read_facts(connection: Connection, acts: Sequence[Act]) -> list[NumberFacts]:
    """Return what the text of each of these acts says."""
    if not acts:
        return []
    given = [number_acts.given_by(act) for act in acts]
    accounts = account_queries.names(connection, {act.account_id for act in acts})
    receivers = parties.names(connection, {each.receiver_id for each in given})
    return [
        NumberFacts(
            accounts.get(act.account_id, ""), each.number, receivers.get(each.receiver_id, "")
        )
        for act, each in zip(acts, given, strict=True)
    ]
