"""Port to what renders documents, and its implementation by Typst.

Data reach a template as JSON in ``sys.inputs`` and are shown as text: nothing in them is markup.
Fonts and templates come with the engine; nothing is read from the machine or the network.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import typst

from domain.documents.kinds import DocumentKind

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"


class Listing(StrEnum):
    """Templates of what is no document that is kept."""

    CALL_DETAILS = "call_details"


Template = DocumentKind | Listing


class Renderer(Protocol):
    """Renders documents. Calls block."""

    def render(self, template: DocumentKind, data: Mapping[str, Any]) -> bytes:
        """Render a PDF from what ``runtime.document_texts`` says; same data, same bytes.

        Raises NotRendered: repeating does not help.
        """
        ...


class ListingRenderer(Protocol):
    """Renders listings, which may be large. Calls block."""

    def render(self, template: Listing, data: Mapping[str, Any]) -> bytes:
        """Render a PDF from what the listing's texts say. Raises NotRendered."""
        ...


class NotRendered(Exception):
    """Typst refused a document: a fault of a template, or data that no PDF can show."""


class TypstRenderer:
    """Renderer by Typst in this process. May be used by several threads."""

    def __init__(self) -> None:
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(_HERE / "fonts")],
        )

    def render(self, template: Template, data: Mapping[str, Any]) -> bytes:
        """See Renderer."""
        try:
            compiler = typst.Compiler(
                _TEMPLATES / f"{template}.typ",
                root=_TEMPLATES,
                font_paths=self._fonts,
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            )
            made = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
        except typst.TypstError as error:
            # What Typst says may quote the data.
            raise NotRendered(str(template)) from error
        assert isinstance(made, bytes)  # noqa: S101 # one PDF, since no output is named
        return made
