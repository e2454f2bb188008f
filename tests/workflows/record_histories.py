"""Records the histories that test_replay replays: ``python -m tests.workflows.record_histories``.

To be run again only while no run of the changed workflow can be under way anywhere. Afterwards a
change must replay what is recorded here (``workflow.patched``), and new histories are added.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from temporalio.client import WorkflowHandle

from activities.sync_runs import RunDecision
from settings import Settings
from tests import keys
from tests.engine import Engine, until_told
from tests.people import JAAN, MARI
from tests.running import COMPANIES, connected, environment, working
from tests.servers import Databases, OwnedServers
from tests.simulators import register_client
from workflows.connection import connect
from workflows.register_sync import RegisterSync

FOLDER = Path(__file__).parent / "histories"
_CODE = "19000014"


async def sync_finished(engine: Engine) -> str:
    engine.take_on(engine.codes())
    handle = await engine.start("file")
    await engine.ended(handle)
    return handle.id


async def sync_refused(engine: Engine) -> str:
    engine.register.fault("open_data", "truncated_file", times=1)
    handle = await engine.start("file")
    await engine.ended(handle)
    return handle.id


async def sync_released(engine: Engine) -> str:
    await sync_finished(engine)
    engine.register.control(
        "POST", "/companies", [{"code": code, "holders": []} for code in engine.codes()[:40]]
    )
    handle = await engine.start("file")
    await until_told(handle, "Held")
    decision = RunDecision(decision="release", by="ann", reason="looked at it")
    await handle.execute_update(RegisterSync.decide, decision)
    await engine.ended(handle)
    return handle.id


async def sync_unchanged(engine: Engine) -> str:
    await sync_finished(engine)
    return await sync_finished(engine)


async def refresh_succeeded(engine: Engine) -> str:
    engine.register.put(_CODE, holders=[MARI])
    engine.take_on([_CODE])
    await engine.sync("check")
    engine.register.put(_CODE, holders=[JAAN])
    operation, _ = await engine.refresh(engine.person_id(MARI["code"]))
    return f"refresh/{operation.id}"


async def refresh_failed(engine: Engine) -> str:
    engine.register.put(_CODE, holders=[MARI])
    engine.take_on([_CODE])
    await engine.sync("check")
    engine.register.fault("esindus", "http_500")
    operation, _ = await engine.refresh(engine.person_id(MARI["code"]))
    return f"refresh/{operation.id}"


STORIES: tuple[Callable[[Engine], Awaitable[str]], ...] = (
    sync_finished,
    sync_unchanged,
    sync_refused,
    sync_released,
    refresh_succeeded,
    refresh_failed,
)


async def record() -> None:
    FOLDER.mkdir(exist_ok=True)
    with closing(OwnedServers()) as servers:
        databases = Databases(servers.postgres, servers.template)
        for story in STORIES:
            with databases.fresh() as url, tempfile.TemporaryDirectory() as folder:
                history = await _tell(story, url, servers.temporal, Path(folder))
            (FOLDER / f"{story.__name__}.json").write_text(history)


async def _tell(
    story: Callable[[Engine], Awaitable[str]], database_url: str, temporal: str, folder: Path
) -> str:
    with (
        register_client.running(folder / "register", COMPANIES) as register,
        connected(database_url) as database,
    ):
        register_url = str(register.http.base_url).rstrip("/")
        variables = environment(database_url, temporal, register_url, folder / "data")
        with patch.dict("os.environ", variables):
            settings = Settings.from_environment()
        client = await connect(temporal, namespace="default", cipher=keys.cipher())
        async with working(settings, client):
            told = await story(Engine(settings, database, client, register))
        handle: WorkflowHandle[object, object] = client.get_workflow_handle(told)
        history = (await handle.fetch_history()).to_json()
        return history.replace(client.identity, "recorded")


if __name__ == "__main__":
    asyncio.run(record())
