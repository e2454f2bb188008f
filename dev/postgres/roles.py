"""The roles of a server: an owner that migrates, and logins of the processes and of the web pages.

The same as in production, docs/deployment.md: none is a superuser, and a login may do what its
group may: ``volitus_app`` the processes', ``volitus_web`` the pages'.
"""

from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from storage.database import driven
from storage.database_role import APPLICATION, PAGES


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


def create_roles(server_url: str, *, owner: Role, login: Role, pages: Role | None = None) -> None:
    """Create both groups, an owner and the logins. Safe to repeat; sets the passwords.

    ``pages``: the login of the web pages; None where there are none.

    Raises ProgrammingError where the user of the URL may not create roles.
    """
    engine = create_engine(driven(server_url), poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        wanted = {
            owner.name: "LOGIN",
            APPLICATION: "NOLOGIN",
            PAGES: "NOLOGIN",
            login.name: f"LOGIN IN ROLE {APPLICATION}",
        }
        if pages is not None:
            wanted[pages.name] = f"LOGIN IN ROLE {PAGES}"
        for name, what in wanted.items():
            if not _exists(connection, name):
                connection.execute(text(_CREATE.format(name=name, what=what)))
        for role in filter(None, (owner, login, pages)):
            _set_password(connection, role)


def _exists(connection: Connection, name: str) -> bool:
    there = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)")
    return bool(connection.execute(there, {"name": name}).scalar_one())


def _set_password(connection: Connection, role: Role) -> None:
    if role.password is not None:
        given = {"name": role.name, "password": role.password.get_secret_value()}
        statement = connection.execute(_PASSWORD, given).scalar_one()
        connection.exec_driver_sql(statement.replace("%", "%%"))
