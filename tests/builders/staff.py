"""The members of staff of the tests, by the ids under which the history knows them."""

from domain.staff import staff_id
from tests.fixtures import payload_keys

ISSUER = "https://staff.operator.example"
"""Issuer of the sign-ins to the command line."""


def id_of(subject: str) -> str:
    """The id of a member of staff who signed in to the command line."""
    return staff_id(payload_keys.STAFF_KEY, ISSUER, subject)


OPERATOR = id_of("staff-kati")
"""The one who runs commands, unless a test says who does."""
