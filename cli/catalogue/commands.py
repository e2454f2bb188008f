"""``volitus catalogue``: check a catalogue's files; list and show what was published."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
import yaml

from api.catalogue import schemas
from cli.connections import operator_settings
from cli.console import Failure, say
from cli.groups import Group
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Columns, Wide, print_table
from cli.staff import EVERYONE, reading
from domain.catalogue.documents import json_schema
from domain.catalogue.products import Price, Product
from domain.numbers.sms_texts import Language
from services.catalogue.files import InvalidCatalogue, ProductFile, read_catalogue
from services.catalogue.publishing import new_product
from storage.catalogue import products
from storage.catalogue.products import PublishedProduct

app = Group(
    help="Check the files of a catalogue (docs/catalogue.md); list and show published products."
)

Directory = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR", help="Directory with a *.yaml file for each product; left out: the engine's."
    ),
]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the product.")]
Version = Annotated[
    str | None, typer.Option(metavar="VERSION", help="Left out: the one that can be ordered.")
]
Published = Annotated[
    bool,
    typer.Option(
        "--published",
        help="Compare with what was published as well: a changed file needs another version.",
    ),
]
Every = Annotated[bool, typer.Option("--all", help="Every version that was ever published.")]


@app.command()
def check(directory: Directory = None, *, published: Published = False) -> None:
    """Check the files of a catalogue as a worker and the API do when they start.

    Everything that is wrong is printed on stderr, a line each; exit code 1.
    """
    try:
        found = read_catalogue(directory)
    except InvalidCatalogue as error:
        for defect in error.defects:
            say(str(defect))
        raise Failure("No product of this directory can be published.") from None
    if published:
        _check_versions(found)
    columns = ("product", "version", "actions", "kinds", "steps")
    print_table(columns, map(_checked, found))


def _check_versions(files: Sequence[ProductFile]) -> None:
    settings = operator_settings()
    with reading(settings, *EVERYONE) as database, database.reading() as connection:
        changed = products.changed_versions(connection, [new_product(each) for each in files])
    for id_, version in changed.items():
        say(f"{id_}.yaml: has changed since version {version} was published: give it another one")
    if changed:
        raise Failure("No product of this directory can be published.")


def _checked(file: ProductFile) -> Sequence[object]:
    product = file.product
    steps = " → ".join(step.id for step in product.steps)
    return product.id, product.version, _listed(product.actions), _listed(product.kinds), steps


@app.command()
def schema() -> None:
    """Print the form of a product's file as JSON Schema, for editors."""
    print_json(json_schema())


_COLUMNS = Columns(
    ("product", "version", "name", "orderable", "confirm", "price", "current", "published"),
    spare=("published", "current", "confirm", "orderable"),
)


@app.command("list")
def list_(*, every: Every = False, wide: Wide = False, as_json: Json = False) -> None:
    """List published products: those that are in the catalogue now."""
    rows = [each for each in _published() if every or each.is_current]
    if as_json:
        print_json([_facts(each) for each in rows])
        return
    print_table(_COLUMNS, map(_line, rows), wide=wide)


@app.command()
def show(id_: Id, version: Version = None, *, as_json: Json = False) -> None:
    """Show the file of a published product. Exit code 1 for an unknown one."""
    found = next(
        (
            each
            for each in _published()
            if each.product.id == id_
            and (each.is_current if version is None else each.product.version == version)
        ),
        None,
    )
    if found is None:
        raise Failure("No such product was published: see `volitus catalogue list --all`.")
    document = json.loads(found.document)
    if as_json:
        print_json(document)
        return
    sys.stdout.write(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100))


def _published() -> list[PublishedProduct]:
    settings = operator_settings()
    with reading(settings, *EVERYONE) as database, database.reading() as connection:
        return products.every_version(connection)


def _facts(published: PublishedProduct) -> dict[str, object]:
    """A published product with the names of the API, but for what depends on a customer."""
    product = published.product
    return {
        "id": product.id,
        "version": product.version,
        "name": product.name[Language.ENGLISH],
        "orderable": product.is_orderable,
        "parameters": _parameters(product),
        "gives_number": product.other_service,
        "prices": [schemas.Price.of(each).model_dump() for each in product.prices],
        "expected": product.expected,
        "confirmation": product.confirm,
        "is_current": published.is_current,
        "published_at": published.published_at,
    }


def _parameters(product: Product) -> list[dict[str, object]]:
    return [
        schemas.Parameter.of(each, Language.ENGLISH).model_dump()
        for each in product.characteristics
        if each.is_configurable
    ]


def _line(published: PublishedProduct) -> Sequence[object]:
    product = published.product
    return (
        product.id,
        product.version,
        product.name[Language.ENGLISH],
        "yes" if product.is_orderable else "no",
        product.confirm,
        ", ".join(_prices(product.prices)),
        "yes" if published.is_current else "no",
        published.published_at,
    )


def _prices(prices: Sequence[Price]) -> Iterator[str]:
    """Return prices in words: of several that depend on a choice, the lowest and the highest."""
    alike: dict[tuple[str, str, bool], list[int]] = {}
    for each in prices:
        what = (each.currency, each.period, each.is_vat_included)
        alike.setdefault(what, []).append(each.cents)
    for (currency, period, is_vat_included), cents in alike.items():
        amounts = dict.fromkeys(f"{each / 100:.2f}" for each in (min(cents), max(cents)))
        vat = "with VAT" if is_vat_included else "without VAT"
        yield f"{' to '.join(amounts)} {currency} {period} {vat}"


def _listed(values: Sequence[str] | frozenset[str]) -> str:
    return ", ".join(sorted(values))
