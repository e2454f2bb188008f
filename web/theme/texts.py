"""Texts of pages: the catalogue's, or those that the brand puts in their place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from markupsafe import Markup, escape

from runtime.texts import Language, messages, plural


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in one language, as HTML: a text and its values are escaped, Markup among them not."""

    language: Language
    instead: Mapping[str, str] = field(default_factory=dict)

    def text(self, id_: str, /, **values: object) -> Markup:
        """Return a text. Raises KeyError for an unknown id, or for a value that it misses."""
        return self._filled(self.instead.get(id_) or messages(self.language)[id_], values)

    def counted(self, id_: str, count: int, /, **values: object) -> Markup:
        """Return the form of a text that goes with ``count``, which stands in it as ``{count}``."""
        return self._filled(plural(id_, count, self.language), {"count": count, **values})

    def role(self, code: str) -> Markup:
        """Return the name of a role. One without a name is a choice of permissions."""
        known = f"role.{code}" in messages(self.language)
        return self.text(f"role.{code}" if known else "page.role.composed")

    @staticmethod
    def _filled(message: str, values: Mapping[str, object]) -> Markup:
        # Most texts of a page have nothing to fill in, and filling takes most of the time.
        return _escaped(message).format(**values) if "{" in message else _escaped(message)


@cache
def _escaped(message: str) -> Markup:
    """Return a text of the catalogue or the brand as HTML: there are a fixed number of them."""
    return escape(message)
