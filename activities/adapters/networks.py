"""The operator's networks: each step goes to the one that it names."""

from collections.abc import Mapping

from activities.adapters.tmf640.network import Network, NoNetwork
from domain.provisioning.steps import Step

_UNKNOWN = NoNetwork("VOLITUS_NETWORKS does not name it")


class Networks:
    """Networks by name. One that no setting names is there too: every call to it is trouble."""

    def __init__(self, own: Network, named: Mapping[str, Network] | None = None) -> None:
        self._own = own
        self._named = named or {}

    def of(self, step: Step) -> Network:
        """The network that this step goes to."""
        return self.named(step.destination)

    def named(self, name: str | None) -> Network:
        """The network with this name; None: the usual one."""
        return self._own if name is None else self._named.get(name, _UNKNOWN)
