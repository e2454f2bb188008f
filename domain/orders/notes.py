"""Notes to orders. They are added, never changed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to add. ``written_at`` None: now."""

    text: str
    id: str | None = None
    author: str = ""
    written_at: datetime | None = None
