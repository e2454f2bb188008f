"""What every request of Service Activation meets: the client's token, and the faults."""

from collections.abc import Callable, Collection
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response

from simulators.bearer import Bearer
from simulators.faults import Fault, Faults, disturbed
from simulators.network.profiles import Profile, Profiles
from simulators.network.refusals import Refused
from simulators.network.services import Services


class Doorway:
    """Lets ``client`` in, subject to ``faults``."""

    def __init__(
        self, client: Bearer, services: Services, faults: Faults, profiles: Profiles
    ) -> None:
        self._client = client
        self._services = services
        self._faults = faults
        self._profiles = profiles

    @property
    def profile(self) -> Profile:
        return self._profiles.now

    def admit(self, request: Request) -> None:
        """Raise Refused for everyone else than the client."""
        if not self._client.sent(request):
            raise Refused(401, "unauthenticated", "Bring the bearer token.")

    def base(self, request: Request) -> str:
        """Return what hrefs begin with in this profile."""
        url = self.profile.hrefs == "url"
        return str(request.base_url).rstrip("/") if url else ""

    def names(self, service_id: str) -> set[str | None]:
        """Return what a fault may name to mean this service: its id and its number."""
        return {service_id, self._services.number(service_id)}

    def take(
        self, source: str, about: set[str | None], sparing: Collection[str] = ()
    ) -> Fault | None:
        """Take the fault that an answer of ``source`` shows."""
        names = [each for each in about if each is not None]
        return self._faults.take(source, about=names, sparing=sparing)

    async def answer(
        self, request: Request, fault: Fault | None, make: Callable[[], Response]
    ) -> Response:
        """Return what ``make`` makes, or its refusal, or what the fault makes of either."""

        async def answered() -> Response:
            try:
                return make()
            except Refused as refused:
                return refused.response()

        return await disturbed(request, fault, answered, error=_error)


def _error(status: int) -> Response:
    response = Refused(status, "fault", HTTPStatus(status).description or "Later.").response()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["retry-after"] = "1"
    return response
