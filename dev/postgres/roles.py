"""The roles of a server: an owner that migrates, and a login that the processes connect as.

The same as in production, docs/deployment.md: neither is a superuser, and the login may do what
its group ``volitus_app`` may.
"""

from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from storage.database import driven
from storage.database_role import APPLICATION


@dataclass(frozen=True, slots=True)
class Role:
    """A role that logs in. ``password`` None: the server trusts who reaches its socket."""

    name: str
    password: SecretStr | None = None

    def of(self, url: str) -> str:
        """Return the URL of the same database for this role."""
        password = self.password.get_secret_value() if self.password else None
        address = make_url(url)._replace(username=self.name, password=password)
        return address.render_as_string(hide_password=False)


# Two runs that begin at once may both find that a role is missing.
_CREATE = """
DO $$ BEGIN CREATE ROLE {name} {what};
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""
_PASSWORD = text(
    "SELECT format('ALTER ROLE %I PASSWORD %L', CAST(:name AS text), CAST(:password AS text))"
)


def create_roles(server_url: str, *, owner: Role, login: Role) -> None:
    """Create the application's group, an owner and a login. Safe to repeat; sets the passwords.

    Raises ProgrammingError where the user of the URL may not create roles.
    """
    engine = create_engine(driven(server_url), poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        for name, what in (
            (owner.name, "LOGIN"),
            (APPLICATION, "NOLOGIN"),
            (login.name, f"LOGIN IN ROLE {APPLICATION}"),
        ):
            if not _exists(connection, name):
                connection.execute(text(_CREATE.format(name=name, what=what)))
        for role in (owner, login):
            _set_password(connection, role)


def _exists(connection: Connection, name: str) -> bool:
    there = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)")
    return bool(connection.execute(there, {"name": name}).scalar_one())


def _set_password(connection: Connection, role: Role) -> None:
    if role.password is not None:
        given = {"name": role.name, "password": role.password.get_secret_value()}
        statement = connection.execute(_PASSWORD, given).scalar_one()
        connection.exec_driver_sql(statement.replace("%", "%%"))
