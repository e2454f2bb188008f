"""api.3: what a property means is said once, by its name; what is peculiar, its model says."""

from typing import Any

import pytest

from api.document.properties import describe
from api.document.things import thing_of
from api.document.vocabulary import WORDS
from tests.oracles.api_description import api_description

MOMENT = {"type": "string", "format": "date-time"}


def model(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"ListedGrant": {"properties": {name: schema}, **more}}


@pytest.mark.parametrize(
    ("schema", "more", "said"),
    [
        pytest.param(dict(MOMENT), {}, "When the grant ended.", id="what-the-model-is-about"),
        pytest.param(
            {"anyOf": [MOMENT, {"type": "null"}]},
            {},
            "When the grant ended. Null: it has not ended.",
            id="what-its-null-means",
        ),
        pytest.param(
            {"anyOf": [MOMENT, {"type": "null"}]},
            {"additionalProperties": False},
            "When the grant ended.",
            id="no-null-of-what-is-sent",
        ),
        pytest.param(MOMENT | {"description": "Own."}, {}, "Own.", id="the-model-wins"),
    ],
)
def test_a_property_is_described_by_its_name(
    schema: dict[str, Any], more: dict[str, Any], said: str
) -> None:
    schemas = model("ended_at", schema, **more)

    describe(schemas)

    assert schemas["ListedGrant"]["properties"]["ended_at"]["description"] == said


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("ListedGrant", "grant"),
        ("OpsPaymentDetails", "payment"),
        ("SyncRunSummary", "run"),
        ("Verification", "verification"),
        ("ReceivedAccessRequest", "access request"),
    ],
)
def test_a_model_is_about_a_thing_of_the_glossary(name: str, thing: str) -> None:
    assert thing_of(name) == thing


def test_no_word_of_the_vocabulary_is_left_over() -> None:
    schemas = api_description()["components"]["schemas"].values()
    names = {name for schema in schemas for name in schema.get("properties", {})}

    assert WORDS.keys() - names == set()
