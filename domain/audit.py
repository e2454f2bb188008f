"""The append-only history: events, their actors, and the hash chain over them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self
from uuid import UUID


class EventKind(StrEnum):
    """Kind of an event, ``<subject>:<action>``. Alphabetical; may grow."""

    ACCESS_BAR_LIFTED = "access:bar_lifted"
    ACCESS_BARRED = "access:barred"
    ACCESS_COMPARED = "access:compared"
    """A member of staff compared who has access here and by an older system: how many."""
    ACCESS_FROZEN = "access:frozen"
    ACCESS_LIFT_REQUESTED = "access:lift_requested"
    ACCESS_LIFT_WITHDRAWN = "access:lift_withdrawn"
    ACCESS_RESTORED = "access:restored"
    ACCESS_REQUEST_APPROVED = "access_request:approved"
    ACCESS_REQUEST_CREATED = "access_request:created"
    ACCESS_REQUEST_DECLINED = "access_request:declined"
    ACCESS_REQUEST_LAPSED = "access_request:lapsed"
    ACCESS_REQUEST_WITHDRAWN = "access_request:withdrawn"
    ACCOUNT_CHANGED = "account:changed"
    ACCOUNT_CREATED = "account:created"
    ACCOUNT_SIZE_TOLD = "account:size_told"
    """Size class of its owner, by which the law on contracts goes."""
    ACCOUNTS_LOOKED_UP = "accounts:looked_up"
    """Staff looked up several accounts at once: ``after.count`` of them."""
    APPROVAL_CARRIED_OUT = "approval:carried_out"
    APPROVAL_CONFIRMED = "approval:confirmed"
    APPROVAL_ENDED = "approval:ended"
    """Declined, withdrawn, lapsed or refused: ``after.state`` says which."""
    APPROVAL_PROPOSED = "approval:proposed"
    APPROVAL_TAKEN_BACK = "approval:taken_back"
    """A person took their confirmation back."""
    BANK_ENTRY_DECIDED = "bank_entry:decided"
    """Operations said what an entry of a bank's statement is: ``after.decision``."""
    BANK_ENTRY_UNMATCHED = "bank_entry:unmatched"
    BREAK_GLASS_USED = "break_glass:used"
    """A command was run without a sign-in; what it did follows, by the same actor."""
    BULK_RETRY_CANCELLED = "bulk_retry:cancelled"
    BULK_RETRY_ENDED = "bulk_retry:ended"
    BULK_RETRY_REQUESTED = "bulk_retry:requested"
    CONTACT_CHANGED = "contact:changed"
    CONTRACT_CHANGED = "contract:changed"
    """It has another state (``after.state``), or other dates (``after.dates``)."""
    CONTRACT_CREATED = "contract:created"
    CONTRACT_DECIDED = "contract:decided"
    """Operations decided about its end, ``after.decision``; beside it stands why."""
    CONTRACT_END_PROPOSED = "contract:end_proposed"
    """The register gives cause to end it: a person decides. Nothing ends by that alone."""
    CONTRACT_PROPOSAL_ENDED = "contract:proposal_ended"
    """Accepted, rejected, or the register gives no cause any more: its reason says which."""
    CONTRACT_SIGNED = "contract:signed"
    """A person's signature on it was kept: ``after`` says by which method, at which level."""
    CONTRACT_SIGNING_FAILED = "contract:signing_failed"
    CONTRACT_SIGNING_STARTED = "contract:signing_started"
    CONTRACT_TOLD = "contract:told"
    """The operator's systems told it: ``after`` says which fields."""
    DATABASE_RESTORED = "database:restored"
    DELEGATION_ACCEPTED = "delegation:accepted"
    DELEGATION_CHANGED = "delegation:changed"
    DELEGATION_CONFIRMED = "delegation:confirmed"
    """A representative said that it is to be kept."""
    DELEGATION_DECLINED = "delegation:declined"
    DELEGATION_DROPPED = "delegation:dropped"
    """Proposed, and not offered: it was not confirmed, or something else came first."""
    DELEGATION_ENDED = "delegation:ended"
    DELEGATION_IMPORTED = "delegation:imported"
    """Taken in from the operator's systems; in force without an acceptance."""
    DELEGATION_LAPSED = "delegation:lapsed"
    DELEGATION_OFFERED = "delegation:offered"
    DELEGATION_PROPOSED = "delegation:proposed"
    """Offered once those confirm it who give only together."""
    DELEGATION_RESTORED = "delegation:restored"
    DELEGATION_STARTED = "delegation:started"
    DELEGATION_SUSPENDED = "delegation:suspended"
    DELEGATION_WITHDRAWN = "delegation:withdrawn"
    DEPARTURE_REVIEW_CONTINUED = "departure_review:continued"
    """There was nobody to review, and now there is."""
    DEPARTURE_REVIEW_ENDED = "departure_review:ended"
    DEPARTURE_REVIEW_OPENED = "departure_review:opened"
    DOCUMENT_ERASED = "document:erased"
    """Its bytes, when its time was over."""
    DOCUMENT_HELD = "document:held"
    """It is kept for a legal claim, whatever its time."""
    DOCUMENT_RELEASED = "document:released"
    DRIFT_DECIDED = "drift:decided"
    """Operations decided about differences between services and networks: repair or accept."""
    DRIFT_HELD = "drift:held"
    """A check found more to repair than is repaired without a decision."""
    EVENTS_EXPORTED = "events:exported"
    """A member of staff took the events of a search out of here: ``after`` says how many."""
    EXTRACT_CANCELLED = "extract:cancelled"
    EXTRACT_DELETED = "extract:deleted"
    """Whoever made it deleted its files."""
    EXTRACT_DOWNLOADED = "extract:downloaded"
    EXTRACT_FAILED = "extract:failed"
    EXTRACT_MADE = "extract:made"
    EXTRACT_REQUESTED = "extract:requested"
    """A person asked for a file of call details: ``after`` says of what, at which level."""
    GRANT_CONFIRMED = "grant:confirmed"
    GRANT_ENDED = "grant:ended"
    GRANT_EXPIRED = "grant:expired"
    """The validity ran out; ``after.happened_at`` says when."""
    GRANT_REASON_CHANGED = "grant:reason_changed"
    GRANT_SCHEDULED = "grant:scheduled"
    """Written before it begins; ``after.since`` says when."""
    GRANT_SHORTENED = "grant:shortened"
    """The grant ends earlier; ``after.until`` says when."""
    GRANT_STARTED = "grant:started"
    """``after.happened_at`` says when, where it was written before that."""
    MANDATE_CONFIRMED = "mandate:confirmed"
    MANDATE_ENDED = "mandate:ended"
    """``after.happened_at`` says when."""
    MANDATE_LAPSED = "mandate:lapsed"
    MANDATE_RECORDED = "mandate:recorded"
    """Waits for a second member of staff, and gives nothing yet."""
    MANDATE_REJECTED = "mandate:rejected"
    MANDATE_WITHDRAWN = "mandate:withdrawn"
    NOTE_ERASED = "note:erased"
    NOTICE_CREATED = "notice:created"
    NUMBER_MOVED = "number:moved"
    """An order moved a number to the service."""
    NUMBER_PORTED_OUT = "number:ported_out"
    NUMBER_BLOCK_LIFTED = "number_block:lifted"
    NUMBER_BLOCK_OPENED = "number_block:opened"
    ORDER_AMENDED = "order:amended"
    """Whoever placed it changed it: ``after.parts``."""
    ORDER_CANCEL_REQUESTED = "order:cancel_requested"
    ORDER_CHANGED = "order:changed"
    """It has another state: ``after.state``."""
    ORDER_CONFIRMED = "order:confirmed"
    """By one person alone, whom it names, or by a group, whose approval says who."""
    ORDER_CREATED = "order:created"
    ORDER_DELETED = "order:deleted"
    """Nothing of it ever began."""
    ORDER_IN_JEOPARDY = "order:in_jeopardy"
    """It is not completed by the time that was expected."""
    PAYMENT_BOOKED = "payment:booked"
    """Billing has it; ``after.unapplied`` is what it did not need, and returns."""
    PAYMENT_CHANGED = "payment:changed"
    """It has another state, by what ``after.news`` says was learned."""
    PAYMENT_DECIDED = "payment:decided"
    """Operations decided about it, ``after.decision``; beside it stands why."""
    PAYMENT_FLAGGED = "payment:flagged"
    """A person is to look at it: ``after.attention`` says why."""
    PAYMENT_REFUNDED = "payment:refunded"
    """Billing knows that the bank took the money back."""
    PAYMENT_STARTED = "payment:started"
    PEOPLE_LOOKED_UP = "people:looked_up"
    """A program learned the ids of several persons by their codes: ``after.count`` of them.

    It is in nobody's history: which persons they were is not kept."""
    PERSON_ERASED = "person:erased"
    PERSON_EXPORTED = "person:exported"
    PERSON_LOOKED_UP = "person:looked_up"
    """A member of staff looked at who somebody is or what they may do: ``after.by`` says how."""
    PRODUCT_PUBLISHED = "product:published"
    """A version of a product can be ordered."""
    PRODUCT_WITHDRAWN = "product:withdrawn"
    """It cannot any more: another version took its place, or none."""
    REGISTER_STATE_CHANGED = "register_state:changed"
    SERVICE_ACTIVATION_CODE_READ = "service:activation_code_read"
    """A person read the secret by which a telephone loads the service's eSIM."""
    SERVICE_CHANGED = "service:changed"
    SERVICE_CREATED = "service:created"
    SERVICE_RESEND_CANCELLED = "service:resend_cancelled"
    """Operations cancelled it: what was done is undone; ``service:resend_ended`` follows."""
    SERVICE_RESEND_ENDED = "service:resend_ended"
    SERVICE_RESEND_REQUESTED = "service:resend_requested"
    SERVICE_WANTED_CHANGED = "service:wanted_changed"
    """An order set what it should be: ``after`` names the characteristics, without values."""
    SIGNING_RULE_LOOKED_AT = "signing_rule:looked_at"
    """An officer said whether its groups are read rightly; ``after.result``."""
    SIGNING_RULE_READING_CONFIRMED = "signing_rule:reading_confirmed"
    SIGNING_RULE_READING_ENDED = "signing_rule:reading_ended"
    SIGNING_RULE_READING_RECORDED = "signing_rule:reading_recorded"
    SIGNING_RULE_READING_REJECTED = "signing_rule:reading_rejected"
    SIGNING_RULE_READING_VOID = "signing_rule:reading_void"
    """The register says something else than what was read."""
    SIGNING_RULE_READING_WITHDRAWN = "signing_rule:reading_withdrawn"
    STAFF_NAME_ERASED = "staff:name_erased"
    STUCK_DECIDED = "stuck:decided"
    STUCK_ENDED = "stuck:ended"
    STUCK_OPENED = "stuck:opened"
    SYNC_HELD = "sync:held"
    SYNC_REFUSED = "sync:refused"
    SYNC_REJECTED = "sync:rejected"
    SYNC_RELEASED = "sync:released"
    TARGET_PAUSED = "target:paused"
    TARGET_RESUMED = "target:resumed"
    VERIFICATION_ENDED = "verification:ended"
    VERIFICATION_STARTED = "verification:started"


REQUESTS = frozenset(
    {
        EventKind.APPROVAL_PROPOSED,
        EventKind.BULK_RETRY_REQUESTED,
        EventKind.CONTRACT_CREATED,
        EventKind.CONTRACT_SIGNING_STARTED,
        EventKind.DEPARTURE_REVIEW_OPENED,
        EventKind.NOTICE_CREATED,
        EventKind.ORDER_CREATED,
        EventKind.PAYMENT_STARTED,
        EventKind.SERVICE_RESEND_REQUESTED,
        EventKind.VERIFICATION_STARTED,
    }
)
"""Kinds that say who requested a process, and why."""
FOR_REPRESENTATIVES = frozenset(
    {
        EventKind.APPROVAL_CARRIED_OUT,
        EventKind.APPROVAL_CONFIRMED,
        EventKind.APPROVAL_ENDED,
        EventKind.APPROVAL_PROPOSED,
        EventKind.APPROVAL_TAKEN_BACK,
        EventKind.DELEGATION_PROPOSED,
        EventKind.DELEGATION_DROPPED,
    }
)
"""Kinds that, of those who view an account's access, only who represents its company sees."""


class ActorKind(StrEnum):
    """Kind of the actor who caused an event."""

    REGISTER = "register"
    """A register, through a sync."""
    PERSON = "person"
    """A person who logged in."""
    PORTAL = "portal"
    """A client that acts for a person."""
    SYSTEM = "system"
    """A client that acts for itself."""
    OPS = "ops"
    """A member of the operator's staff, by a pseudonymous id: see domain.staff."""
    ENGINE = "engine"
    """Volitus itself."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor who caused an event."""

    kind: ActorKind
    id: str = ""
    """A person's id, a client id or a source's name; never a personal code or a name."""
    run_id: UUID | None = None
    """The sync run that carried it, where one did."""
    for_person: UUID | None = None
    """The person for whom a portal acts. A person who logged in is the actor: see ``id``."""
    name: str | None = field(default=None, compare=False, repr=False)
    """Of a member of staff or a person, where it was read. Never stored with the actor."""
    broke_glass: bool = False
    """Of a member of staff: a command that was run without a sign-in, with ``--break-glass``."""

    def as_json(self) -> dict[str, Any]:
        """Return the actor as it is stored: without a name."""
        run = {"run": str(self.run_id)} if self.run_id else {}
        person = {"for": str(self.for_person)} if self.for_person else {}
        glass = {"break_glass": True} if self.broke_glass else {}
        return {"kind": self.kind, "id": self.id} | run | person | glass

    def naming(self, person_id: UUID) -> Self:
        """Return the actor with the person who acts, or for whom a portal acts."""
        if self.kind is ActorKind.PERSON:
            return replace(self, id=str(person_id))
        return replace(self, for_person=person_id)

    @property
    def person_id(self) -> UUID | None:
        """The person who acted, or for whom a portal did; None: nobody, or it is not known who."""
        if self.kind is ActorKind.PERSON:
            return UUID(self.id) if self.id else None
        return self.for_person

    @classmethod
    def from_json(cls, value: Mapping[str, Any], name: str | None = None) -> Self:
        """Return the stored actor, with the name that was read beside it."""
        run, person = (UUID(each) if each else None for each in map(value.get, ("run", "for")))
        glass = bool(value.get("break_glass"))
        return cls(ActorKind(value["kind"]), value["id"], run, person, name, glass)

    @property
    def shown(self) -> str:
        """The actor for staff: a name where there is one, else the id."""
        return self.name or self.id


NOTE_DIGEST = "note_digest"
"""Key of an event's reason under which the digest of its note is chained."""


def note_digest(key: bytes, note: str) -> str:
    """Return what the chain holds of a note instead of its text.

    The key is random, stored with the note and erased with it: a digest whose note is erased says
    nothing about the text any more, not even to someone who guesses it.
    """
    return hmac.digest(key, note.encode(), "sha256").hex()


class ChainFault(StrEnum):
    """What is wrong with a position of the chain."""

    EVENT_CHANGED = "event_changed"
    EVENT_GONE = "event_gone"
    NOTE_CHANGED = "note_changed"
    POSITIONS_MISSING = "positions_missing"


GENESIS = "0" * 64
"""The hash before the first event of the chain."""


def chained(previous: str, line: Mapping[str, Any]) -> str:
    """Return the hash of an event that follows the one with the hash ``previous``.

    ``line`` is the event as JSON. Canonical: sorted keys, no spaces, UTF-8, so that anyone can
    recompute the chain from an export without this code.
    """
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
