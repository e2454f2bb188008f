"""The accepted messages, kept as long as the simulator runs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from uuid import uuid4

from simulators.sms.forms import OmniMessageForm

_KEPT = 50_000
"""Most messages kept: more than any test reads, few enough for memory."""


@dataclass(slots=True)
class Message:
    """One SMS and its latest status."""

    to: str
    text: str
    sender: str
    ttl: int | None
    dlr_url: str | None
    message_id: str = field(default_factory=lambda: str(uuid4()))
    omnimessage_id: str = field(default_factory=lambda: str(uuid4()))
    accepted_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    status: str = "ACCEPTD"
    err: int = 0
    changed_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def of(cls, form: OmniMessageForm) -> "Message":
        (sms,) = form.messages
        ttl = sms.ttl or (sms.validity and sms.validity * 60)
        return cls(form.to, sms.text, sms.sender, ttl, form.dlr_url)

    def becomes(self, status: str, err: int) -> None:
        self.status, self.err, self.changed_at = status, err, datetime.now(UTC)


class Outbox:
    """Messages in the order of acceptance. The oldest of very many are forgotten."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._by_omnimessage: dict[str, Message] = {}

    def put(self, message: Message) -> None:
        self._messages[message.message_id] = message
        self._by_omnimessage[message.omnimessage_id] = message
        if len(self._messages) > _KEPT:
            oldest = self._messages.pop(next(iter(self._messages)))
            del self._by_omnimessage[oldest.omnimessage_id]

    def clear(self) -> None:
        self._messages.clear()
        self._by_omnimessage.clear()

    def to(self, number: str | None = None) -> list[Message]:
        """Return the messages to this number, or all; the newest last."""
        return [each for each in self._messages.values() if number in {None, each.to}]

    def newest(self, count: int) -> Iterator[Message]:
        """Yield the newest messages, newest first."""
        return islice(reversed(self._messages.values()), count)

    def message(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def omnimessage(self, omnimessage_id: str) -> Message | None:
        return self._by_omnimessage.get(omnimessage_id)
