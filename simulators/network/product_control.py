"""``/_control``: the stock of SIMs, and routers."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from simulators.network.activator import Activator
from simulators.network.products import CardForm, Products
from simulators.network.shapes import ServiceId


class RouterForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    service_id: ServiceId
    online: bool = Field(description="False: it cannot be restarted")


def products_control(products: Products, activator: Activator) -> APIRouter:
    """``/cards`` and ``/routers``. Async although nothing waits: they run in one thread."""
    router = APIRouter(tags=["products"])

    @router.put("/cards", description="Whether services can get this SIM")
    async def put_card(card: CardForm) -> CardForm:
        activator.settle()
        products.cards[card.iccid] = card
        return card

    @router.get("/routers", description="Restarts by service id")
    async def read_restarts() -> dict[str, int]:
        activator.settle()
        return dict(products.restarts)

    @router.put("/routers")
    async def put_router(form: RouterForm) -> RouterForm:
        activator.settle()
        change = products.offline.discard if form.online else products.offline.add
        change(form.service_id)
        return form

    @router.delete("/products", status_code=204, description="As at the start")
    async def forget() -> None:
        products.forget()

    return router
