"""What happens before the backup, and in the time between it and the loss of the database."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from dev.demo.client import Body, Scene, until
from dev.demo.report import Teller
from dev.stack.sample_customer import add_sample

NAMES = ("asked", "accepted", "done", "orphaned")
_NETWORK = "/v1/ops/targets/network"


@dataclass(frozen=True, slots=True)
class LostTime:
    """What was requested after the backup: the database will not know it."""

    orphaned: str
    """Operation that is still carried out in Temporal when the database is lost."""


def customers(scene: Scene) -> dict[str, str]:
    """Put a sample customer and its services; returns the services' ids by name."""
    stack = scene.stack
    sample = add_sample(stack.api_url, stack.register_url, stack.identity_url)
    services = {name: str(uuid5(NAMESPACE_URL, f"drill:{name}")) for name in NAMES}
    for number, service in enumerate(services.values()):
        about = {
            "account_id": str(sample.account_id),
            "kind": "mobile",
            "number": f"+372555900{number:02}",
        }
        scene.put(f"/v1/services/{service}", scene.systems(), about).raise_for_status()
    return services


def resend(scene: Scene, service: str) -> str:
    """Request that a service's settings are sent again; returns the operation's path."""
    asked = scene.post(f"/v1/services/{service}/resend", scene.staff("ops"), {"reason": "drill"})
    return str(asked.raise_for_status().headers["Location"])


def operation(scene: Scene, where: str) -> Body:
    """Return an operation as operations see it."""
    found: Body = scene.get(where, scene.staff("ops")).json()
    return found


def tell_network(scene: Scene, do: str) -> None:
    """Pause or resume the network, as operations do."""
    answer = scene.post(f"{_NETWORK}/{do}", scene.staff("ops"), {"reason": "drill"})
    answer.raise_for_status()


def until_the_backup(scene: Scene, tell: Teller, services: dict[str, str]) -> dict[str, str]:
    """Request two resends, which wait for the paused network; returns their operations."""
    tell.chapter("Before the backup")
    tell_network(scene, "pause")
    waiting = {name: resend(scene, services[name]) for name in ("asked", "accepted")}
    found = [
        until(lambda where=where: operation(scene, where), _waits)  # type: ignore[misc]
        for where in waiting.values()
    ]
    tell.line(
        "two resends wait for the network, which is paused",
        came_true=all(map(_waits, found)),
        seen=found,
    )
    return waiting


def _waits(found: Body) -> bool:
    return found.get("waits_for") == "network"


def in_the_lost_time(scene: Scene, tell: Teller, services: dict[str, str]) -> LostTime:
    """Carry out one of them, let the other be accepted, and request more."""
    tell.chapter("In the ten minutes after the backup")
    _hold_changes_of(scene, services["accepted"])
    tell_network(scene, "resume")
    done = resend(scene, services["done"])
    ended = until(
        lambda: operation(scene, done), lambda found: found["state"] in {"succeeded", "failed"}
    )
    applied = until(
        lambda: {"changes": applied_to(scene, services["asked"])},
        lambda found: len(found["changes"]) == 2,
    )
    tell.line(
        "the network carries out one of them, and another that is requested now",
        came_true=ended["state"] == "succeeded" and len(applied["changes"]) == 2,
        seen=(ended, applied),
    )
    tell_network(scene, "pause")
    orphaned = resend(scene, services["orphaned"])
    waits = until(lambda: operation(scene, orphaned), _waits)
    tell.line("one more is requested, and waits", came_true=_waits(waits), seen=waits)
    return LostTime(orphaned.rsplit("/", 1)[-1])


def _hold_changes_of(scene: Scene, service: str) -> None:
    fault = {"source": "activation", "kind": "never", "subject": service}
    scene.network("PUT", "/_control/faults", fault)


def applied_to(scene: Scene, service: str) -> list[Body]:
    """Return the changes that the network has made to a service."""
    found: list[Body] = scene.network("GET", f"/_control/applied?service={service}")
    return found
