"""Record the targets that the settings name, so that the API and commands know them."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from domain.provisioning.targets import Target
from services.engine import Engine
from storage.provisioning import targets
from worker import frequent_check


class TargetNamer:
    """Records them once, as soon as the database answers. The worker that starts last is right."""

    def __init__(self, engine: Engine, named: Sequence[Target]) -> None:
        self._engine = engine
        self._named = named
        self._is_done = False

    def running(self) -> AbstractAsyncContextManager[None]:
        """Try until it is done, while the block runs."""
        return frequent_check.repeated(
            self.check, unavailable="targets_not_named", failed="name_targets_failed"
        )

    async def check(self) -> None:
        """Record them, unless that is done."""
        if not self._is_done:
            await self._engine.write(lambda session: targets.name(session, self._named))
            self._is_done = True
