"""A workflow with as many steps as a refresh and nothing in them: what the refresh is held to."""

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from activities.registry.refresh_person import Aligned, RefreshRequest
    from workflows.registry.person_refresh import WHILE_WAITING

STEPS = 3


@activity.defn
def nothing(request: RefreshRequest) -> Aligned:  # noqa: ARG001 # it does nothing with it
    """Answers at once."""
    return Aligned()


@workflow.defn
class Bare:
    """One step after the other."""

    @workflow.run
    async def run(self, request: RefreshRequest) -> Aligned:
        """Says what a refresh says."""
        aligned = Aligned()
        for _ in range(STEPS):
            aligned = await workflow.execute_activity(nothing, request, **WHILE_WAITING)
        return aligned
