"""Parameters in the address of a page."""

from typing import Annotated

from fastapi import Query

Words = Annotated[str, Query(max_length=100)]
"""What somebody searches for, or the name of a filter's choice."""
Cursor = Annotated[str | None, Query(max_length=300)]
"""Where the API's list goes on."""
