"""Activities of ServiceOrder at targets: carry out a step, or undo one (``step.undoes``)."""

from typing import ClassVar

from temporalio import activity

from activities.adapters.billing.billing import Billing
from activities.adapters.networks import Networks
from activities.orders.billing_effects import Book, Unbook
from activities.orders.network_effects import ChangeNetwork
from activities.provisioning.effect import Outcome
from activities.provisioning.run_step import StepRunner
from domain.provisioning.steps import Step
from domain.provisioning.targets import TargetKind
from domain.task_queues import ActivityQueue
from runtime.secret_cipher import SecretCipher


class ChangeNetworkActivities:
    """Steps at the network."""

    queue: ClassVar[ActivityQueue | None] = TargetKind.NETWORK

    def __init__(self, runner: StepRunner, networks: Networks, cipher: SecretCipher) -> None:
        self._runner = runner
        self._networks = networks
        self._cipher = cipher

    @activity.defn(name="orders.change_network")
    def change_network(self, step: Step) -> Outcome:
        """Do at the network what the item's product says, or undo it."""
        effect = ChangeNetwork(self._networks.of(step), self._cipher)
        return self._runner.carry_out(step, effect)


class ChangeBillingActivities:
    """Steps at billing."""

    queue: ClassVar[ActivityQueue | None] = TargetKind.BILLING

    def __init__(self, runner: StepRunner, billing: Billing) -> None:
        self._runner = runner
        self._billing = billing

    @activity.defn(name="orders.change_billing")
    def change_billing(self, step: Step) -> Outcome:
        """Book what the item's product says, or undo it."""
        effect = Book(self._billing) if step.undoes is None else Unbook(self._billing)
        return self._runner.carry_out(step, effect)
