"""A worker that may die at any point: what it uses stops as after SIGKILL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from sqlmodel import Session

from activities.adapters.tmf640.network import Network
from domain.provisioning.attempts import Sent
from domain.provisioning.network_services import NetworkService, ServiceChange, ServicePage
from domain.provisioning.steps import Answer
from storage.database import Database

T = TypeVar("T")


class Died(BaseException):
    """The worker is no more: like after SIGKILL, nothing that it would do next is done."""


@dataclass
class Life:
    """The points at which a worker may die, as it passes them, and the one at which it does."""

    ends_at: int | None = None
    passed: list[str] = field(default_factory=list)
    safe: bool = False
    """True while points are not counted."""

    def point(self, what: str) -> None:
        if self.safe:
            return
        self.passed.append(what)
        if len(self.passed) - 1 == self.ends_at:
            raise Died(what)


class MortalDatabase(Database):
    """A database whose user may die before and after each commit."""

    life = Life()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with super().transaction() as session:
            yield session
            self.life.point("before the commit")
        self.life.point("after the commit")


class MortalNetwork:
    """A network whose caller may die before the call, and after it without the answer."""

    life = Life()

    def __init__(self, network: Network) -> None:
        self._network = network

    def read(self, network_id: str) -> NetworkService:
        return self._called(lambda: self._network.read(network_id))

    def services(self, offset: int, limit: int) -> ServicePage:
        return self._called(lambda: self._network.services(offset, limit))

    def change(self, change: ServiceChange, key: str) -> Answer:
        return self._called(lambda: self._network.change(change, key))

    def ask(self, change: ServiceChange, key: str, sent: Sent) -> Answer | None:
        return self._called(lambda: self._network.ask(change, key, sent))

    def _called(self, call: Callable[[], T]) -> T:
        self.life.point("before the network is called")
        answer = call()
        self.life.point("before its answer comes")
        return answer
