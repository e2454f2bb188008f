"""``python -m simulators.identity --port 8020 --data-dir DIR``."""

from pathlib import Path
from typing import Annotated

import typer

from simulators.identity.app import create_app
from simulators.identity.clients import ClientSecrets
from simulators.serving import serve


def main(
    *,
    port: Annotated[int, typer.Option(help="Port to listen on.")],
    data_dir: Annotated[Path, typer.Option(help="Keeps the keys and the clients' secrets.")],
    issuer: Annotated[
        str | None, typer.Option(help="The address that its tokens name; by default its own.")
    ] = None,
    host: Annotated[str, typer.Option(help="0.0.0.0 in a container.")] = "127.0.0.1",
    client_secret_file: Annotated[
        list[str] | None,
        typer.Option(help="CLIENT=FILE: a client's secret, in place of the one that is kept."),
    ] = None,
    backchannel: Annotated[
        list[str] | None,
        typer.Option(help="CLIENT=URL: where a client is told that a session has ended."),
    ] = None,
) -> None:
    """Simulate an identity provider. Logs no requests, since URLs may hold personal codes."""
    try:
        told = dict(each.split("=", 1) for each in backchannel or ())
        given = dict(each.split("=", 1) for each in client_secret_file or ())
        ClientSecrets(
            data_dir / "clients.json",
            {client: Path(file).read_text().strip() for client, file in given.items()},
        )
        app = create_app(issuer or f"http://127.0.0.1:{port}", data_dir, backchannels=told)
    except (OSError, ValueError, LookupError) as error:
        typer.echo(f"identity simulator: {data_dir} cannot be used: {error}", err=True)
        raise typer.Exit(2) from None
    serve(app, host, port)


if __name__ == "__main__":
    typer.run(main)
