"""Writes the table ``order_confirmation``: what one person confirmed alone, and by which login."""

from uuid import UUID, uuid4

from sqlalchemy import text

from domain.approvals.confirmations import Confirming
from storage.database import Connection, Session

_INSERT = text("""
INSERT INTO order_confirmation (id, order_id, of_giver, person_id, digest, template_version,
    language, issuer, acr, amr, auth_time, token_id, confirmed_at)
VALUES (:id, :order, :of_giver, :person, :digest, :template, :language, :issuer, :acr, :amr,
    :auth_time, :token, clock_timestamp())
""")
_CONFIRMED_BY = text("""
SELECT person_id FROM order_confirmation WHERE order_id = :id AND of_giver = :of_giver
""")


def insert(session: Session, order_id: UUID, given: Confirming, *, of_giver: bool = False) -> None:
    """Keep one person's confirmation. ``of_giver``: in the name of the owner of the number."""
    login = given.login
    row = {
        "id": uuid4(),
        "order": order_id,
        "of_giver": of_giver,
        "person": given.person_id,
        "digest": given.digest,
        "template": given.template_version,
        "language": given.language,
        "issuer": login.issuer,
        "acr": login.acr.claim,
        "amr": list(login.amr),
        "auth_time": login.auth_time,
        "token": login.token_id,
    }
    session.execute(_INSERT, row)


def confirmed_by(
    connection: Connection | Session, order_id: UUID, *, of_giver: bool = False
) -> UUID | None:
    """Return the person who confirmed an order alone. None: nobody did."""
    asked = {"id": order_id, "of_giver": of_giver}
    found: UUID | None = connection.execute(_CONFIRMED_BY, asked).scalar_one_or_none()
    return found
