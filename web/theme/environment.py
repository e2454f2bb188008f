"""Templates: one Jinja2 environment for each language."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from runtime.texts import Language
from web.theme import cells, formats, measures
from web.theme.brand import Brand
from web.theme.formats import Formats
from web.theme.frame import Frame
from web.theme.static_files import StaticFiles
from web.theme.texts import Texts

MACROS = ("ui", "forms", "plots")
"""Templates of the theme whose macros every template has, parts of pages too: ``ui.alert``.

A later one may use those before it."""
TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = {
    Language.ESTONIAN: "Eesti",
    Language.RUSSIAN: "Русский",
    Language.ENGLISH: "English",
}
"""Languages by the names that they call themselves."""


class Theme:
    """Makes pages of templates, in the brand's look and the reader's language.

    ``folders``: further templates by the prefix of their names, such as ``selfservice``. Those of
    the theme begin with ``theme/``. A template that names what it was not given fails.
    """

    def __init__(
        self,
        brand: Brand,
        files: StaticFiles,
        zone: ZoneInfo,
        folders: Mapping[str, Path],
    ) -> None:
        loaders = {
            prefix: FileSystemLoader(folder)
            for prefix, folder in ({"theme": TEMPLATES} | dict(folders)).items()
        }
        self._texts = {
            language: Texts(language, brand.texts.get(language, {})) for language in Language
        }
        self._environments = {
            language: _environment(Formats(language, zone), self._texts[language], brand, files)
            for language in Language
        }
        for environment in self._environments.values():
            environment.loader = PrefixLoader(loaders)
            for name in MACROS:
                environment.globals[name] = environment.get_template(f"theme/{name}.html").module

    def page(self, template: str, language: Language, frame: Frame, **values: object) -> str:
        """Return a whole page."""
        found = self._environments[language].get_template(template)
        return found.render(frame=frame, **values)

    def part(self, template: str, block: str, language: Language, **values: object) -> str:
        """Return one block of a page's template: what htmx puts in the place of an older one.

        Raises KeyError for an unknown block.
        """
        found = self._environments[language].get_template(template)
        context = found.new_context(dict(values))
        return "".join(found.blocks[block](context))

    def texts(self, language: Language) -> Texts:
        """Return the texts of a language, for what pages say from Python."""
        return self._texts[language]


def _environment(shapes: Formats, texts: Texts, brand: Brand, files: StaticFiles) -> Environment:
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "_": texts.text,
        "_n": texts.counted,
        "brand": brand,
        "cells": cells,
        "language": texts.language,
        "languages": LANGUAGES,
        "static": files.url,
    }
    made.filters |= {
        "day": shapes.day,
        "last_day": shapes.last_day,
        "long_day": shapes.long_day,
        "moment": shapes.moment,
        "money": shapes.money,
        "number": shapes.number,
        "person_name": formats.name,
        "phone": formats.phone,
        "role": texts.role,
        "time": shapes.time,
        "typed_day": shapes.typed_day,
        "typed_money": shapes.typed_money,
        "attributes": cells.attributes,
    }
    for name, measure in measures.FILTERS.items():
        made.filters[name] = partial(measure, locale=shapes.locale)
    return made
