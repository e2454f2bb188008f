"""Runs the Smart-ID simulator: ``python -m simulators.smart_id --trust-dir DIR``."""

from pathlib import Path
from typing import Annotated

import typer

from simulators.serving import serve
from simulators.signing.parties import RelyingParty
from simulators.smart_id.app import DEMO, create_app


def main(
    trust_dir: Annotated[Path, typer.Option(help="Keys of simulators.trust, made if missing.")],
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8478,
    host: Annotated[str, typer.Option(help="0.0.0.0 in a container.")] = "127.0.0.1",
    uuid: Annotated[str, typer.Option(help="UUID of the relying party.")] = DEMO.uuid,
    name: Annotated[str, typer.Option(help="Name of the relying party.")] = DEMO.name,
    *,
    anybody: Annotated[
        bool, typer.Option(help="Everybody with a valid code has an account.")
    ] = False,
) -> None:
    """Simulate Smart-ID. Logs no requests, since they name people."""
    try:
        app = create_app(trust_dir, party=RelyingParty(uuid, name), anybody=anybody)
    except OSError as error:
        typer.echo(f"Smart-ID simulator: {trust_dir} cannot be used: {error}", err=True)
        raise typer.Exit(2) from None
    serve(app, host, port)


if __name__ == "__main__":
    typer.run(main)
