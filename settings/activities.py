"""Settings of activities that wait for no outside system."""

from pydantic import Field

from settings.sections import Section


class ActivitySettings(Section):
    """Activities on the workflows' own task queue."""

    slots: int = Field(20, ge=1, le=1000, description="Activities at once, per worker.")
