"""``/_control``: certificates of test people, and their statuses. For tests and demonstrations."""

from datetime import datetime
from typing import Annotated

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from simulators.trust.identities import Identities, Service
from simulators.trust.statuses import Status, Statuses

Serial = Annotated[
    str, Field(pattern=r"^[0-9a-f]{1,40}$", description="Serial number, hexadecimal")
]


class CertificateView(BaseModel):
    serial_number: Serial
    certificate: str = Field(description="PEM")
    status: Status
    revoked_at: datetime | None


class StatusForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    serial_number: Serial
    status: Status
    revoked_at: AwareDatetime | None = Field(None, description="Of a revoked one; null: now")


def control(identities: Identities, statuses: Statuses) -> APIRouter:
    """Return the routes. Async although nothing waits: they run in the responder's thread."""
    router = APIRouter(tags=["certificates"])

    @router.get("/certificates", description="What this person signs with; made if it is not there")
    async def read_certificate(
        service: Service,
        code: Annotated[str, Query(description="Personal code")],
        country: Annotated[str, Query(pattern="^[A-Z]{2}$")] = "EE",
    ) -> CertificateView:
        try:
            held = identities.signer(code, service, country=country).certificate
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        standing = statuses.of(held.serial_number)
        return CertificateView(
            serial_number=f"{held.serial_number:x}",
            certificate=held.public_bytes(Encoding.PEM).decode(),
            status=standing.status,
            revoked_at=standing.revoked_at,
        )

    @router.put("/statuses", status_code=204, description="What OCSP answers from now on")
    async def set_status(form: StatusForm) -> None:
        statuses.set(int(form.serial_number, 16), form.status, form.revoked_at)

    @router.delete("/statuses", status_code=204, description="As at the start")
    async def forget_statuses() -> None:
        statuses.forget()

    return router
