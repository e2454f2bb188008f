"""Models of what a decision about a stuck step would do."""

from typing import Self

from pydantic import Field

from api.http.schemas import ResponseModel
from domain.ops import forecasts
from domain.ops.forecasts import Again, WhyKept
from domain.provisioning.steps import Decision, StepWait


class KeptStep(ResponseModel):
    """A step that was done, and would not be undone."""

    action: str = Field(description="What was done.")
    why: WhyKept = Field(
        description="`no_undo`: no step undoes it; `past_point_of_no_return`: its item's is done."
    )


class DecisionForecast(ResponseModel):
    """What a decision would do, as the process stands now. Actions, the newest first."""

    decision: Decision
    again: Again | None = Field(
        description="How the step is carried out again; null: it is not."
        " `may_happen_twice`: an earlier attempt may have happened, and nobody can be asked."
    )
    waits_for: StepWait | None = Field(description="What that waits for before; null: nothing.")
    undone: list[str] = Field(description="What was done and is undone.")
    undone_if_done: list[str] = Field(
        description="Of unknown outcome: found out first, or undone in case they happened."
    )
    kept: list[KeptStep] = Field(description="What was done and would not be undone.")

    @classmethod
    def of(cls, decision: Decision, found: forecasts.Forecast) -> Self:
        undoing = found.undoing or forecasts.Undoing()
        return cls(
            decision=decision,
            again=found.again,
            waits_for=found.waits_for,
            undone=list(undoing.undone),
            undone_if_done=list(undoing.undone_if_done),
            kept=[KeptStep(action=each.action, why=each.why) for each in undoing.kept],
        )
