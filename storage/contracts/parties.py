"""Read the parties of contracts, as their documents name them."""

from uuid import UUID

from sqlalchemy import text

from domain.documents.contract_document import Party
from storage.database import Connection, Session

_PARTY = text("""
SELECT COALESCE(NULLIF(name, ''), code) AS name, code FROM company WHERE id = :id
UNION ALL SELECT COALESCE(NULLIF(name, ''), code), code FROM person WHERE id = :id
""")


def party(connection: Connection | Session, id_: UUID) -> Party:
    """Return the name and code of a company or person that is there; unnamed, the code alone."""
    row = connection.execute(_PARTY, {"id": id_}).one()
    return Party(row.name, row.code)
