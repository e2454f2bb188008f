"""Addresses of resources. TMF641 types some as URIs, so they are whole."""

from uuid import UUID

from starlette.requests import Request

PATH = "/tmf-api/serviceOrdering/v4"
"""Where the application is mounted."""


def base_of(request: Request) -> str:
    """Return the address of this API as its caller knows it, without a slash at the end."""
    return str(request.base_url).rstrip("/") + PATH


def order_address(base: str, order_id: UUID) -> str:
    """Return the address of an order."""
    return f"{base}/serviceOrder/{order_id}"


def task_address(base: str, task_id: UUID) -> str:
    """Return the address of a request to cancel."""
    return f"{base}/cancelServiceOrder/{task_id}"
