"""``python -m simulators.trust --port 8476 --data-dir DIR``."""

from pathlib import Path
from typing import Annotated

import typer

from simulators.serving import serve
from simulators.trust.app import create_app


def main(
    data_dir: Annotated[Path, typer.Option(help="Keys and certificates; others may share it.")],
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8476,
    host: Annotated[str, typer.Option(help="0.0.0.0 in a container.")] = "127.0.0.1",
) -> None:
    """Simulate the trust services of test people's signatures."""
    try:
        app = create_app(data_dir)
    except (OSError, ValueError, TypeError) as error:
        typer.echo(f"trust simulator: {data_dir} cannot be used: {error}", err=True)
        raise typer.Exit(2) from None
    serve(app, host, port)


if __name__ == "__main__":
    typer.run(main)
