from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import NullPool, create_engine, text

from dev.postgres.roles import Role, create_roles
from dev.postgres.server import THROWAWAY, PostgresServer
from tests.fixtures.ports import free_port

pytestmark = pytest.mark.usefixtures("processes")


def test_roles_log_in_with_the_passwords_that_were_set_last(place: Path) -> None:
    port, superuser = free_port(), SecretStr("of the superuser")
    with PostgresServer(place / "pg", port=port, password=superuser, options=THROWAWAY) as server:
        for password in ("first", 'it\'s a % "password" :x'):
            roles = [Role(name, SecretStr(password)) for name in ("an_owner", "a_login")]
            create_roles(server.url(), owner=roles[0], login=roles[1])
        url = server.create_database("theirs", owner="an_owner")

        for name in ("an_owner", "a_login"):
            role = Role(name, SecretStr('it\'s a % "password" :x'))
            with create_engine(role.of(url), poolclass=NullPool).connect() as connection:
                assert connection.execute(text("SELECT current_user")).scalar() == role.name
