"""Contracts as tables for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cli.console import Failure
from cli.contracts import as_json
from cli.orders.render import EVENT_COLUMNS, STEP_COLUMNS, event_line, step_line
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, print_below
from domain.ops.process_steps import ProcessStep
from services.contracts import reads
from services.contracts.reads import ShownContract
from services.errors import NotFound
from storage.accounts import account_queries, service_queries
from storage.accounts.service_queries import ServiceRead
from storage.audit import event_queries
from storage.audit.event_queries import SubjectEvent
from storage.contracts.rows import StoredContract
from storage.database import Connection
from storage.documents import documents
from storage.documents.documents import StoredDocument
from storage.ops import process_step_queries

COLUMNS = Columns(
    ("id", "state", "account", "product", "starts", "committed until", "ends", "created"),
    spare=("created", "starts", "committed until"),
)
_SERVICES = Columns(("service", "kind", "number", "status"))
_DOCUMENTS = Columns(
    ("document", "kind", "language", "bytes", "made", "kept until", "state"),
    spare=("bytes", "language"),
)


def line(contract: StoredContract, references: Mapping[UUID, str]) -> Sequence[object]:
    """Return the row of a contract in a list."""
    account = references.get(contract.account_id, contract.account_id)
    about = (contract.id, contract.state, account, contract.product)
    ends = contract.ends_at or contract.expires_on
    return *about, contract.starts_on, contract.committed_until, ends, contract.created_at


@dataclass(frozen=True, slots=True)
class ContractStory:
    """A contract, and all that became of it."""

    shown: ShownContract
    reference: str | None
    """Of the account."""
    services: Sequence[ServiceRead]
    documents: Sequence[StoredDocument]
    steps: Sequence[ProcessStep]
    """Of the orders that start it, shut it off or open it, and end it."""
    events: Sequence[SubjectEvent]

    def as_json(self) -> dict[str, Any]:
        """Return the story as JSON."""
        return as_json.story(self.shown, self.reference, self.documents, self.steps, self.events)

    def print(self, *, wide: bool) -> None:
        """Print the story."""
        print_facts(self._facts())
        services = ((each.id, each.kind, each.number, each.status) for each in self.services)
        print_below(_SERVICES, services, wide=wide)
        print_below(_DOCUMENTS, map(_document, self.documents), wide=wide)
        agreed = ((each.person_id, each.agreed_at) for each in self.shown.agreed)
        print_below(("agreed by", "at"), agreed, wide=wide)
        print_below(STEP_COLUMNS, map(step_line, self.steps), wide=wide)
        print_below(EVENT_COLUMNS, map(event_line, self.events), wide=wide)

    def _facts(self) -> Mapping[str, object]:
        found = self.shown.contract
        return {
            "id": found.id,
            "state": found.state,
            "account": f"{self.reference} {found.account_id}",
            "product": f"{found.product} {found.product_version or ''}".strip(),
            "user": found.person_id,
            "rests on": found.host_service_id,
            "created": found.created_at,
            "agree by": found.agree_by,
            "signed": found.signed_at,
            "starts": found.starts_on,
            "committed until": found.committed_until,
            "expires": found.expires_on,
            "suspended because": found.suspend_reason,
            "suspended by the operator's record": found.suspension_is_told or None,
            "ends": found.ends_at,
            "ends because": found.end_reason,
            "ended by": found.end_by and found.end_by["kind"],
            "end is another's to say": found.is_end_anothers or None,
            "billed until": found.billed_until,
            "number kept until": found.number_kept_until,
            "cancelled because": found.refusal,
            "over": found.ended_at,
            "last step done": found.closed_at,
            "start order": found.start_order_id,
            "order of its suspension": found.suspend_order_id,
            "end order": found.end_order_id,
        }


def _document(document: StoredDocument) -> Sequence[object]:
    state = "erased" if document.erased_at else "legal hold" if document.legal_hold else "kept"
    about = (document.id, document.kind, document.language, document.size)
    return *about, document.created_at, document.keep_until, state


def read(connection: Connection, contract_id: UUID) -> ContractStory:
    """Read the story of a contract. Raises Failure where there is none with this id."""
    try:
        shown = reads.shown_contract(connection, contract_id, None)
    except NotFound:
        raise Failure(
            f"No contract has the id `{contract_id}`: see `volitus contracts list`."
        ) from None
    contract = shown.contract
    names = account_queries.references(connection, {contract.account_id})
    services = (service_queries.service(connection, each) for each in contract.service_ids)
    placed = (contract.start_order_id, contract.suspend_order_id, contract.end_order_id)
    orders = [each for each in placed if each]
    kept = documents.of_subject(connection, contract_id)
    about = [contract_id, *(each.id for each in kept)]
    return ContractStory(
        shown,
        names.get(contract.account_id),
        [each for each in services if each is not None],
        kept,
        [step for order in orders for step in process_step_queries.steps_of(connection, order)],
        event_queries.about(connection, about),
    )
