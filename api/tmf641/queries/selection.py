"""``fields``: which attributes of a resource are sent (TMF630 part 1; dotted paths are its MAY)."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError

Tree = dict[str, "Tree"]
"""Names of attributes, each with those below it; empty: all of them."""

_ALWAYS = ("id", "href")
_MOST = 100
_NONE = "none"


def tree_of(model: type[BaseModel]) -> Tree:
    """Return every attribute that a resource of this model can have."""
    return {
        field.alias or name: _below(field.annotation) for name, field in model.model_fields.items()
    }


def _below(annotation: Any) -> Tree:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return tree_of(annotation)
    found: Tree = {}
    for each in get_args(annotation):
        found |= _below(each)
    return found


def selection(text: str | None, known: Tree) -> Tree | None:
    """Return what ``fields`` asks for; None: everything. Raises TmfError for unknown names."""
    if text is None or not text.strip():
        return None
    names = [each.strip() for each in text.split(",")]
    if len(names) > _MOST:
        raise TmfError(Fault.QUERY_INVALID, "fields")
    wanted: Tree = {name: {} for name in _ALWAYS}
    for name in names:
        if name and name != _NONE:
            _add(wanted, name.split("."), known)
    return wanted


def _add(wanted: Tree, path: list[str], known: Tree) -> None:
    for place, step in enumerate(path):
        if step not in known:
            raise TmfError(Fault.QUERY_INVALID, "fields")
        if step in wanted and not wanted[step]:
            return  # all of it is asked for already
        if place == len(path) - 1:
            wanted[step] = {}
            return
        wanted, known = wanted.setdefault(step, {}), known[step]


def selected(resource: Mapping[str, Any], wanted: Tree | None) -> dict[str, Any]:
    """Return the resource with what is wanted of it; an attribute that it lacks stays away."""
    if wanted is None:
        return dict(resource)
    return dict(_parts(resource, wanted))


def _parts(resource: Mapping[str, Any], wanted: Tree) -> Iterator[tuple[str, Any]]:
    for name, value in resource.items():
        if name in wanted:
            yield name, _part(value, wanted[name])


def _part(value: Any, wanted: Tree) -> Any:
    if not wanted:
        return value
    if isinstance(value, list):
        return [_part(each, wanted) for each in value]
    return dict(_parts(value, wanted)) if isinstance(value, Mapping) else value
