"""Codes of problems: each with its HTTP status and its title."""

KINDS: dict[str, tuple[int, str]] = {
    "account_unknown": (409, "The account does not exist"),
    "body_too_large": (413, "The request body is too large"),
    "code_wrong": (422, "The code is not the one that was sent"),
    "cursor_invalid": (400, "The cursor is not one of this list"),
    "database_unavailable": (503, "The database is unavailable"),
    "delegation_refused": (409, "The delegation is refused"),
    "erasure_blocked": (409, "The person's data is still needed and cannot be erased"),
    "freeze_lifted": (409, "The freeze has been lifted"),
    "header_too_large": (431, "The request line and its headers are too large"),
    "idempotency_key_in_use": (409, "The first request with this Idempotency-Key is in progress"),
    "idempotency_key_missing": (400, "The header Idempotency-Key is missing or malformed"),
    "idempotency_key_reused": (422, "The Idempotency-Key was used for another request"),
    "insufficient_scope": (403, "The caller does not have the required permission"),
    "internal": (500, "An internal error occurred"),
    "invalid": (422, "The request is not valid"),
    "keys_unavailable": (503, "The issuer's keys are unavailable: no token can be verified"),
    "lift_not_requested": (409, "Nobody has asked to lift the freeze"),
    "malformed": (400, "The request is malformed"),
    "method_not_allowed": (405, "The method is not allowed on this resource"),
    "not_found": (404, "The resource does not exist, or the caller may not see it"),
    "number_not_allowed": (422, "No code can be sent to this number"),
    "number_not_proved": (422, "SMS need a number that the person proved last"),
    "number_taken": (409, "Another active service has this number"),
    "not_cancellable": (409, "The operation cannot be cancelled, or has ended"),
    "on_behalf_of_missing": (400, "The header On-Behalf-Of is missing or malformed"),
    "person_address_invalid": (400, "The header Person-Address is missing or is no IP address"),
    "reference_taken": (409, "Another account has this reference"),
    "request_timeout": (408, "The request did not arrive in time"),
    "more_would_end": (409, "More access would end than the request allows"),
    "review_refused": (409, "Nothing was decided: some of the decisions are not possible"),
    "run_not_held": (409, "The sync run is not held"),
    "second_person_needed": (409, "A second member of staff must confirm"),
    "server_busy": (503, "The server has too many connections: try again later"),
    "service_ended": (409, "The service has ended"),
    "signature_refused": (401, "The signature is not the gateway's"),
    "step_up_needed": (401, "A stronger or more recent login is required"),
    "stuck_changed": (409, "The item's version has changed: read the item again"),
    "stuck_decision_refused": (409, "The item does not allow this decision"),
    "stuck_no_more": (409, "The item is no longer stuck"),
    "token_missing": (401, "A bearer token is required"),
    "token_refused": (401, "The token is not valid"),
    "too_many_requests": (429, "Too many requests: try again later"),
    "verification_closed": (409, "The verification has ended"),
    "workflows_unavailable": (503, "Temporal is unavailable: try again later"),
}
"""Every code with its status and title. Codes may be added, and never change their meaning."""


def type_of(code: str) -> str:
    """The URI that names this kind of problem."""
    return f"urn:volitus:problem:{code.replace('_', '-')}"
