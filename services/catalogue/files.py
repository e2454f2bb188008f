"""Reads the files of a catalogue: one product each, all of them valid or none."""

import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.catalogue.checks import defects_between, product_defects
from domain.catalogue.documents import parse
from domain.catalogue.products import Product
from services.catalogue.yaml_reader import NotReadable, read_yaml

_CLONE = Path(__file__).parents[2] / "catalogue"
_INSTALLED = Path(sysconfig.get_path("data"), "share", "volitus", "catalogue")
_LARGEST = 100_000
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong with a file."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


class InvalidCatalogue(Exception):
    """The directory holds no valid catalogue."""

    def __init__(self, defects: list[Defect]) -> None:
        super().__init__("; ".join(map(str, defects)))
        self.defects = defects


@dataclass(frozen=True, slots=True)
class ProductFile:
    """A product and the document that its file holds."""

    file: str
    product: Product
    document: dict[str, Any]


def shipped() -> Path:
    """Return the directory of the catalogue that comes with the engine."""
    # Not just a directory: where packages are installed, another one may have this name.
    return _CLONE if any(_CLONE.glob("*.yaml")) else _INSTALLED


def read_catalogue(directory: Path | None) -> list[ProductFile]:
    """Read every ``*.yaml`` of a directory, by name; None: of the one that comes with the engine.

    Raises InvalidCatalogue with everything that is wrong.
    """
    folder = directory or shipped()
    try:
        paths = sorted(folder.glob("*.yaml"))
    except OSError:
        paths = []
    if not paths:
        raise InvalidCatalogue([Defect(str(folder), "is no directory with *.yaml files")])
    files: list[ProductFile] = []
    defects: list[Defect] = []
    for path in paths:
        try:
            files.append(_read(path))
        except InvalidCatalogue as error:
            defects += error.defects
    if not defects:
        defects = list(_between(files))
    if defects:
        raise InvalidCatalogue(defects)
    return files


def _read(path: Path) -> ProductFile:
    name = path.name
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidCatalogue([Defect(name, f"is larger than {_LARGEST} bytes")])
        document = read_yaml(path.read_text(encoding="utf-8"))
        product = parse(document).product()
    except ValidationError as error:
        raise InvalidCatalogue([Defect(name, each) for each in _lines(error)]) from None
    except (OSError, UnicodeDecodeError, NotReadable, ValueError) as error:
        raise InvalidCatalogue([Defect(name, str(error))]) from None
    defects = [Defect(name, each) for each in product_defects(product)]
    if path.stem != product.id:
        defects.append(Defect(name, f"must be named after its product: {product.id}.yaml"))
    if defects:
        raise InvalidCatalogue(defects)
    return ProductFile(name, product, document)


def _between(files: list[ProductFile]) -> Iterator[Defect]:
    names = {each.product.id: each.file for each in files}
    for id_, what in defects_between([each.product for each in files]):
        yield Defect(names[id_], what)


def _lines(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False, include_input=False):
        where, what = _where(each["loc"]), each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            what = "unknown key"
        elif each["type"] == "string_type" and where == "version":
            what = 'must be text: quote it, like "1.10"'
        yield f"{where}: {what}" if where else what


def _where(loc: tuple[int | str, ...]) -> str:
    """Name a place in the file. Pydantic's own names of alternatives are not in it."""
    return ".".join(
        str(part)
        for before, part in zip(("", *loc), loc, strict=False)
        if part != "[key]"
        and not (before == "orderable" and part in {"on", "off"})
        and not (isinstance(before, int) and part in {"value", "range"})
    )
