"""A worker of ScriptedItems as a process of its own: ``python -m tests.builders.items_worker``."""

import asyncio
import sys
from datetime import timedelta

import httpx
from pydantic import BaseModel, SecretStr

from activities.adapters.tmf640.network import Tmf640Network
from activities.adapters.tmf640.requests import Requests
from activities.provisioning.run_step import StepRunner
from domain.provisioning.network_dialect import Characteristics, NetworkDialect
from runtime.temporal_client import connect
from services.engine import Engine
from storage.database import Database
from tests.builders.item_workers import RULES, working
from tests.builders.restored_items import RestoredWrites
from tests.fixtures import payload_keys


class WorkerPlace(BaseModel, frozen=True):
    """Where the worker works: its one argument, as JSON."""

    database_url: str
    temporal_address: str
    task_queue: str
    network_url: str
    network_token: str
    has_keys: bool

    @property
    def dialect(self) -> NetworkDialect:
        """How the network is spoken to."""
        merged = Characteristics.MERGED if self.has_keys else Characteristics.REPLACED
        return NetworkDialect(self.has_keys, merged, timedelta(seconds=0.3))


async def work(place: WorkerPlace) -> None:
    """Work until the process is killed."""
    client = await connect(
        place.temporal_address, namespace="default", cipher=payload_keys.cipher()
    )
    database = Database(place.database_url, pool_size=10)
    with httpx.Client() as http:
        token = SecretStr(place.network_token)
        requests = Requests(http, place.network_url, token, timeout=20)
        network = Tmf640Network(requests, place.dialect)
        writes = RestoredWrites(StepRunner(database, RULES), network)
        async with working(Engine(database, client, place.task_queue), writes):
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(WorkerPlace.model_validate_json(sys.argv[1])))
