"""The roles of the stack's database: an owner that migrates, and two logins."""

from dev.postgres.roles import Role
from dev.stack.credentials import Credentials


def owner_role(credentials: Credentials) -> Role:
    """Who owns the tables."""
    return Role("volitus_owner", credentials.database_owner_password)


def login_role(credentials: Credentials) -> Role:
    """As whom the processes connect."""
    return Role("volitus_dev", credentials.database_password)


def pages_role(credentials: Credentials) -> Role:
    """As whom the web pages connect."""
    return Role("volitus_dev_web", credentials.database_web_password)
