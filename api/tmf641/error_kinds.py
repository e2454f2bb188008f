"""Errors of TMF641: our stable word, the status, and the number that clients of TM Forum know.

The numbers are those of TMF641 v3 (v4 leaves ``code`` to each API); where v3 has none, the status
stands in for it.
"""

from enum import StrEnum
from typing import NamedTuple


class Fault(StrEnum):
    """Our stable word for an error; it comes first in ``reason``."""

    URL_INVALID = "url_invalid"
    BODY_MISSING = "body_missing"
    BODY_INVALID = "body_invalid"
    FIELD_MISSING = "field_missing"
    FIELD_INVALID = "field_invalid"
    FIELD_SET_BY_SERVER = "field_set_by_server"
    HEADER_INVALID = "header_invalid"
    QUERY_INVALID = "query_invalid"
    TOKEN_MISSING = "token_missing"  # noqa: S105 - a code, not a secret
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    INSUFFICIENT_SCOPE = "insufficient_scope"
    NOT_PERMITTED = "not_permitted"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    REQUEST_TIMEOUT = "request_timeout"
    EXTERNAL_ID_USED = "external_id_used"
    NOT_AMENDABLE = "not_amendable"
    NOT_PATCHABLE = "not_patchable"
    NOT_SUPPORTED = "not_supported"
    ORDER_UNKNOWN = "order_unknown"
    ORDER_OVER = "order_over"
    ORDER_BEGUN = "order_begun"
    CANCEL_OPEN = "cancel_open"
    KEY_REUSED = "idempotency_key_reused"
    BODY_TOO_LARGE = "body_too_large"
    MEDIA_TYPE = "media_type_unsupported"
    TOO_MANY_REQUESTS = "too_many_requests"
    HEADER_TOO_LARGE = "header_too_large"
    INTERNAL = "internal"
    NOT_IMPLEMENTED = "not_implemented"
    UNAVAILABLE = "unavailable"
    SERVER_BUSY = "server_busy"


class ErrorKind(NamedTuple):
    """Status, number and text of an error."""

    status: int
    code: str
    text: str


ERROR_KINDS: dict[Fault, ErrorKind] = {
    Fault.URL_INVALID: ErrorKind(400, "20", "The query string cannot be read."),
    Fault.BODY_MISSING: ErrorKind(400, "21", "The request needs a body."),
    Fault.BODY_INVALID: ErrorKind(400, "22", "The body is not one JSON object."),
    Fault.FIELD_MISSING: ErrorKind(400, "23", "A field is missing."),
    Fault.FIELD_INVALID: ErrorKind(400, "24", "The value of a field is not valid."),
    Fault.FIELD_SET_BY_SERVER: ErrorKind(400, "24", "Only the server sets this field."),
    Fault.HEADER_INVALID: ErrorKind(400, "26", "A header is missing or not valid."),
    Fault.QUERY_INVALID: ErrorKind(400, "28", "A query parameter is not valid."),
    Fault.TOKEN_MISSING: ErrorKind(401, "40", "A bearer token is required."),
    Fault.TOKEN_REFUSED: ErrorKind(401, "41", "The token is not valid."),
    Fault.TOKEN_EXPIRED: ErrorKind(401, "42", "The token has expired."),
    Fault.INSUFFICIENT_SCOPE: ErrorKind(403, "50", "The token lacks a scope that is required."),
    Fault.NOT_PERMITTED: ErrorKind(403, "50", "Neither client nor person may do this."),
    Fault.NOT_FOUND: ErrorKind(
        404, "60", "The resource does not exist, or the caller may not see it."
    ),
    Fault.METHOD_NOT_ALLOWED: ErrorKind(405, "61", "The resource does not have this method."),
    Fault.REQUEST_TIMEOUT: ErrorKind(408, "408", "The request did not arrive in time."),
    Fault.EXTERNAL_ID_USED: ErrorKind(409, "409", "Another order of yours has this externalId."),
    Fault.NOT_AMENDABLE: ErrorKind(
        409, "409", "Items cannot be changed: cancel the order, and order anew."
    ),
    Fault.NOT_PATCHABLE: ErrorKind(409, "409", "This field cannot be changed, or not any more."),
    Fault.NOT_SUPPORTED: ErrorKind(409, "409", "This is valid, but not supported here."),
    Fault.ORDER_UNKNOWN: ErrorKind(
        409, "409", "There is no such order, or the caller may not see it."
    ),
    Fault.ORDER_OVER: ErrorKind(409, "409", "The order is over."),
    Fault.ORDER_BEGUN: ErrorKind(
        409, "409", "The order has begun, or waits for a confirmation: cancel it."
    ),
    Fault.CANCEL_OPEN: ErrorKind(409, "409", "The order is being cancelled."),
    Fault.KEY_REUSED: ErrorKind(409, "409", "The Idempotency-Key was used for another order."),
    Fault.BODY_TOO_LARGE: ErrorKind(413, "413", "The request body is too large."),
    Fault.MEDIA_TYPE: ErrorKind(415, "415", "The body has a media type that is not taken here."),
    Fault.TOO_MANY_REQUESTS: ErrorKind(429, "53", "Too many requests: try again later."),
    Fault.HEADER_TOO_LARGE: ErrorKind(
        431, "431", "The request line and its headers are too large."
    ),
    Fault.INTERNAL: ErrorKind(500, "1", "An internal error occurred."),
    Fault.NOT_IMPLEMENTED: ErrorKind(501, "501", "This part of the standard is not offered."),
    Fault.UNAVAILABLE: ErrorKind(503, "5", "The service is unavailable: try again later."),
    Fault.SERVER_BUSY: ErrorKind(503, "6", "There are too many connections: try again later."),
}
