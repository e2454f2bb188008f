"""Column shapes that several tables share."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, Computed, DateTime, MetaData, Text, func
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range
from sqlmodel import Field, SQLModel

from domain.sort_keys import KEY_OF, LEFT_OUT

# Names of constraints are part of the schema: errors are distinguished by them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata

Period = Range[datetime]


def key() -> Any:
    """A random UUID primary key: ids are safe in URLs, logs and workflow inputs."""
    return Field(default_factory=uuid4, primary_key=True)


def moment(*, nullable: bool = False, default_now: bool = False) -> Any:
    """A point in time, always with its zone."""
    default = func.now() if default_now else None
    column = Column(DateTime(timezone=True), nullable=nullable, server_default=default)
    return Field(default=None, sa_column=column)


def period() -> Any:
    """From when (inclusive) to when (exclusive); no upper bound: still true."""
    return Field(sa_column=Column(TSTZRANGE, nullable=False))


def document(*, nullable: bool = False, **options: Any) -> Any:
    """A JSON document."""
    column = Column(JSONB(none_as_null=True), nullable=nullable, **options)
    return Field(default=None, sa_column=column)


def words(*, nullable: bool = False, **options: Any) -> Any:
    """Text without an arbitrary length."""
    return Field(default=None, sa_column=Column(Text, nullable=nullable, **options))


def sort_key_of(name: str) -> Any:
    """The sort key of ``name``, an SQL expression: ``domain.sort_keys.sort_key``.

    The database makes it, so no statement that writes a name can forget it.
    """
    letters, keys = "".join(KEY_OF), "".join(KEY_OF.values())
    left_out = LEFT_OUT.replace("'", "''")
    made = f"btrim(translate({name}, '{letters}{left_out}', '{keys}'))"
    column = Column(Text(collation="C"), Computed(made, persisted=True), nullable=False)
    return Field(default=None, sa_column=column)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A CHECK that the column holds one of these; ``values`` is an enum of strings."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def row_of(target: str, *, nullable: bool = False, index: bool = False) -> Any:
    """The id of a row in another table."""
    default: UUID | None = None
    if nullable:
        return Field(default=default, foreign_key=target, nullable=True, index=index)
    return Field(foreign_key=target, nullable=False, index=index)
