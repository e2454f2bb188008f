"""Read which services' numbers are a person's own, and since when, for their call details."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.call_details.secrecy import ALWAYS
from domain.days import day_of, start_of
from storage.access.grant_rows import IN_FORCE
from storage.audit.event_queries import OWNER_CHANGE
from storage.database import Connection

# Whoever proved a number last has it, since the first proof after the last of anybody else. Where
# the operator names its user, nobody else has it. Calls of before can be somebody else's, except on
# the person's own private account: there all are the customer's.
_VERIFIED = "v.number = s.own_number AND v.prefix = left(s.own_number, -4) AND v.state = 'verified'"
_OWN = text(f"""
SELECT s.id, CASE WHEN a.person_id = :person THEN (
           SELECT max(e.at) FROM event e WHERE e.subject_id = a.id AND {OWNER_CHANGE})
       ELSE greatest(lower(g.validity), proved.since) END AS since
FROM access_grant g
JOIN account a ON a.id = g.account_id
JOIN service s ON s.account_id = g.account_id AND (g.service_id IS NULL OR g.service_id = s.id)
JOIN LATERAL (
    SELECT min(v.ended_at) AS since FROM verification v
    WHERE {_VERIFIED} AND v.person_id = :person AND v.ended_at > COALESCE((
        SELECT max(v.ended_at) FROM verification v
        WHERE {_VERIFIED} AND v.person_id <> :person), '-infinity')
) proved ON proved.since IS NOT NULL
WHERE g.account_id = :account AND g.person_id = :person AND g.origin = 'number_verification'
  AND (s.user_id IS NULL OR s.user_id = :person) AND {IN_FORCE}
""")


def own_since(
    connection: Connection, person_id: UUID, account_id: UUID, zone: ZoneInfo
) -> dict[UUID, datetime]:
    """Return the services of an account whose number this person proved, with since when.

    From the beginning of the day of the proof, in ``zone``; on their own private account from when
    it became theirs. Only what grants of proved numbers cover that are in force now.
    """
    asked = {"account": account_id, "person": person_id, "at": None}
    rows = connection.execute(_OWN, asked).all()
    return {id_: start_of(day_of(at, zone), zone) if at else ALWAYS for id_, at in rows}
