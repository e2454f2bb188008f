import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from settings.web import Audience
from simulators.identity.app import create_app
from simulators.serving import serving
from storage.database import Database
from tests.builders.web_settings import web_settings
from tests.fixtures.login_site import Clock, Provider, Site, pages
from tests.fixtures.ports import free_port
from tests.fixtures.roles import as_owner
from web.login.setup import opened_gates
from web.sessions import Sessions


@pytest.fixture(scope="session")
def provider_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder, so that keys are made once."""
    return tmp_path_factory.mktemp("identity")


@pytest.fixture
def provider(provider_folder: Path) -> Iterator[Provider]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with serving(create_app(url, provider_folder), port):
        secrets = json.loads((provider_folder / "clients.json").read_text())
        yield Provider(url, secrets)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(provider: Provider, database_url: str, clock: Clock, http_servers: None) -> Iterator[Site]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = web_settings(
        database_url,
        issuer=provider.url,
        public_url=url,
        selfservice={"client_secret": provider.secrets["selfservice"]},
        console={"client_secret": provider.secrets["console"]},
    )
    owner = Database(as_owner(database_url), pool_size=1)
    with (
        Sessions.opened(settings) as sessions,
        opened_gates(settings, sessions, now=lambda: time.time() + clock.ahead) as gates,
        serving(pages(gates, url), port),
        ExitStack() as clients,
    ):
        for audience, part in ((Audience.SELFSERVICE, ""), (Audience.CONSOLE, "/console")):
            address = f"{url}{part}/login/backchannel-logout"
            provider.control("PUT", "/backchannel", {"client": audience, "address": address})
        yield Site(url, gates, provider, owner, clients)
    owner.close()
