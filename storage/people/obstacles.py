"""What blocks the erasure of a person, see ``domain.people.erasure.Obstacle``."""

from sqlalchemy import text

from domain.people.erasure import Obstacle
from storage.database import Connection
from storage.people.selections import NUMBERED
from storage.people.traces import Traces

_ITEMS = NUMBERED.format(table="service_order_item")
_COUNTS = text(f"""
SELECT
    (SELECT count(*) FROM access_grant
     WHERE person_id = :person
       AND (upper_inf(validity) OR upper(validity) > clock_timestamp())) AS access,
    (SELECT count(*) FROM account WHERE person_id = :person AND status = 'active') AS account,
    (SELECT count(*) FROM service
     WHERE status = 'active' AND (user_id = :person OR account_id = ANY(:accounts))) AS service,
    (SELECT count(*) FROM account
     WHERE status = 'active' AND company_id = ANY(CAST(:named_by AS uuid[]))) AS register,
    (SELECT count(*) FROM suspension
     WHERE person_id = :person AND upper_inf(period)) AS freeze,
    (SELECT count(*) FROM verification
     WHERE state = 'sent' AND (person_id = :person OR number = ANY(:numbers)))
    + (SELECT count(*) FROM operation
       WHERE id = ANY(:operations) AND state IN ('pending', 'running'))
    + (SELECT count(*) FROM mandate WHERE person_id = :person AND answer IS NULL)
    + (SELECT count(*) FROM process WHERE id = ANY(:processes) AND ended_at IS NULL)
    + (SELECT count(*) FROM stuck WHERE process_id = ANY(:processes) AND state <> 'closed')
    + (SELECT count(*) FROM service_order WHERE ended_at IS NULL AND began_at IS NULL
       AND id = ANY(:orders))
    + (SELECT count(*) FROM service_order o WHERE ended_at IS NULL
       AND (id = ANY(CAST(:service_order_texts AS uuid[]))
            OR EXISTS (SELECT FROM service_order_item WHERE order_id = o.id AND {_ITEMS})))
    + CAST(:open_answers AS bigint) AS process
""")


def standing_in_the_way(connection: Connection, found: Traces) -> dict[Obstacle, int]:
    """Count the rows that need the person's data still, by kind; empty: it can be erased."""
    naming = (*found.states, *found.states_in_words)
    present = [row.company_id for row in naming if row.current]
    asked = found.parameters() | {
        "named_by": present,
        "open_answers": sum(row.current for row in found.answers),
    }
    counts = connection.execute(_COUNTS, asked).mappings().one()
    return {each: counts[each.value] for each in Obstacle if counts[each.value]}
