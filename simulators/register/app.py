"""The register's HTTP application: the open-data file, SOAP, and ``/_control``."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from pydantic import SecretStr

from simulators.faults import Faults, disturbed, faults_control
from simulators.register import publishing, questions, soap
from simulators.register.control import control
from simulators.register.open_data import FILE_NAME
from simulators.register.shelf import Shelf
from simulators.register.simulation import Simulation
from simulators.register.traffic import CountedAnswers, Traffic

FILE_PATH = f"/sites/default/files/avaandmed/{FILE_NAME}"


def create_app(
    folder: Path,
    *,
    user: str,
    password: SecretStr,
    companies: int = 2_000,
    seed: int = 1,
    one_at_a_time: bool = False,
    file: Path | None = None,
) -> FastAPI:
    """Create the simulator of the world in ``folder``; an empty folder gets a new world.

    ``one_at_a_time`` answers a SOAP query that comes while another is being answered with a
    fault. ``file`` is served instead of one made from the world. Raises OtherWorld.
    """
    simulation = Simulation(folder, companies, seed)
    traffic = Traffic()
    faults = Faults(
        {
            "open_data": publishing.FAULTS,
            "esindus": questions.FAULTS,
            "change_list": questions.FAULTS,
        }
    )
    app = FastAPI(
        title="Register simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    app.add_middleware(CountedAnswers, path=FILE_PATH, name="open_data", traffic=traffic)
    _publish(app, Shelf(simulation, file), faults)
    register = questions.Register(simulation, user, password)
    _answer(app, register, faults, traffic, one_at_a_time=one_at_a_time)
    app.include_router(control(simulation, traffic), prefix="/_control")
    app.include_router(faults_control(faults), prefix="/_control")
    return app


def _publish(app: FastAPI, shelf: Shelf, faults: Faults) -> None:
    @app.head(FILE_PATH, include_in_schema=False)
    @app.get(FILE_PATH, response_class=Response)
    async def open_data(request: Request) -> Response:
        fault = faults.take("open_data")

        async def serve() -> Response:
            return await publishing.serve(request, shelf, fault)

        return await disturbed(request, fault, serve)


def _answer(
    app: FastAPI,
    register: questions.Register,
    faults: Faults,
    traffic: Traffic,
    *,
    one_at_a_time: bool,
) -> None:
    @app.post("/", response_class=Response, description="SOAP; see the register's own WSDL")
    async def query(request: Request) -> Response:
        try:
            question = soap.read(await request.body())
        except soap.SoapFault as refusal:
            return questions.faulty(str(refusal))
        source = questions.SOURCES.get(question.operation)
        if source is None:
            return questions.faulty("Tundmatu päring.")
        with traffic.asking(question.operation) as others:
            if one_at_a_time and others:
                traffic.refuse()
                return questions.faulty("Lubatud on üks samaaegne päring.")
            fault = faults.take(source, sparing=questions.spared(question))

            async def answer() -> Response:
                return register.answer(question, fault)

            return await disturbed(request, fault, answer)
