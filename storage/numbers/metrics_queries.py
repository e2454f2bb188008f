"""Reads for metrics: codes that were sent and came back, and prefixes that are closed."""

from typing import NamedTuple

from sqlalchemy import text

from domain.numbers.blocks import BlockKind
from domain.processes import ProcessType
from storage.database import Connection


class CodeMetrics(NamedTuple):
    """Codes of verifications that ended within the last hour, and prefixes closed now."""

    sent: int
    returned: int
    closed_prefixes: int


# By the end of the process, for which there is an index. What is counted is what closes a prefix:
# storage.numbers.blocks.
_CODES = text("""
SELECT count(*), count(*) FILTER (WHERE v.state = 'verified'),
       (SELECT count(DISTINCT subject) FROM number_block
        WHERE kind = :prefix AND until > clock_timestamp())
FROM process p JOIN verification v ON v.id = p.id
WHERE p.type = :type AND p.ended_at > clock_timestamp() - interval '1 hour'
  AND v.method = 'sms'
  AND (v.state <> 'cancelled'
       OR EXISTS (SELECT FROM sms WHERE verification_id = v.id AND delivery = 'delivered'))
""")


def code_metrics(connection: Connection) -> CodeMetrics:
    """Return the numbers as they are now."""
    asked = {"type": ProcessType.NUMBER_VERIFICATION, "prefix": BlockKind.PREFIX}
    return CodeMetrics(*connection.execute(_CODES, asked).one())
