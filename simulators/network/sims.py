"""Numbers that the operator knows, and when their SIMs were last changed."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

OWN_PREFIX = "+372"
Number = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{4,14}$", description="E.164")]


class SimForm(BaseModel):
    """State of a SIM. Numbers of +372 that were never set are known, their SIMs never changed."""

    model_config = ConfigDict(extra="forbid")

    number: Number
    changed_hours_ago: float | None = Field(
        None, ge=0, le=100_000, description="Counted from now on; null: never"
    )
    known: bool = Field(default=True, description="To this operator")


class Sims:
    def __init__(self) -> None:
        self._set: dict[str, SimForm] = {}
        self._changed_at: dict[str, datetime] = {}

    def put(self, sim: SimForm) -> None:
        self._set[sim.number] = sim
        self._changed_at.pop(sim.number, None)
        if sim.changed_hours_ago is not None:
            ago = timedelta(hours=sim.changed_hours_ago)
            self._changed_at[sim.number] = datetime.now(UTC) - ago

    def all_set(self) -> list[SimForm]:
        """Return all that were set."""
        return list(self._set.values())

    def forget(self) -> None:
        self._set.clear()
        self._changed_at.clear()

    def knows(self, number: str) -> bool:
        sim = self._set.get(number)
        return number.startswith(OWN_PREFIX) if sim is None else sim.known

    def swapped(self, number: str, hours: int) -> bool:
        """Return whether the SIM of a known number was changed within ``hours``."""
        changed_at = self._changed_at.get(number)
        return changed_at is not None and datetime.now(UTC) - changed_at <= timedelta(hours=hours)
