"""How this network behaves where TMF640 leaves a choice, and whether it has our extension."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

ProfileName = Literal["async", "standard"]
Progress = Literal["InProgress", "InError", "Completed"]

_STANDARD: dict[str, Any] = {
    "answers": "service",
    "keys": False,
    "ids": "number",
    "hrefs": "url",
    "echoes": [],
    "spelling": "camel",
    "characteristics": "replaced",
    "unknown_filters": "ignored",
}


def _no_secret(name: str) -> str:
    if name.lower() == "authorization":
        raise ValueError("the token is never shown")
    return name


HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,60}$"), AfterValidator(_no_secret)]


class Profile(BaseModel):
    """A named profile; each member that is given replaces what the profile has.

    ``async`` answers with monitors and has our extension. ``standard`` is TMF640 and nothing else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ProfileName = "async"
    answers: Literal["monitor", "service"] = Field(
        "monitor", description="To a write: 202 with a Monitor, or 200, 201, 204"
    )
    keys: bool = Field(
        default=True,
        description="Needs an Idempotency-Key, makes its change once, and finds it by the key",
    )
    ids: Literal["uuid", "number"] = Field("uuid", description="Of monitors and new services")
    hrefs: Literal["path", "url"] = "path"
    source_href: bool = Field(default=True, description="Whether a Monitor has sourceHref")
    echoes: list[HeaderName] = Field(
        ["Idempotency-Key"], description="Headers in Monitor.request, beside Content-Type"
    )
    spelling: Literal["pascal", "camel", "lower", "upper"] = Field(
        "pascal", description="Of a Monitor's state: InProgress, inProgress, inprogress, INPROGRESS"
    )
    characteristics: Literal["merged", "replaced"] = Field(
        "merged", description="By a PATCH: by name, or the list as a whole (JSON Merge Patch)"
    )
    unknown_filters: Literal["refused", "ignored"] = Field(
        "refused", description="Of lists; a list whose filter is ignored has everything"
    )
    largest_page: int | None = Field(
        None, ge=1, description="Rows of a list at most, whatever its limit asks for; null: all"
    )
    hides: list[str] = Field(
        [], description="Characteristics that are set and never shown, such as passwords"
    )
    in_progress: Literal["hidden", "isServiceEnabled", "operatingStatus"] = Field(
        "hidden",
        description="How a Service shows a change in progress: not at all; isServiceEnabled and "
        "hasStarted are false (v4); operatingStatus is pending (v5)",
    )

    @model_validator(mode="before")
    @classmethod
    def _of_its_name(cls, given: Any) -> Any:
        standard = isinstance(given, dict) and given.get("name") == "standard"
        return _STANDARD | given if standard else given

    def spelled(self, state: Progress) -> str:
        """Return the state of a monitor as this network spells it."""
        match self.spelling:
            case "pascal":
                return state
            case "camel":
                return state[0].lower() + state[1:]
            case "lower":
                return state.lower()
            case "upper":
                return state.upper()

    def progress(self, *, busy: bool) -> dict[str, Any]:
        """Return the members that show whether a change of a service is in progress."""
        match self.in_progress:
            case "hidden":
                return {}
            case "isServiceEnabled":
                return {"isServiceEnabled": not busy, "hasStarted": not busy}
            case "operatingStatus":
                return {"operatingStatus": "pending" if busy else "running"}


class Profiles:
    """The profile that is set, and the one at the start."""

    def __init__(self, start: ProfileName) -> None:
        self._start = Profile.model_validate({"name": start})
        self.now = self._start

    def reset(self) -> None:
        self.now = self._start
