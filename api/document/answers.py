"""What answers are, where their routes leave it to the model of the answer."""

from typing import Any

_OF_FRAMEWORK = "Successful Response"
_NOTHING = "It is done: there is nothing to say."
_REFERENCE = "#/components/schemas/"


def describe(document: dict[str, Any]) -> None:
    """Replace the framework's words by what the model says of itself."""
    schemas = document["components"]["schemas"]
    for path in document["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                if answer["description"] == _OF_FRAMEWORK:
                    answer["description"] = _said(answer, schemas)


def _said(answer: dict[str, Any], schemas: dict[str, Any]) -> str:
    contents = answer.get("content", {}).values()
    answered = [each.get("schema", {}) for each in contents]
    if not any(answered):
        return _NOTHING
    entries = answered[0].get("items")
    named = (entries or answered[0]).get("$ref", "").removeprefix(_REFERENCE)
    said: str = schemas[named]["description"].partition("\n\n")[0].replace("\n", " ")
    return f"A list. Each entry: {said[0].lower()}{said[1:]}" if entries else said
