"""Table of the products that can be ordered, in every version that was published."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.schema.columns import document, moment, words


class ProductRow(SQLModel, table=True):
    """A version of a product. It never changes: orders keep its id and version."""

    __tablename__ = "product"
    __table_args__ = (
        Index("uq_product_current", "id", unique=True, postgresql_where=text("is_current")),
    )

    id: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    digest: str = words()
    """SHA-256 of the document in canonical form (RFC 8785)."""
    document: dict[str, Any] = document()
    """The file's content: ``domain.catalogue.documents``."""
    is_current: bool = False
    """It is in the catalogue that was published last."""
    published_at: datetime = moment(default_now=True)
    """When this version was published first."""
