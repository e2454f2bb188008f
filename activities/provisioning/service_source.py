"""What effects on a service at the network ask their process for."""

from collections.abc import Collection
from typing import Protocol

from domain.provisioning.network_services import NetworkService, ServiceChange
from domain.provisioning.steps import Answer, NotDone, Step
from storage.database import Session


class KnownService(Protocol):
    """A service as the network knows it."""

    @property
    def known_as(self) -> str:
        """Id by which the network knows it."""
        ...

    @property
    def is_ended(self) -> bool:
        """It has ended: nothing is sent for it any more, but for what undoes."""
        ...


class ServiceSource(Protocol):
    """The rows of one process that a step is about. Made for one attempt.

    ``service`` comes first, in the transaction that prepares the attempt; it reads all the rest.
    """

    def service(self, session: Session, step: Step) -> KnownService | None:
        """Read the service, and mark the process as running; None: there is none any more."""
        ...

    def change(self, network_id: str) -> ServiceChange:
        """Make the change that the step wants; of a step that undoes another: that other's."""
        ...

    def restorable(self) -> Collection[str]:
        """Names of the settings that the process changes and may put back."""
        ...

    def before(self, session: Session, step: Step) -> NetworkService | None:
        """Return the service as this process has read it; None: it has not."""
        ...

    def settled(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Write what follows from an answer in the process's rows."""
        ...

    def keep_network_id(self, session: Session, step: Step, network_id: str) -> None:
        """Keep the id by which the network knows the service, which an operator corrected."""
        ...
