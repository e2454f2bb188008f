"""Settings of extracts: files of call details."""

from pydantic import Field

from settings.sections import Section


class ExtractSettings(Section):
    """Extracts that a worker makes."""

    slots: int = Field(
        2, ge=1, le=100, description="Extracts that are read, or turned into a PDF, at once."
    )
    page: int = Field(
        2500, ge=1, le=5000, description="Usage records that billing is asked for at once."
    )
