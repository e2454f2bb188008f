"""Composition of the example of a schema from those of its properties."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from api.document.examples import standards, values
from api.document.things import thing_of

Schemas = Mapping[str, Any]

_REFERENCE = "#/components/schemas/"
_TRUE = ("may_", "is_", "has_")
_SENT = ("Body", "Create", "Input", "Update")
_MOMENTS = {"date-time": values.MOMENT, "date": values.DAY}
_DEEPEST = 12
"""Models of a document that name each other in a circle end here, with null or nothing."""


def example(schemas: Schemas, schema: Mapping[str, Any]) -> Any:
    """Return an example of this schema; the same one each time."""
    return _Composer(schemas).of(schema, "", "", 0)


def id_of(thing: str) -> str:
    """Return the id of a thing of the story: one and the same in every example."""
    return str(uuid5(NAMESPACE_URL, f"urn:volitus:example:{thing}"))


class _Composer:
    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def of(self, schema: Mapping[str, Any], model: str, name: str, depth: int) -> Any:
        """Return an example of a property of a model; both names are empty for no property."""
        found = _stated(schema)
        if found is not _NOTHING:
            return found
        if reference := schema.get("$ref"):
            named = reference.removeprefix(_REFERENCE)
            return self._of_model(named, name, depth)
        if options := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
            form = {key: schema[key] for key in ("format",) if key in schema}
            return self._of_options([form | each for each in options], model, name, depth)
        kind = schema.get("type")
        if kind == "array":
            return self._of_array(schema, model, name, depth)
        if kind == "object" or "properties" in schema:
            return self._of_object(schema, model, name, depth)
        return _of_leaf(schema, model, name)

    def _of_model(self, model: str, name: str, depth: int) -> Any:
        schema = self._schemas[model]
        if member := values.MEMBERS.get(model):
            return member
        if "properties" not in schema:
            return self.of(schema, model, name, depth)
        return self._of_object(schema, model, name, depth)

    def _of_object(
        self, schema: Mapping[str, Any], model: str, name: str, depth: int
    ) -> dict[str, Any]:
        if "properties" not in schema:
            return dict(values.OBJECTS.get(name, {}))
        is_sent = schema.get("additionalProperties") is False or model.endswith(_SENT)
        more = values.SENT.get(model, ()) if is_sent else schema["properties"]
        more = {key for key in more if not {key, f"{model}.{key}"} & standards.OMITTED}
        wanted = {*schema.get("required", ()), *more}
        return {
            key: self.of(described, model, key, depth + 1)
            for key, described in schema["properties"].items()
            if key in wanted
        }

    def _of_array(self, schema: Mapping[str, Any], model: str, name: str, depth: int) -> list[Any]:
        if depth > _DEEPEST and not schema.get("minItems"):
            return []
        return [self.of(schema.get("items", {}), model, name, depth + 1)]

    def _of_options(
        self, options: list[Mapping[str, Any]], model: str, name: str, depth: int
    ) -> Any:
        may_be_null = any(each.get("type") == "null" for each in options)
        if may_be_null and (name in values.NULL or depth > _DEEPEST):
            return None
        first = next((each for each in options if each.get("type") != "null"), {})
        return self.of(first, model, name, depth)


_NOTHING = object()


def _stated(schema: Mapping[str, Any]) -> Any:
    for place in ("examples", "enum"):
        if stated := schema.get(place):
            return stated[0]
    if "const" in schema:
        return schema["const"]
    return schema.get("example", _NOTHING)


def _of_leaf(schema: Mapping[str, Any], model: str, name: str) -> Any:
    place = f"{model}.{name}"
    if place in values.BY_PLACE:
        return values.BY_PLACE[place]
    named, kind = values.BY_NAME.get(name), schema.get("type")
    if kind == "string":
        return _of_text(schema.get("format", ""), model, name)
    if kind in ("integer", "number"):
        least = max(schema.get("minimum", 1), 1)
        return named if isinstance(named, int) else int(least)
    if kind == "boolean":
        return bool(name.startswith(_TRUE) if named is None else named)
    return None if kind == "null" else values.OBJECTS.get(name, named)


def _of_text(form: str, model: str, name: str) -> str:
    if form == "uuid":
        return id_of(_thing(model, name))
    if form in _MOMENTS:
        return str(values.BY_NAME.get(name, _MOMENTS[form]))
    if name == "id":
        return f"{thing_of(model)}-1".replace(" ", "-")
    named = str(values.BY_NAME.get(name, name))
    return values.NAMES.get(thing_of(model), named) if name == "name" else named


def _thing(model: str, name: str) -> str:
    """The thing that a property names the id of: ``account`` for ``account_id``."""
    if name in ("id", "ids", ""):
        return thing_of(model)
    return name.removesuffix("_ids").removesuffix("_id").removesuffix("s").replace("_", " ")
