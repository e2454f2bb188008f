"""Orders of real products, whose steps are carried out at simulated targets without Temporal."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from activities.adapters.billing.billing import Billing
from activities.adapters.networks import Networks
from activities.adapters.tmf640.network import Network
from activities.orders.change_targets import ChangeBillingActivities, ChangeNetworkActivities
from activities.provisioning.effect import Outcome, OutcomeKind
from domain.catalogue.actions import ItemAction
from domain.catalogue.parameters import complete
from domain.catalogue.products import Product
from domain.inventory.characteristics import SECRETS
from domain.inventory.secrets import SecretName, SecretPlace
from domain.orders.giving import NUMBER_GIVEN
from domain.orders.planning import planned
from domain.orders.requests import RequestedItem, RequestedOrder
from domain.provisioning.steps import Decision, Step
from domain.provisioning.targets import TargetKind
from storage.database import Database
from storage.inventory import secrets
from storage.orders import placing, plan_queries
from storage.orders.placing import JudgedItem, NewOrder
from storage.provisioning import undoing
from tests.builders.orders import CLIENT, PORTAL, Orders
from tests.builders.rows import rows
from tests.fixtures import payload_keys

_ATTEMPTS = 10
"""More than any step needs: a fault, its question, and what follows."""


class ProductOrders(Orders):
    """Orders on one account, of one product each."""

    def __init__(
        self, database: Database, account_id: UUID, network: Network, billing: Billing
    ) -> None:
        super().__init__(database, account_id)
        self._booking = billing
        runner, cipher = self.harness.steps, payload_keys.secrets()
        self._network = ChangeNetworkActivities(runner, Networks(network), cipher)
        self._billing = ChangeBillingActivities(runner, billing)

    def with_network(self, network: Network) -> "ProductOrders":
        """The same, with another network."""
        return ProductOrders(self.database, self.account_id, network, self._booking)

    def order(
        self, product: Product, action: ItemAction, given: Mapping[str, Any], service_id: UUID
    ) -> UUID:
        """Place an order of this product, and begin it."""
        parameters = complete(product, action, given)
        other = None if product.other_service is None else UUID(given[product.other_service])
        if other is not None:
            sql = "SELECT number FROM service WHERE id = :id"
            parameters[NUMBER_GIVEN] = rows(self.database, sql, id=other)[0].number
        found = JudgedItem(
            RequestedItem("a", action, product.id, product.version, service_id),
            service_id,
            product.version,
            {name: value for name, value in parameters.items() if name not in SECRETS},
            planned(product, action),
            product.prices_of(action, parameters),
            other_service_id=other,
        )
        requested = RequestedOrder((found.requested,), self.account_id, None, digest="d")
        new = NewOrder(
            uuid4(), self.account_id, requested, [found], CLIENT, None, timedelta(minutes=2)
        )
        with self.database.transaction() as session:
            placing.insert(session, new, PORTAL)
            for name in SECRETS & parameters.keys():
                place = SecretPlace(new.id, 1, SecretName(name))
                sealed = payload_keys.secrets().seal(str(parameters[name]), str(place))
                secrets.keep(session, place, service_id, sealed)
        assert self.begin(new.id)
        return new.id

    def actions(self, order_id: UUID) -> Sequence[str]:
        """The actions of the order's steps, in their order."""
        with self.database.reading() as connection:
            plan = plan_queries.plan_of(connection, order_id)
        return [f"{step.id}.{item.number}" for item in plan.items for step in item.steps]

    def until_settled(self, order_id: UUID, action: str) -> OutcomeKind:
        """Attempt a step until it is settled, refused or undone, as its process would."""
        step, kind = self.step(order_id, action), OutcomeKind.WAITING
        for _ in range(_ATTEMPTS):
            outcome = self.try_once(step)
            kind = OutcomeKind.WAITING if outcome is None else outcome.kind
            row = self.harness.row(step)
            if row.ended_at is not None or row.state in {"refused", "given_up", "aborting"}:
                break
        return kind

    def try_once(self, step: Step) -> Outcome | None:
        """Attempt a step once; None: Temporal would retry."""
        kind = self._kind(step)
        do = {
            TargetKind.NETWORK: self._network.change_network,
            TargetKind.BILLING: self._billing.change_billing,
        }[kind]
        outcome: Outcome | None = self.harness.attempt(do, step)
        return outcome

    def undo_all(self, order_id: UUID) -> Sequence[str]:
        """Undo what is to be undone, as the order's process does; return the actions undone."""
        undone: list[str] = []
        while True:
            with self.database.transaction() as session:
                left = undoing.to_undo(session, order_id, self._undoable(order_id))
            if not left:
                return undone
            self.until_settled(order_id, f"undo-{left[0]}")
            assert self.harness.row(self.step(order_id, f"undo-{left[0]}")).state == "done"
            undone.append(left[0])

    def abort(self, order_id: UUID, action: str) -> None:
        """Decide as an operator that a stuck step is not carried out."""
        step = self.step(order_id, action)
        self.harness.decide(step, Decision.ABORT)
        self.until_settled(order_id, action)

    def activation_code(self, order_id: UUID, service_id: UUID) -> str:
        """Open the activation code that the service has, as its person may."""
        with self.database.reading() as connection:
            found = secrets.activation_code(connection, service_id)
        assert found is not None
        assert found.place == SecretPlace(order_id, 1, SecretName.ACTIVATION_CODE)
        return payload_keys.secrets().open(found.sealed, str(found.place))

    def _undoable(self, order_id: UUID) -> Sequence[str]:
        found = [self.step(order_id, action) for action in self.actions(order_id)]
        return [step.action for step in found if step.can_undo]

    def _kind(self, step: Step) -> TargetKind:
        with self.database.reading() as connection:
            plan = plan_queries.plan_of(connection, step.process_id)
        names = {f"{each.id}.{i.number}": each.target for i in plan.items for each in i.steps}
        return names[step.undoes or step.action]
