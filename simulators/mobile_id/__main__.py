"""Runs the Mobile-ID simulator: ``python -m simulators.mobile_id --trust-dir DIR``."""

from pathlib import Path
from typing import Annotated

import typer

from simulators.mobile_id.app import DEMO, create_app
from simulators.serving import serve
from simulators.signing.parties import RelyingParty


def main(
    trust_dir: Annotated[Path, typer.Option(help="Keys of simulators.trust, made if missing.")],
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8477,
    host: Annotated[str, typer.Option(help="0.0.0.0 in a container.")] = "127.0.0.1",
    uuid: Annotated[str, typer.Option(help="UUID of the relying party.")] = DEMO.uuid,
    name: Annotated[str, typer.Option(help="Name of the relying party.")] = DEMO.name,
    *,
    anybody: Annotated[bool, typer.Option(help="Everybody has Mobile-ID, on any number.")] = False,
) -> None:
    """Simulate Mobile-ID. Logs no requests, since they name people."""
    try:
        app = create_app(trust_dir, party=RelyingParty(uuid, name), anybody=anybody)
    except OSError as error:
        typer.echo(f"Mobile-ID simulator: {trust_dir} cannot be used: {error}", err=True)
        raise typer.Exit(2) from None
    serve(app, host, port)


if __name__ == "__main__":
    typer.run(main)
