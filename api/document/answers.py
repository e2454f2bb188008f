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
    references = [each.get("schema", {}).get("$ref", "") for each in contents]
    if not any(references):
        return _NOTHING
    model = schemas[references[0].removeprefix(_REFERENCE)]
    first: str = model["description"].partition("\n\n")[0]
    return first.replace("\n", " ")
