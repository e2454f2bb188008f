"""Which rows of each table are about a person: one condition for each, for exports and erasures."""

from collections.abc import Mapping
from types import MappingProxyType

_OF_NUMBER = """EXISTS (
    SELECT FROM unnest(CAST(:numbers AS text[])) n
    WHERE subject = n OR right(subject, length(n) + 1) = '/' || n)"""
_DELEGATIONS = "(:person IN (receiver_id, giver_id, confirmed_by))"
_SERVICES = """(user_id = :person OR account_id = ANY(:accounts)
    OR number = ANY(:numbers))"""
OF_SERVICE = f"service_id IN (SELECT id FROM service WHERE {_SERVICES})"
OF_OTHER_SERVICE = f"other_{OF_SERVICE}"
"""Of a service whose number an order moves to another one."""
NUMBERED = """(order_id, number) IN (
    SELECT CAST(split_part(place, '/', 1) AS uuid), CAST(split_part(place, '/', 2) AS integer)
    FROM unnest(CAST(:{table}_texts AS text[])) place)"""
_OF_ORDER = "order_id = ANY(:orders)"
_STUCK = """(process_id = ANY(:processes) OR account_id = ANY(:accounts)
    OR id = ANY(CAST(:stuck_texts AS uuid[])))"""
# Events about others on an account of the person's are about those.
_EXTRACTS = "person_id = :person OR account_id = ANY(:accounts)"
_EVENTS = """(person_id = :person OR subject_id = :person OR subject_id = ANY(:processes)
    OR (account_id = ANY(:accounts) AND (person_id IS NULL OR person_id = :person))
    OR subject_id IN (SELECT id FROM access_grant WHERE person_id = :person)
    OR strpos(concat(actor, reason, before, after), :person_text) > 0)"""

ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "access_bar": "(person_id = :person OR begun_by = :person OR lifted_by = :person)",
        "access_grant": """person_id = :person OR passed_on_by = :person
            OR strpos(CAST(reason AS text), :person_text) > 0""",
        "access_request": """applicant_id = :person
            OR id = ANY(CAST(:access_request_texts AS uuid[]))""",
        "access_use": "person_id = :person",
        "account": "person_id = :person",
        "appointment": "person_id = :person",
        "approval": """:person IN (proposer_id, declined_by)
            OR strpos(CAST(act AS text), :person_text) > 0
            OR id = ANY(CAST(:approval_texts AS uuid[]))""",
        "approval_confirmation": "person_id = :person",
        "authority_document": """id = ANY(CAST(:authority_document_texts AS uuid[]))
            OR id IN (SELECT document_id FROM mandate WHERE person_id = :person)""",
        "bank_entry": """payment_id IN (
            SELECT id FROM payment WHERE person_id = :person OR account_id = ANY(:accounts))""",
        "billing_snapshot": "account_id = ANY(:accounts)",
        "bulk_retry": f"stuck_id IN (SELECT id FROM stuck WHERE {_STUCK})",
        "company": "id = ANY(:companies)",
        "contact_settings": "person_id = :person",
        "contract": "person_id = :person OR account_id = ANY(:accounts)",
        "contract_agreement": "person_id = :person",
        "contract_signature": "person_id = :person",
        "contract_signing": "person_id = :person OR phone = ANY(:numbers)",
        "customer_size": "account_id = ANY(:accounts)",
        "delegation": _DELEGATIONS,
        "delegation_version": f"""delegation_id IN (
            SELECT id FROM delegation WHERE {_DELEGATIONS})
            OR basis->>'given_by' = :person_text
            OR id = ANY(CAST(:delegation_version_texts AS uuid[]))""",
        "departure_review": "giver_id = :person",
        "document_content": """document_id IN (
            SELECT d.id FROM stored_document d LEFT JOIN contract c ON c.id = d.subject_id
            WHERE COALESCE(c.person_id = :person, d.account_id = ANY(:accounts)))""",
        "drift": OF_SERVICE,
        "drift_staged": f"""network_id IN (
            SELECT COALESCE(network_id, CAST(id AS text)) FROM service WHERE {_SERVICES})""",
        "event": _EVENTS,
        "event_note": f"""event_id = ANY(CAST(:event_note_texts AS bigint[]))
            OR event_id IN (SELECT id FROM event WHERE {_EVENTS})""",
        "extract": _EXTRACTS,
        "extract_chunk": f"extract_id IN (SELECT id FROM extract WHERE {_EXTRACTS})",
        "idempotency_key": "person_id = :person",
        "invoice": "account_id = ANY(:accounts)",
        "mandate": "person_id = :person",
        "notice": "person_id = :person",
        "number_block": "kind = 'number' AND subject = ANY(:numbers)",
        "operation": """id = ANY(:operations)
            OR strpos(concat(asked, progress, result, error), :person_text) > 0""",
        "order_alert": _OF_ORDER,
        "order_cancel": f"""{_OF_ORDER} OR id = ANY(CAST(:order_cancel_texts AS uuid[]))
            OR strpos(CAST(actor AS text), :person_text) > 0""",
        "order_confirmation": "person_id = :person",
        "order_milestone": _OF_ORDER,
        "order_note": f"{_OF_ORDER} OR {NUMBERED.format(table='order_note')}",
        "payment": "person_id = :person OR account_id = ANY(:accounts)",
        "person": "id = :person",
        "process": "id = ANY(:processes)",
        "rate_limit": f"""subject = :person_text OR starts_with(subject, :person_text || '/')
            OR {_OF_NUMBER}""",
        "register_state": "id = ANY(CAST(:states AS uuid[]))",
        "rejected_record": """id = ANY(CAST(:rejected_record_texts AS uuid[]))
            OR company_id = ANY(CAST(:sole_trader_of AS uuid[]))""",
        "service": _SERVICES,
        "service_order": "id = ANY(:orders) OR id = ANY(CAST(:service_order_texts AS uuid[]))",
        "service_order_item": f"""{_OF_ORDER} OR {OF_SERVICE} OR {OF_OTHER_SERVICE}
            OR {NUMBERED.format(table="service_order_item")}""",
        "service_reading": OF_SERVICE,
        "service_secret": OF_SERVICE,
        "signing_rule_member": "person_id = :person",
        "signing_rule_reading": """id IN (
            SELECT reading_id FROM signing_rule_member WHERE person_id = :person)""",
        "sms": "verification_id = ANY(:verifications) OR notice_id = ANY(:notices)",
        "step": f"""process_id = ANY(:processes)
            OR resource IN (SELECT 'service/' || id FROM service WHERE {_SERVICES})""",
        "stuck": _STUCK,
        "suspension": """person_id = :person
            OR kind = 'freeze' AND account_id = ANY(:accounts)""",
        "sync_change": """(run_id, company_id) IN (
            SELECT * FROM unnest(
                CAST(:answer_runs AS uuid[]), CAST(:answer_companies AS uuid[])))""",
        "sync_run": """id = ANY(CAST(:sync_run_texts AS uuid[]))
            OR strpos(CAST(preview AS text), :person_text) > 0""",
        "verification": "id = ANY(:verifications)",
    }
)
"""By table, with the parameters of ``Traces.parameters``. Exactly the tables that may be about a
person, says ``domain.people.held_data``."""
