"""Drafts of contracts that a person agrees to by a click as soon as they are offered."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from temporalio import activity

from activities.contracts.render import RenderContractActivities
from activities.contracts.start import ContractStartInput
from domain.approvals.confirmations import Confirming
from domain.approvals.rules import ApprovalRules
from domain.audit import Actor, ActorKind
from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.starts import FrozenPrice, OfferedTerms
from domain.identifiers import PersonKey
from domain.identity import Acr, Login
from domain.numbers.sms_texts import Language
from domain.task_queues import ActivityQueue
from services.catalogue.files import read_catalogue
from services.catalogue.publishing import new_product
from simulators.register.people import People
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.catalogue import products
from storage.contract_agreements import agreeing
from storage.contracts import acts, rows, starting
from storage.contracts.starting import NewContract
from storage.database import Database
from storage.parties import upsert

_BY = Actor(ActorKind.SYSTEM, "benchmarks")
_PRODUCT = "internet-subscription"
_LOGIN = Login("https://issuer.test", "jti", Acr.HIGH, ("mid",), datetime(2026, 8, 1, tzinfo=UTC))


class Customer:
    """A person with an account, who starts contracts of fixed internet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        key = PersonKey("EE", next(p.code for p in map(People(1).at, range(99)) if _is_ours(p)))
        account = AccountFacts(uuid4(), "C-1", "", key)
        self._account_id = account.id
        with database.transaction() as session:
            products.publish(session, [new_product(each) for each in read_catalogue(None)])
            put_accounts(session, [account], actor=_BY)
            self.person_id = upsert.person_ids(session, [key])[key]

    def drafts(self, number: int) -> list[UUID]:
        """Draft this many contracts; their processes are asked for, and not started."""
        return [self._draft() for _ in range(number)]

    def _draft(self) -> UUID:
        terms = OfferedTerms(
            service_id=uuid4(),
            number=None,
            service_name="Kodu",
            months=24,
            parameters={"package": "internet-300"},
            prices=(FrozenPrice(2790, "EUR", is_vat_included=True, period="monthly"),),
        )
        agreed = (Agreement.CONFIRM, Party.OWNER)
        new = NewContract(uuid4(), self._account_id, _PRODUCT, "1", *agreed, terms)
        with self._database.transaction() as session:
            starting.draft(session, new, actor=_BY)
        return new.id


class AgreedActivities:
    """The product's activity that renders and offers; then the customer agrees at once."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(
        self,
        rendering: RenderContractActivities,
        database: Database,
        customer: Customer,
        rules: ApprovalRules,
    ) -> None:
        self._rendering = rendering
        self._database = database
        self._customer = customer
        self._rules = rules

    @activity.defn(name="contracts.render")
    def render(self, start: ContractStartInput) -> None:
        """Render and offer, and agree as the API does, in a transaction of its own."""
        self._rendering.render(start)
        person_id = self._customer.person_id
        with self._database.transaction() as session:
            contract = rows.read(session, start.contract_id)
            act = None if contract is None else acts.act_of(session, contract)
            if act is None:
                raise LookupError("the contract is not there")
            given = Confirming(person_id, act.digest(), 1, Language.ESTONIAN, _LOGIN)
            asked = (session, start.contract_id, given, self._rules)
            by = Actor(ActorKind.PERSON, str(person_id))
            agreeing.agree(*asked, by_signature=False, actor=by)


def rendering_of(activities: Sequence[object]) -> RenderContractActivities:
    """Return the object that carries the product's activity ``contracts.render``."""
    for each in activities:
        carrier = getattr(each, "__self__", None)
        if isinstance(carrier, RenderContractActivities):
            return carrier
    raise LookupError("no activity renders contracts")


def _is_ours(person: object) -> bool:
    return getattr(person, "country", "") == "EST"
