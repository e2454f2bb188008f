"""Statuses of a message, as the gateway writes them."""

from datetime import datetime
from typing import Any, Literal

from simulators.sms.outbox import Message

Status = Literal[
    "ACK", "DELIVRD", "UNDELIV", "FAILED", "UNKNOWN", "ACCEPTD", "REJECTD", "DELETED", "EXPIRED",
    "NACK", "SEEN",
]  # fmt: skip

ERRORS = {
    1: "Delivery failure",
    2: "Message expired",
    3: "Invalid number",
    4: "Error crediting account",
    5: "Invalid number format",
    6: "Too many identical messages",
    7: "Sender name not allowed",
    8: "Operator blacklisted",
    9: "Unroutable message",
    10: "Seen",
    999: "General temporary error",
}


def report_of(message: Message, status: str, err: int, at: datetime) -> dict[str, Any]:
    """Return the body of a delivery report."""
    return {
        "status": status,
        "sender": message.sender,
        "err": err,
        "message_id": message.message_id,
        "to": message.to,
        "channel": "sms",
        "error": ERRORS.get(err),
        "omnimessage_id": message.omnimessage_id,
        "timestamp": _written(at),
    }


def state_of(message: Message) -> dict[str, Any]:
    """Return the answer to a query for the status of a message."""
    result = {
        "status": message.status,
        "channel": "sms",
        "message_id": message.message_id,
        "error": ERRORS.get(message.err),
        "err": message.err,
        "timestamp": _written(message.changed_at),
    }
    return {"statuses": [result], "to": message.to, "omnimessage_id": message.omnimessage_id}


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
