"""A brand: the folder that makes the pages an operator's own. How to make one: docs/brands.md.

``brand.toml`` (name, support, links, texts), ``tokens.css`` (colours and sizes, made by the design
system's program), ``logo.svg`` and ``favicon.svg``.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from runtime.texts import Language
from web.theme.brand_checks import drawing_problems, text_problems, token_problems

BUILT_IN = Path(__file__).parent / "brands"
"""Brands that come with the product: `volitus` and, as an example of another, `kanarbik`."""
DEFAULT = "volitus"
FILES = ("tokens.css", "logo.svg", "favicon.svg")

_Line = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\r\n]+$")]
_Url = Annotated[str, StringConstraints(pattern=r"^(https://|mailto:)\S+$", max_length=300)]
_Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{4,14}$")]


class BrandInvalid(Exception):
    """The folder is no usable brand. ``problems`` has a line for each thing that is wrong."""

    def __init__(self, folder: Path, problems: Sequence[str]) -> None:
        super().__init__("\n".join([f"{folder} is no brand:", *(f"- {each}" for each in problems)]))
        self.problems = tuple(problems)


class Link(BaseModel):
    """A link of the footer. It opens as any link does, in the same window."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: _Url
    text: dict[Language, _Line]


class _File(BaseModel):
    """The form of ``brand.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: _Line
    logo_has_name: bool = False
    support_phone: _Phone
    support_hours: dict[Language, _Line] = Field(default_factory=dict)
    links: tuple[Link, ...] = ()
    texts: dict[Language, dict[str, str]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Brand:
    """What pages take from the brand's folder."""

    folder: Path
    name: str
    logo_has_name: bool
    """True: the logo spells the name, which is then not written beside it."""
    support_phone: str
    """E.164."""
    support_hours: Mapping[Language, str]
    links: Sequence[Link]
    texts: Mapping[Language, Mapping[str, str]]
    """Texts that stand for those of the catalogue, by language and id."""

    def path(self, name: str) -> Path:
        """Return the path of one of ``FILES``."""
        return self.folder / name


def folder_of(setting: str) -> Path:
    """Return the folder that a setting names: a brand that comes with the product, or a path."""
    return BUILT_IN / setting if setting.isidentifier() else Path(setting)


def load(folder: Path) -> Brand:
    """Read and check a brand. Raises BrandInvalid with everything that is wrong with it."""
    missing = [name for name in ("brand.toml", *FILES) if not (folder / name).is_file()]
    if missing:
        raise BrandInvalid(folder, [f"{name} is missing" for name in missing])
    said, problems = _read(folder / "brand.toml")
    problems += token_problems((folder / "tokens.css").read_text())
    for name in ("logo.svg", "favicon.svg"):
        problems += [f"{name}: {each}" for each in drawing_problems((folder / name).read_bytes())]
    if said is None or problems:
        raise BrandInvalid(folder, problems)
    return Brand(
        folder=folder,
        name=said.name,
        logo_has_name=said.logo_has_name,
        support_phone=said.support_phone,
        support_hours=said.support_hours,
        links=said.links,
        texts=said.texts,
    )


def _read(path: Path) -> tuple[_File | None, list[str]]:
    try:
        said = _File.model_validate(tomllib.loads(path.read_text()))
    except ValidationError as error:
        return None, [
            f"brand.toml: {'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors()
        ]
    except ValueError as error:
        return None, [f"brand.toml: {error}"]
    untranslated = [
        f"brand.toml: {what}: {language} is missing"
        for what, texts in [
            *((f"links.{place}.text", link.text) for place, link in enumerate(said.links)),
            *([("support_hours", said.support_hours)] if said.support_hours else []),
        ]
        for language in Language
        if language not in texts
    ]
    return said, untranslated + [f"brand.toml: {each}" for each in text_problems(said.texts)]
