"""A renderer whose documents are their data as text, and the operator that they name."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from domain.documents.contract_document import Party, Provider
from domain.documents.kinds import DocumentKind

PROVIDER = Provider(Party("Telekom AS", "10421629"), "Terms 2026-01", Decimal(24))


class Pages:
    """A renderer whose documents are the data as text; ``meanwhile`` is done before each."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.meanwhile = meanwhile

    def render(self, template: DocumentKind, data: Mapping[str, Any]) -> bytes:
        self.meanwhile()
        return f"{template} {data}".encode()
