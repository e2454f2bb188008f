"""Statements that erase: each removes or pseudonymises rows of one table that are about a person.

Each finds nothing when it is repeated. Parameters: ``Traces.parameters`` and those of ``erasure``.
"""

from sqlalchemy import text

from storage.people import order_statements
from storage.people.selections import ABOUT
from storage.people.statements import OF_ENDED_SERVICE, TEXTS, change, remove

_OF_OWN_ACCOUNT = """reference IN (
    SELECT reference FROM account WHERE person_id = :person AND status = 'closed')"""
_OF_OWN_COMPANY = """(country, code) IN (
    SELECT country, code FROM company WHERE id = ANY(CAST(:sole_trader_of AS uuid[])))"""
# Who changed a limit, as billing names them: somebody who has, or had, access to the account.
_NAMES_WHO_CHANGED = """kind = 'credit_limit_history' AND account_id IN (
    SELECT account_id FROM access_grant WHERE person_id = :person)"""
_NAMES_ACCOUNT = "(name <> '' OR reference <> 'erased-' || CAST(id AS text))"

# In the order of locks: companies and the person are locked already; services come before accounts,
# verifications and operations have no process any more.
STATEMENTS = (
    remove("access_request", "applicant_id = :person"),
    change("access_request", "message = ''", TEXTS.format(table="access_request")),
    # Others typed a number or registry code that was the person's.
    change("access_request", "reference = :erased_number", _OF_OWN_ACCOUNT),
    change("access_request", "code = :erased_number", _OF_OWN_COMPANY),
    change(
        "company",
        "country = :no_country, code = CAST(id AS text), name = ''",
        "id = ANY(CAST(:sole_trader_of AS uuid[])) AND country <> :no_country",
    ),
    # What was paid, and when, stays as long as the law on accounting says.
    change(
        "bank_entry",
        "payer_name = NULL",
        f"payer_name IS NOT NULL AND {ABOUT['bank_entry']}",
    ),
    # Its words are billing's: a line may name somebody. Invoices themselves are by id only.
    remove("billing_snapshot", f"{ABOUT['billing_snapshot']} OR {_NAMES_WHO_CHANGED}"),
    *order_statements.STATEMENTS,
    change(
        "contract",
        "sim = NULL, terms = '{}'",
        f"ended_at IS NOT NULL AND ({ABOUT['contract']}) AND (sim IS NOT NULL OR terms <> '{{}}')",
    ),
    remove(
        "customer_size",
        "account_id IN (SELECT id FROM account WHERE id = ANY(:accounts) AND status = 'closed')",
    ),
    change(
        "delegation_version", "purpose = NULL", f"purpose <> '' AND ({ABOUT['delegation_version']})"
    ),
    remove("drift", OF_ENDED_SERVICE.format(about=ABOUT["drift"])),
    remove("drift_staged"),
    remove("service_reading", OF_ENDED_SERVICE.format(about=ABOUT["service_reading"])),
    remove("service_secret", OF_ENDED_SERVICE.format(about=ABOUT["service_secret"])),
    change(
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
    change(
        "account",
        "name = '', reference = 'erased-' || CAST(id AS text)",
        f"person_id = :person AND status = 'closed' AND {_NAMES_ACCOUNT}",
    ),
    remove("extract_chunk"),
    remove("extract"),
    remove("appointment"),
    change(
        "verification",
        "number = :erased_number, prefix = :erased_number, message = NULL",
        "id = ANY(:verifications) AND state <> 'sent' AND number <> :erased_number",
    ),
    remove("access_use"),
    remove("notice"),
    remove("contact_settings"),
    remove("number_block"),
    remove("rate_limit"),
    remove("idempotency_key"),
    change(
        "approval",
        "decline_message = ''",
        f"decline_message <> '' AND (declined_by = :person OR {TEXTS.format(table='approval')})",
    ),
    change(
        "authority_document",
        "description = '', reference = ''",
        f"({ABOUT['authority_document']}) AND description || reference <> ''",
    ),
    change("stuck", "detail = ''", TEXTS.format(table="stuck")),
    change("sync_run", 'reason = reason || \'{"text": ""}\'', TEXTS.format(table="sync_run")),
    remove("sync_change"),
    remove("rejected_record"),
)

PERSON = change(
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
