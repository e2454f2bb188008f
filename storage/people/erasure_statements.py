"""Statements that erase: each removes or pseudonymises rows of one table that are about a person.

Each finds nothing when it is repeated. Parameters: ``Traces.parameters`` and those of ``erasure``.
"""

from dataclasses import dataclass

from sqlalchemy import TextClause, text

from storage.people.selections import ABOUT


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, which returns the number of rows."""

    table: str
    removes: bool
    """False: it pseudonymises."""
    sql: TextClause


def _counting(change: str) -> TextClause:
    return text(f"WITH changed AS ({change} RETURNING 1) SELECT count(*) FROM changed")


def _remove(table: str, condition: str = "") -> Statement:
    return Statement(
        table, True, _counting(f"DELETE FROM {table} WHERE {condition or ABOUT[table]}")
    )


def _change(table: str, change: str, condition: str) -> Statement:
    sql = f"UPDATE {table} SET {change} WHERE {condition}"
    return Statement(table, False, _counting(sql))


_TEXTS = "id = ANY(CAST(:{table}_texts AS uuid[]))"
_OF_OWN_ACCOUNT = """reference IN (
    SELECT reference FROM account WHERE person_id = :person AND status = 'closed')"""
_OF_OWN_COMPANY = """(country, code) IN (
    SELECT country, code FROM company WHERE id = ANY(CAST(:sole_trader_of AS uuid[])))"""
_OF_ENDED_SERVICE = "{about} AND service_id IN (SELECT id FROM service WHERE status = 'ended')"
_NAMES_ACCOUNT = "(name <> '' OR reference <> 'erased-' || CAST(id AS text))"

# In the order of locks: companies and the person are locked already; services come before accounts,
# verifications and operations have no process any more.
STATEMENTS = (
    _remove("access_request", "applicant_id = :person"),
    _change("access_request", "message = ''", _TEXTS.format(table="access_request")),
    # Others typed a number or registry code that was the person's.
    _change("access_request", "reference = :erased_number", _OF_OWN_ACCOUNT),
    _change("access_request", "code = :erased_number", _OF_OWN_COMPANY),
    _change(
        "company",
        "country = :no_country, code = CAST(id AS text), name = ''",
        "id = ANY(CAST(:sole_trader_of AS uuid[])) AND country <> :no_country",
    ),
    _remove("drift", _OF_ENDED_SERVICE.format(about=ABOUT["drift"])),
    _remove("drift_staged"),
    _remove("service_reading", _OF_ENDED_SERVICE.format(about=ABOUT["service_reading"])),
    _remove("service_secret", _OF_ENDED_SERVICE.format(about=ABOUT["service_secret"])),
    _change(
        "service",
        """name = CASE WHEN account_id = ANY(:accounts) THEN '' ELSE name END,
        number = NULL, network_id = NULL, user_id = NULLIF(user_id, CAST(:person AS uuid)),
        wanted = '{}', told = '{}', told_at = NULL""",
        """status = 'ended' AND (
            user_id = :person OR number = ANY(:numbers)
            OR (account_id = ANY(:accounts) AND (
                name <> '' OR number IS NOT NULL OR network_id IS NOT NULL
                OR wanted <> '{}' OR told <> '{}')))""",
    ),
    _change(
        "account",
        "name = '', reference = 'erased-' || CAST(id AS text)",
        f"person_id = :person AND status = 'closed' AND {_NAMES_ACCOUNT}",
    ),
    _remove("appointment"),
    _change(
        "verification",
        "number = :erased_number, prefix = :erased_number, message = NULL",
        "id = ANY(:verifications) AND state <> 'sent' AND number <> :erased_number",
    ),
    _remove("access_use"),
    _remove("notice"),
    _remove("contact_settings"),
    _remove("number_block"),
    _remove("rate_limit"),
    _remove("idempotency_key"),
    _change(
        "approval",
        "decline_message = ''",
        f"decline_message <> '' AND (declined_by = :person OR {_TEXTS.format(table='approval')})",
    ),
    _change(
        "authority_document",
        "description = '', reference = ''",
        f"({ABOUT['authority_document']}) AND description || reference <> ''",
    ),
    _change("stuck", "detail = ''", _TEXTS.format(table="stuck")),
    _change("sync_run", 'reason = reason || \'{"text": ""}\'', _TEXTS.format(table="sync_run")),
    _remove("sync_change"),
    _remove("rejected_record"),
)

PERSON = _change(
    "person",
    """country = :no_country, code = CAST(id AS text), name = '', named_by = NULL,
    erased_at = clock_timestamp()""",
    "id = :person AND erased_at IS NULL",
)
REGISTER_STATE = text("""
UPDATE register_state s
SET state = n.state, digest = n.digest, in_force = CASE
    WHEN upper_inf(s.in_force)
    THEN tstzrange(lower(s.in_force),
                   GREATEST(clock_timestamp(), lower(s.in_force) + interval '1 microsecond'))
    ELSE s.in_force END
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(id uuid, state jsonb, digest text)
WHERE s.id = n.id
""")
"""A state that was in force is so no longer: it does not say any more what the register said, and
whoever needs it next queries the register."""

NOTES = text(f"""
WITH erased AS (
    DELETE FROM event_note WHERE {ABOUT["event_note"]} RETURNING event_id
)
SELECT e.id, s.position, e.subject_id, e.account_id
FROM erased JOIN event e ON e.id = erased.event_id
    LEFT JOIN event_seal s ON s.event_id = e.id
ORDER BY e.id
""")
