"""A workflow with as many steps as a refresh and nothing in them: the baseline of refreshes."""

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from activities.registry.refresh_person import Aligned, RefreshRequest
    from workflows.registry.person_refresh import WHILE_WAITING

STEPS = 3


@activity.defn
def nothing(request: RefreshRequest) -> Aligned:  # noqa: ARG001 # the signature of the real activity
    """Answers at once."""
    return Aligned()


@workflow.defn
class Bare:
    """Runs one step after the other."""

    @workflow.run
    async def run(self, request: RefreshRequest) -> Aligned:
        """Return a result of the shape that a refresh returns."""
        aligned = Aligned()
        for _ in range(STEPS):
            aligned = await workflow.execute_activity(nothing, request, **WHILE_WAITING)
        return aligned
