"""Activity of ContractEnd that makes the confirmation of a contract's end."""

from collections.abc import Mapping
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.adapters.typst.renderer import NotRendered, Renderer
from activities.contracts.end import ContractEndInput
from domain.contracts.starts import OfferedTerms
from domain.contracts.states import ContractState
from domain.days import day_of
from domain.documents.contract_document import Provider
from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from domain.task_queues import ActivityQueue
from runtime.document_texts import termination_data
from runtime.ended_contracts import ContractOver, confirmation_of
from storage.catalogue import products
from storage.contracts import ended, parties, rows
from storage.contracts.rows import StoredContract
from storage.database import Connection, Database, Session
from storage.documents import documents, keeping
from storage.documents.documents import NewDocument

KIND = DocumentKind.TERMINATION
log = structlog.get_logger(__name__)


class ConfirmEndActivities:
    """Activity of ContractEnd that renders."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(
        self, database: Database, renderer: Renderer, provider: Provider | None, zone: ZoneInfo
    ) -> None:
        """``provider`` None: nothing is confirmed, for the operator has no name."""
        self._database = database
        self._renderer = renderer
        self._provider = provider
        self._zone = zone

    @activity.defn(name="contracts.confirm_end")
    def confirm_end(self, start: ContractEndInput) -> None:
        """Render the confirmation of an end that has come, and keep it. Idempotent.

        What was kept once stays. Nothing is done of a contract whose end was called off.
        """
        with self._database.reading() as connection:
            contract = rows.read(connection, start.contract_id)
            if contract is None or contract.state is not ContractState.ENDED:
                return
            if self._provider is None:
                log.warning("end_not_confirmed", contract_id=str(contract.id))
                return
            over = self._over(connection, contract)
        content = self._rendered(termination_data(confirmation_of(over, self._provider)))
        with self._database.transaction() as session:
            _keep(session, contract, over, content)

    def _over(self, connection: Connection, contract: StoredContract) -> ContractOver:
        terms = OfferedTerms.from_json(contract.terms) if contract.terms else None
        language = Language.ESTONIAN if terms is None else terms.language
        ended_at = contract.ended_at or contract.now
        kept = contract.number_kept_until
        return ContractOver(
            contract.id,
            language,
            _product_name(connection, contract, language),
            parties.party(connection, contract.person_id or contract.owner_id),
            day_of(ended.set_at(connection, contract.id) or ended_at, self._zone),
            day_of(ended_at, self._zone),
            [(s.kind, s.name, s.number) for s in ended.services(connection, contract.id)],
            contract.end_cost or (),
            is_cost_known=bool(contract.is_end_cost_known),
            number_kept_until=None if kept is None else day_of(kept, self._zone),
        )

    def _rendered(self, data: Mapping[str, Any]) -> bytes:
        try:
            return self._renderer.render(KIND, data)
        except NotRendered as error:
            # Its cause may quote the data, which no history may hold.
            raise ApplicationError(f"not rendered: {error}", type="NotRendered") from None


def _product_name(connection: Connection, contract: StoredContract, language: Language) -> str:
    """Return the product's name; of one that the catalogue does not know, as it was told."""
    if contract.product_version is None:
        product = products.current(connection).get(contract.product)
    else:
        product = products.read(connection, contract.product, contract.product_version)
    return contract.product if product is None else product.name[language]


def _keep(session: Session, contract: StoredContract, over: ContractOver, content: bytes) -> None:
    locked = rows.lock(session, contract.id)
    found = documents.of_subject(session.connection(), contract.id)
    if locked is None or locked.ended_at is None or any(each.kind is KIND for each in found):
        return
    new = NewDocument(KIND, locked.account_id, locked.id, over.language, content)
    documents.store(session, new)
    keeping.keep_from(session, locked.id, locked.ended_at)
