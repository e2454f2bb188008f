"""The base of every process's settings: read once, where the process starts."""

import sys
from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from settings.sections import Setting, settings_of
from settings.sources import EnvironmentSource, SettingsError


class ProcessSettings(BaseSettings):
    """Settings of one process, section by section. It reads and demands no others."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True)
    process: ClassVar[str]
    """The process's name in documentation and in ``volitus config``."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 # pydantic-settings' signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 # the same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 # the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """One source instead of pydantic-settings' own, whose nested names are not flat."""
        return init_settings, EnvironmentSource(settings_cls)

    @classmethod
    def for_process(cls) -> Self:
        """Read them all, or end this process: one line on stderr, exit code 2."""
        try:
            return cls.from_environment()
        except SettingsError as error:
            sys.stderr.write(f"volitus: {error}\n")
            sys.exit(2)

    @classmethod
    def from_environment(cls) -> Self:
        """Read them all. Raises SettingsError with one line that names every variable at fault."""
        try:
            return cls()
        except ValidationError as error:
            known = {setting.path: setting for setting in settings_of(cls)}
            lines = [_line(known, e["loc"], e["msg"]) for e in error.errors(include_input=False)]
            raise SettingsError("; ".join(dict.fromkeys(lines))) from None


def _line(
    known: Mapping[tuple[str, ...], Setting], place: tuple[int | str, ...], message: str
) -> str:
    text = message.removeprefix("Value error, ")
    text = "required, but not set" if text == "Field required" else text[0].lower() + text[1:]
    for length in range(len(place), 0, -1):
        path = tuple(str(part) for part in place[:length])
        if path in known:
            inside = ".".join(str(part) for part in place[length:])
            return f"{known[path].variable}: {inside}{': ' if inside else ''}{text}"
    # The message is about several settings, and names them itself.
    return message.removeprefix("Value error, ")
