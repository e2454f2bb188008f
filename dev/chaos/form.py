"""The size of a campaign."""

from dataclasses import dataclass

from dev.chaos.billed_workload import PayingHabit

MOST_ITEMS = 4
"""Of an order."""


@dataclass(frozen=True, slots=True)
class Form:
    """The size of a campaign: how much of everything, by the number of processes."""

    processes: int
    standard: bool = False
    """The network follows TMF640 and has nothing beyond it: no keys, no monitors."""

    @property
    def asking(self) -> float:
        """Seconds during which requests are sent."""
        return max(6.0, self.processes * 0.2)

    @property
    def short(self) -> bool:
        """True for a short campaign, for CI."""
        return self.asking < 20

    @property
    def life(self) -> float:
        """Seconds for which a code is valid."""
        return min(40.0, 8 + self.asking / 2)

    @property
    def patience(self) -> float:
        """Seconds after which a process that still moves counts as never ending."""
        return 180

    @property
    def services(self) -> int:
        """Number of services, few enough that several re-sendings share one."""
        return max(6, self.processes // 10)

    @property
    def givings(self) -> int:
        """Number of people who give access; among the processes."""
        return self.processes // 6

    @property
    def orders(self) -> int:
        """Number of orders, among the processes. A network without keys gets none."""
        return 0 if self.standard else self.processes // 6

    @property
    def contracts(self) -> int:
        """Number of contracts, among the processes. A network without keys gets none."""
        return 0 if self.standard else self.processes // 7

    @property
    def payments(self) -> int:
        """Number of payments of invoices, among the processes."""
        return 0 if self.standard else max(len(PayingHabit), self.processes // 10)

    @property
    def extracts(self) -> int:
        """Number of extracts of call details, among the processes."""
        return 0 if self.standard else max(2, self.processes // 40)

    @property
    def wanted(self) -> int:
        """Number of phone numbers that contracts are started for: fewer than contracts."""
        return max(2, self.contracts * 3 // 4)

    @property
    def billed(self) -> int:
        """Number of processes about bills."""
        return self.payments + self.extracts

    @property
    def ordered(self) -> int:
        """Number of services that orders change, few enough that several share one."""
        return max(MOST_ITEMS, self.orders // 2)

    @property
    def people(self) -> int:
        """Number of people; each proves several numbers."""
        return max(3, self.processes // 8)

    def kills(self) -> dict[str, int]:
        """Number of kills by program."""
        return {
            "worker": max(1, self.processes // 70),
            "api": max(1, self.processes // 100),
            "temporal": max(1, self.processes // 125),
            "postgresql": max(1, self.processes // 250),
        }
