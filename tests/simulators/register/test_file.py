"""The open-data file over real HTTP: conditional, in ranges, always the world as it is."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from simulators.register.app import FILE_PATH, create_app
from simulators.register.files import write_day
from simulators.serving import serving
from tests.clients.register_client import Client, running, unzipped


@pytest.fixture
def register(http_servers: None, tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path) as client:
        yield client


def test_an_unchanged_file_is_not_sent_again(register: Client) -> None:
    first = register.http.get(FILE_PATH)

    by_etag = register.http.get(FILE_PATH, headers={"if-none-match": first.headers["etag"]})
    by_date = register.http.get(
        FILE_PATH, headers={"if-modified-since": first.headers["last-modified"]}
    )

    assert len(unzipped(first.content)) == 40
    assert (by_etag.status_code, by_etag.content) == (304, b"")
    assert (by_date.status_code, by_date.headers["etag"]) == (304, first.headers["etag"])


def test_another_etag_outweighs_the_date(register: Client) -> None:
    modified = register.http.head(FILE_PATH).headers["last-modified"]

    response = register.http.get(
        FILE_PATH, headers={"if-none-match": '"other"', "if-modified-since": modified}
    )

    assert response.status_code == 200


def test_a_download_resumes_where_it_stopped(register: Client) -> None:
    whole = register.http.get(FILE_PATH)
    etag = whole.headers["etag"]

    rest = register.http.get(FILE_PATH, headers={"range": "bytes=1000-", "if-range": etag})

    assert rest.status_code == 206
    assert (
        rest.headers["content-range"] == f"bytes 1000-{len(whole.content) - 1}/{len(whole.content)}"
    )
    assert whole.content[:1000] + rest.content == whole.content


def test_a_download_does_not_resume_into_another_version(register: Client) -> None:
    etag = register.http.head(FILE_PATH).headers["etag"]
    register.put("19000014", holders=[{"name": "Uus", "code": "47101010033"}])

    rest = register.http.get(FILE_PATH, headers={"range": "bytes=1000-", "if-range": etag})

    assert rest.status_code == 200
    assert rest.headers["etag"] != etag
    assert len(unzipped(rest.content)) == 41


def test_downloads_are_counted_by_status_and_bytes(register: Client) -> None:
    whole = register.http.get(FILE_PATH)
    register.http.get(FILE_PATH, headers={"range": "bytes=100-"})
    register.http.get(FILE_PATH, headers={"if-none-match": whole.headers["etag"]})

    stats = register.control("GET", "/stats")

    assert stats["queries"] == {"open_data_200": 1, "open_data_206": 1, "open_data_304": 1}
    assert stats["bytes_sent"] == 2 * len(whole.content) - 100


@pytest.mark.usefixtures("http_servers")
def test_a_given_file_is_served_unchanged(tmp_path: Path) -> None:
    written = write_day(tmp_path / "given.zip", 12, 1)
    app = create_app(
        tmp_path / "data", user="u", password=SecretStr("p"), companies=40, file=written.path
    )

    with serving(app) as url:
        response = httpx.get(url + FILE_PATH)

    assert response.content == written.path.read_bytes()
