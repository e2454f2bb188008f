"""A person as a holder of rights to call details: their grants, and which numbers are theirs."""

from uuid import UUID
from zoneinfo import ZoneInfo

from domain.call_details.secrecy import Holder
from storage.access import grant_queries
from storage.audit import event_queries
from storage.database import Connection
from storage.numbers import own_numbers


def holder_of(connection: Connection, person_id: UUID, account_id: UUID, zone: ZoneInfo) -> Holder:
    """Return what a person holds on an account now, and which of its numbers are their own."""
    held = grant_queries.held(connection, person_id, account_id)
    own = own_numbers.own_since(connection, person_id, account_id, zone)
    return Holder(held, own, event_queries.owned_since(connection, account_id))
