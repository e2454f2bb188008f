"""Activity of ContractStart that makes the documents of a contract, and offers it with them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.adapters.typst.renderer import NotRendered, Renderer
from activities.contracts.containers import store_container, store_seal
from activities.contracts.seal import Sealer
from activities.contracts.signed_files import files_of
from activities.contracts.start import ENGINE, ContractStartInput
from domain.contracts.starts import OfferedTerms
from domain.contracts.states import ContractState
from domain.days import day_of
from domain.documents.contract_document import ContractDocument, Provider
from domain.documents.kinds import DocumentKind
from domain.task_queues import ActivityQueue
from runtime.document_texts import contract_data, summary_data
from runtime.offered_contracts import OfferedContract, document_of
from storage.catalogue import products
from storage.contract_orders import start as starts
from storage.contracts import parties, rows, wakeups
from storage.contracts.rows import StoredContract
from storage.database import Connection, Database, Session
from storage.documents import documents
from storage.documents.documents import NewDocument

Rendered = Mapping[DocumentKind, bytes]


class RenderContractActivities:
    """Activity of ContractStart that renders."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(
        self,
        database: Database,
        renderer: Renderer,
        provider: Provider | None,
        zone: ZoneInfo,
        agree_within: timedelta,
        *,
        sealer: Sealer | None = None,
    ) -> None:
        """``provider`` None: no contract can be offered. ``agree_within``: how long one waits.

        ``sealer`` None: the operator has no e-seal here.
        """
        self._database = database
        self._renderer = renderer
        self._provider = provider
        self._zone = zone
        self._agree_within = agree_within
        self._sealer = sealer

    @activity.defn(name="contracts.render")
    def render(self, start: ContractStartInput) -> None:
        """Render the documents of a draft, keep them, and offer it with them. Idempotent.

        Kept and offered in one transaction: a draft is never half offered. The same draft has the
        same bytes. Whatever prevents it is tried again: what is missing may be set meanwhile.
        Sealed by the operator, they are kept as a container as well.
        """
        with self._database.transaction() as session:
            wakeups.see(session, start.contract_id)
        with self._database.reading() as connection:
            contract = rows.read(connection, start.contract_id)
            if contract is None or contract.state is not ContractState.DRAFT:
                return
            said = self._document(connection, contract)
        rendered = self._rendered(said)
        files = files_of(rendered, OfferedTerms.from_json(contract.terms).language)
        sealed = None if self._sealer is None else self._sealer.seal(files)
        with self._database.transaction() as session:
            locked = rows.lock(session, start.contract_id)
            # Meanwhile it may be withdrawn, or offered by another attempt.
            if locked is not None and locked.state is ContractState.DRAFT:
                self._offer(session, locked, rendered)
                if sealed is not None:
                    store_seal(session, locked, sealed)
                    store_container(session, locked, files)

    def _document(self, connection: Connection, contract: StoredContract) -> ContractDocument:
        if self._provider is None:
            raise ApplicationError("VOLITUS_OPERATOR_NAME is not set", type="OperatorUnknown")
        version = contract.product_version or ""
        product = products.read(connection, contract.product, version)
        if product is None:
            raise LookupError("the product of a contract that was started here is not known")
        offered = OfferedContract(
            contract.id,
            day_of(contract.created_at, self._zone),
            product,
            contract.agreement,
            OfferedTerms.from_json(contract.terms),
            # A user's contract is theirs, on whoever's service it rests.
            parties.party(connection, contract.person_id or contract.owner_id),
        )
        return document_of(offered, self._provider)

    def _rendered(self, said: ContractDocument) -> Rendered:
        data = {
            DocumentKind.CONTRACT: contract_data(said),
            DocumentKind.CONTRACT_SUMMARY: summary_data(said),
        }
        try:
            return {kind: self._renderer.render(kind, each) for kind, each in data.items()}
        except NotRendered as error:
            # Its cause may quote the data, which no history may hold.
            raise ApplicationError(f"not rendered: {error}", type="NotRendered") from None

    def _offer(self, session: Session, contract: StoredContract, rendered: Rendered) -> None:
        terms = OfferedTerms.from_json(contract.terms)
        digests = {}
        for kind, content in rendered.items():
            new = NewDocument(kind, contract.account_id, contract.id, terms.language, content)
            documents.store(session, new)
            digests[kind.value] = new.sha256
        frozen = replace(terms, documents=digests)
        starts.offer(session, contract, frozen, self._agree_within, actor=ENGINE)
