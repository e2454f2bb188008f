"""A cold backup of the stack's database, and its restore. Operators have other means."""

from sqlalchemy import NullPool, create_engine, text

from dev.stack.stack import Stack

_NAME = "volitus"
_BACKUP = "volitus_backup"


class Backup:
    """Copies the database, and puts the copy in the database's place."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def take(self) -> None:
        """Stop the product's processes, copy the database, and start them again."""
        self._stack.stop_product()
        self._run(f"CREATE DATABASE {_BACKUP} TEMPLATE {_NAME} OWNER volitus_owner")
        self._stack.start_product()

    def restore(self) -> None:
        """Stop the product's processes and put the backup in the database's place."""
        self._stack.stop_product()
        self._run(f"DROP DATABASE {_NAME} WITH (FORCE)")
        self._run(f"ALTER DATABASE {_BACKUP} RENAME TO {_NAME}")

    def _run(self, statement: str) -> None:
        engine = create_engine(
            self._stack.server_url, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
