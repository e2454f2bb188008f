"""Use cases of readers: the contracts of an account, and one contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.access.permissions import Permission
from domain.accounts import ServiceLabel
from domain.contracts.reasons import EndReason
from domain.numbers.sms_texts import Language
from services.contracts.contract_facts import ToAgree, to_agree
from services.contracts.labels import ContractLabels
from services.contracts.sight import ContractSight, seen_contract, sight_of, sight_on
from services.contracts.signers import NOBODY, Signers, read_signers
from services.engine import Engine
from services.errors import NotFound
from storage.contract_signing import signatures
from storage.contract_signing.signatures import SignatureFacts
from storage.contracts import agreements, contract_list, proposals
from storage.contracts.agreements import Agreement
from storage.contracts.rows import StoredContract
from storage.database import Connection
from storage.delegations import support


@dataclass(frozen=True, slots=True)
class ShownContract:
    """A contract as one reader sees it."""

    contract: StoredContract
    agreed: list[Agreement]
    signatures: Sequence[SignatureFacts]
    """The operator's seal among them."""
    to_agree: ToAgree | None
    """None: it does not wait for anybody's agreement."""
    may_end: bool
    """Whether the reader may end it, or withdraw it before it is active."""
    may_propose_end: bool
    """Whether the reader may end it, but only together with others."""
    may_call_off: bool
    """Whether the reader may call its end off now, alone or together with others."""
    product_names: Mapping[Language, str]
    """Empty: the catalogue does not know its product."""
    services: Sequence[ServiceLabel]
    """Those on its account now."""
    proposed_end: EndReason | None
    """Why operations are to decide whether it ends; None: it is not proposed."""
    has_agreed: bool
    """Whether the reader has agreed so far."""
    signers: Signers = NOBODY
    """Of one contract that is read; in a list nobody is named."""


async def read_contract(engine: Engine, contract_id: UUID, person_id: UUID | None) -> ShownContract:
    """Return a contract that this person sees; None: a member of staff. Raises NotFound."""
    return await engine.read(lambda connection: shown_contract(connection, contract_id, person_id))


def shown_contract(
    connection: Connection, contract_id: UUID, person_id: UUID | None
) -> ShownContract:
    """Return the same as ``read_contract``."""
    contract, sight = seen_contract(connection, contract_id, person_id)
    labels = ContractLabels.read(connection, [contract])
    shown = _shown(connection, contract, sight, labels)
    ids = {each.person_id for each in shown.agreed}
    ids |= {each.person_id for each in shown.signatures if each.person_id is not None}
    approval_id = None if shown.to_agree is None else shown.to_agree.approval_id
    signers = read_signers(connection, contract, sight, ids, approval_id)
    return replace(shown, signers=signers)


def shown_to_staff(
    connection: Connection, found: Sequence[StoredContract]
) -> Sequence[ShownContract]:
    """Return contracts, of whichever accounts, as a list shows them to staff."""
    labels = ContractLabels.read(connection, found)
    return [_shown(connection, each, sight_on(connection, each, None), labels) for each in found]


async def list_contracts(
    engine: Engine,
    account_id: UUID,
    person_id: UUID | None,
    *,
    only_open: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[ShownContract]:
    """Return a page of an account's contracts, and of those that rest on its numbers.

    The newest first. Raises NotFound.
    """

    def read(connection: Connection) -> list[ShownContract]:
        sight = sight_of(connection, account_id, person_id)
        if sight.owner_id is None or not sight.sight.sees(Permission.CONTRACT_VIEW):
            raise NotFound
        found = contract_list.page_of(
            connection,
            account_id,
            owner_id=None if person_id is None else sight.owner_id,
            only_open=only_open,
            before=before,
            limit=limit,
        )
        seen = sight.with_own_host(account_id)
        labels = ContractLabels.read(connection, found)
        return [_shown(connection, each, seen, labels) for each in found]

    return await engine.read(read)


async def list_own_contracts(
    engine: Engine, person_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[ShownContract]:
    """Return a page of a person's own contracts, on whichever account, the newest first.

    A frozen person sees none.
    """

    def read(connection: Connection) -> list[ShownContract]:
        if support.is_suspended(connection, person_id):
            return []
        found = contract_list.page_of_person(connection, person_id, before=before, limit=limit)
        labels = ContractLabels.read(connection, found)
        return [
            _shown(connection, each, sight_on(connection, each, person_id), labels)
            for each in found
        ]

    return await engine.read(read)


def _shown(
    connection: Connection, contract: StoredContract, sight: ContractSight, labels: ContractLabels
) -> ShownContract:
    agreed = agreements.of_contract(connection, contract.id)
    return ShownContract(
        contract,
        agreed,
        signatures.facts_of(connection, contract.id),
        to_agree(connection, contract, may_agree=sight.may_agree(contract)),
        sight.may_end(contract),
        sight.may_propose_end(contract),
        sight.may_call_off(contract),
        labels.product(contract),
        labels.services(contract, sight),
        proposals.proposed_end(connection, contract.id),
        any(each.person_id == sight.person_id for each in agreed),
    )
