"""Which lines of a staged file cannot be stored, and which lines must be stored together.

All of it is judged from the file as a whole and from what is stored: the order of the lines does
not matter. A refused line leaves its record as it is, so what this record has cannot be taken by
another line. A line that keeps what its record has is never refused for it.
"""

from dataclasses import dataclass

from sqlalchemy import TextClause, text

from domain.accounts import RecordRefusal


@dataclass(frozen=True, slots=True)
class Table:
    """A table that files are imported into."""

    name: str
    claim: str | None
    """The column that no two of its rows may share, NULL aside; None: there is none."""
    party: str
    """The column whose rows are stored in one transaction: access is decided from all of them."""
    taken: RecordRefusal | None
    """Why a line is refused: another row has its number or reference."""
    account: bool = False
    """Whether ``party`` is an account, which must exist."""


ACCOUNTS = Table("account", "reference", "id", RecordRefusal.REFERENCE_TAKEN)
SERVICES = Table("service", "own_number", "account_id", RecordRefusal.NUMBER_TAKEN, account=True)
DELEGATIONS = Table("delegation", None, "account_id", None, account=True)
CONTRACTS = Table("contract", None, "account_id", None, account=True)
# One for each account, by its id.
SIZES = Table("account", None, "id", None, account=True)

# Lines that are neither refused nor stored: of batches after this one.
_OPEN = "code IS NULL AND (batch IS NULL OR batch > :done)"

# Lines that contradict each other about one record are all rejected: none is known to be right.
# Of equal ones the first is.
DUPLICATES = text("""
UPDATE import_line l SET code = 'duplicate', other = CASE WHEN l.line = d.first THEN d.second
                                                     ELSE d.first END
FROM (
    SELECT id, min(line) AS first, (array_agg(line ORDER BY line))[2] AS second,
           count(DISTINCT content) AS versions
    FROM import_line WHERE id IN (
        SELECT id FROM import_line WHERE code IS NULL GROUP BY id HAVING count(*) > 1)
    GROUP BY id
) d
WHERE l.id = d.id AND l.code IS NULL AND (l.line <> d.first OR d.versions > 1)
""")

UNKNOWN_ACCOUNTS = text(f"""
UPDATE import_line l SET code = '{RecordRefusal.ACCOUNT_UNKNOWN}'
WHERE {_OPEN} AND NOT EXISTS (SELECT FROM account a WHERE a.id = l.party)
""")


def taken(table: Table) -> TextClause:
    """Refuse lines that claim what another row has in the end, and what follows from that."""
    return text(f"""
WITH RECURSIVE open AS (
    SELECT line, id, claim FROM import_line WHERE {_OPEN}
), handover AS MATERIALIZED (  -- a line claims what another row has now
    SELECT o.id, o.claim, h.id AS holder
    FROM open o JOIN {table.name} h ON h.{table.claim} = o.claim AND h.id <> o.id
), contested AS (
    SELECT claim FROM open WHERE claim IS NOT NULL GROUP BY claim HAVING count(*) > 1
), taken AS (
    (
        SELECT id FROM handover h
        WHERE NOT EXISTS (
            SELECT FROM open g WHERE g.id = h.holder AND g.claim IS DISTINCT FROM h.claim)
        UNION
        SELECT o.id FROM open o JOIN contested USING (claim)
        WHERE NOT EXISTS (
            SELECT FROM {table.name} h WHERE h.id = o.id AND h.{table.claim} = o.claim)
    )
    UNION
    SELECT h.id FROM handover h JOIN taken t ON t.id = h.holder  -- which keeps it after all
)
UPDATE import_line l
SET code = '{table.taken}',
    other = (SELECT min(o.line) FROM import_line o
             WHERE o.claim = l.claim AND o.id <> l.id AND o.code IS NULL)
FROM taken t WHERE t.id = l.id AND l.code IS NULL
""")


def plan(table: Table) -> TextClause:
    """Divide lines into batches that do not depend on each other, numbered after ``:done``.

    The first takes every party between which a row or a claim is handed over, the others about
    ``:size`` lines each.
    """
    claimed = f"""
    UNION
    SELECT o.party, r.{table.party}
    FROM open o JOIN {table.name} r ON r.{table.claim} = o.claim WHERE r.{table.party} <> o.party
"""
    return text(f"""
WITH open AS (
    SELECT line, id, claim, party FROM import_line WHERE {_OPEN}
), between AS (
    SELECT o.party AS one, r.{table.party} AS other
    FROM open o JOIN {table.name} r ON r.id = o.id WHERE r.{table.party} <> o.party
    {claimed if table.claim else ""}
), together AS (
    SELECT one AS party FROM between UNION SELECT other FROM between
), counted AS (
    SELECT line, party, row_number() OVER (ORDER BY party) - 1 AS place FROM open
), planned AS (
    SELECT c.line, CASE WHEN t.party IS NOT NULL THEN 1
        ELSE 2 + min(c.place) OVER (PARTITION BY c.party) / :size END AS batch
    FROM counted c LEFT JOIN together t USING (party)
)
UPDATE import_line l SET batch = :done + p.batch FROM planned p WHERE p.line = l.line
""")
