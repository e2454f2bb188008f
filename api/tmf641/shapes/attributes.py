"""What every shape of TMF641 is made of.

Shapes are the resources as they are sent: for the description, and for what ``fields`` can name.
Attributes that a resource does not have are left out; none is null or empty. Only what this engine
has is in them; what else the standard allows is never sent.
"""

from typing import Any

from pydantic import Field
from pydantic.config import JsonDict

MOMENT: JsonDict = {"format": "date-time"}


def typed(name: str) -> Any:
    """The attribute ``@type``."""
    return Field(alias="@type", description=f"`{name}`.")


def moment(text: str) -> Any:
    """A moment that may be absent."""
    return Field(None, description=text, json_schema_extra=MOMENT)
