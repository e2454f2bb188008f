"""The file over real HTTP: once per version, and going on after a cut."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from domain.registry.register import RegisterUnknown
from registry_sync.estonia import download
from registry_sync.estonia.open_data import OpenDataFile

CONTENT = b"PK\3\4" + bytes(range(256)) * 12_000
ANOTHER = b"PK\3\4" + CONTENT[:3:-1]
CUT = 1 << 20


@dataclass
class Site:
    """A web server's file, its behaviour, and the requests that it got."""

    content: bytes = CONTENT
    etag: str | None = '"v1"'
    modified: str | None = None
    ranges: bool = True
    conditions: bool = True
    cut_at: int | None = None
    lengths: bool = True
    status: int | None = None
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    sent: int = 0


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        site, asked = self.site, {name.lower(): value for name, value in self.headers.items()}
        site.asked.append(asked)
        known = asked.get("if-none-match", asked.get("if-modified-since", ""))
        if site.status:
            self._head(site.status, 0)
        elif site.conditions and known and known in {site.etag, site.modified}:
            self._head(304, None)
        else:
            self._send(asked)

    def _send(self, asked: dict[str, str]) -> None:
        site = self.site
        start = 0
        if site.ranges and "range" in asked and asked.get("if-range") in {site.etag, site.modified}:
            start = int(asked["range"].removeprefix("bytes=").removesuffix("-"))
        body = site.content[start:]
        if start:
            self.send_response(206)
            last = len(site.content) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{len(site.content)}")
        self._head(None if start else 200, len(body) if site.lengths else None)
        body = body[: site.cut_at]
        site.sent += len(body)
        with suppress(ConnectionError):  # a client that has seen enough leaves
            self.wfile.write(body)
        self.close_connection = True

    def _head(self, status: int | None, length: int | None) -> None:
        if status:
            self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in (("ETag", self.site.etag), ("Last-Modified", self.site.modified)):
            if value:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def site(http_servers: None) -> Iterator[Site]:
    site = Site()
    handler = type("Handler", (_Handler,), {"site": site})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_port}/f.zip"
        yield site
        server.shutdown()
        thread.join()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def source(site: Site, http: httpx.Client, tmp_path: Path) -> OpenDataFile:
    return OpenDataFile(http, site.url, tmp_path / "files")


def nobody(_so_far: int, _in_all: int | None) -> None:
    """Nobody asks how far it is."""


def cut(source: OpenDataFile, site: Site) -> None:
    """A download that breaks off after a megabyte."""
    site.cut_at = CUT
    with pytest.raises(RegisterUnknown) as unknown:
        source.fetch(None, nobody)
    assert (unknown.value.code, unknown.value.retry) == ("download_broken", True)
    site.cut_at = None


def whole(source: OpenDataFile, site: Site) -> None:
    """The next fetch brings the server's file, byte for byte, and nothing else stays behind."""
    file = source.fetch(None, nobody)

    assert file is not None
    path = Path(file.path)
    assert path.read_bytes() == site.content
    assert file.sha256 == hashlib.sha256(site.content).hexdigest()
    assert (file.version, file.size) == (site.etag or site.modified, len(site.content))
    assert sorted(path.parent.iterdir()) == sorted([path, path.with_suffix(".json")])


def test_the_first_time_it_is_fetched(source: OpenDataFile, site: Site) -> None:
    whole(source, site)

    assert "if-none-match" not in site.asked[0]
    assert "range" not in site.asked[0]
    assert site.asked[0]["user-agent"].startswith("Mozilla/5.0"), "or Cloudflare refuses"


def test_progress_is_reported(source: OpenDataFile) -> None:
    progress: list[tuple[int, int | None]] = []

    source.fetch(None, lambda so_far, in_all: progress.append((so_far, in_all)))

    assert progress[0] == (0, len(CONTENT))
    assert progress[-1] == (len(CONTENT), len(CONTENT))
    assert progress == sorted(progress)


@pytest.mark.parametrize(
    ("header", "version"),
    [
        pytest.param("ETag", '"v1"', id="etag"),
        pytest.param("ETag", 'W/"v1"', id="weak-etag"),
        pytest.param("Last-Modified", "Mon, 18 May 2026 10:37:59 GMT", id="date"),
    ],
)
@pytest.mark.parametrize("conditions", [True, False], ids=["server-compares", "server-does-not"])
def test_a_known_version_is_not_fetched(
    source: OpenDataFile, site: Site, header: str, version: str, conditions: bool
) -> None:
    site.etag, site.modified = (version, None) if header == "ETag" else (None, version)
    site.conditions = conditions

    assert source.fetch(version, nobody) is None
    condition = "if-none-match" if header == "ETag" else "if-modified-since"
    assert site.asked[0][condition] == version


def test_another_version_replaces_the_older(source: OpenDataFile, site: Site) -> None:
    source.fetch(None, nobody)
    site.etag, site.content = '"v2"', ANOTHER

    file = source.fetch('"v1"', nobody)

    assert file is not None
    assert file.version == '"v2"'
    whole(source, site)


def test_a_file_that_is_here_already_is_not_fetched_again(source: OpenDataFile, site: Site) -> None:
    first = source.fetch(None, nobody)
    sent = site.sent

    def never(_so_far: int, _in_all: int | None) -> None:
        raise AssertionError("nothing is fetched")

    assert source.fetch('"v0"', never) == first
    assert sent == len(CONTENT)


def test_a_file_that_was_harmed_is_fetched_again(source: OpenDataFile, site: Site) -> None:
    file = source.fetch(None, nobody)
    assert file is not None
    Path(file.path).write_bytes(b"harmed")

    whole(source, site)


def test_a_cut_download_resumes_where_it_stopped(source: OpenDataFile, site: Site) -> None:
    cut(source, site)

    whole(source, site)

    assert site.asked[1]["if-range"] == '"v1"'
    start = int(site.asked[1]["range"].removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= CUT
    assert site.sent - CUT == len(CONTENT) - start


def test_a_download_resumes_by_date_too(source: OpenDataFile, site: Site) -> None:
    site.etag, site.modified = None, "Mon, 18 May 2026 10:37:59 GMT"
    cut(source, site)

    whole(source, site)

    assert site.asked[1]["if-range"] == site.modified


def test_a_changed_file_starts_over(source: OpenDataFile, site: Site) -> None:
    cut(source, site)
    site.etag, site.content = '"v2"', ANOTHER

    whole(source, site)


def test_a_server_without_ranges_starts_over(source: OpenDataFile, site: Site) -> None:
    cut(source, site)
    site.ranges = False

    whole(source, site)


def test_a_weak_etag_starts_over(source: OpenDataFile, site: Site) -> None:
    site.etag = 'W/"v1"'
    cut(source, site)

    whole(source, site)

    assert "range" not in site.asked[1]


def test_a_download_killed_after_its_last_byte_asks_for_one_byte(
    source: OpenDataFile, site: Site, tmp_path: Path
) -> None:
    cut(source, site)
    (tmp_path / "files" / "ee-open-data.part").write_bytes(CONTENT)

    whole(source, site)

    assert site.sent - CUT == 1


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        pytest.param(416, {"Content-Range": "bytes */10", "ETag": '"v2"'}, id="now-shorter"),
        pytest.param(206, {"Content-Range": "bytes 0-9/10", "ETag": '"v1"'}, id="another-range"),
        pytest.param(206, {"Content-Range": "bytes 5-9/10", "ETag": '"v2"'}, id="range-of-another"),
    ],
)
def test_a_server_that_cannot_resume_sends_the_whole_file(
    tmp_path: Path, status: int, headers: dict[str, str]
) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        if "Range" in request.headers:
            return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b"56789"))
        body = httpx.ByteStream(b"PK76543210")
        return httpx.Response(200, headers={"ETag": '"v2"'}, stream=body)

    (tmp_path / "ee-open-data.part").write_bytes(b"01234")
    (tmp_path / "ee-open-data.part.json").write_bytes(b'{"version":"\\"v1\\"","total":10}')
    http = httpx.Client(transport=httpx.MockTransport(server))

    file = OpenDataFile(http, "http://open.test/f.zip", tmp_path).fetch(None, nobody)

    assert file is not None
    assert (Path(file.path).read_bytes(), file.version) == (b"PK76543210", '"v2"')


@pytest.mark.parametrize(
    ("status", "code"),
    [
        pytest.param(500, "download_refused", id="500"),
        pytest.param(403, "download_refused", id="cloudflare"),
        pytest.param(404, "download_refused", id="moved"),
    ],
)
def test_a_refusal_is_unknown(source: OpenDataFile, site: Site, status: int, code: str) -> None:
    site.status = status

    with pytest.raises(RegisterUnknown) as unknown:
        source.fetch(None, nobody)

    assert (unknown.value.code, unknown.value.detail) == (code, str(status))


def test_a_refusal_in_between_keeps_what_is_there(source: OpenDataFile, site: Site) -> None:
    cut(source, site)
    site.status = 503
    with pytest.raises(RegisterUnknown):
        source.fetch(None, nobody)
    site.status = None

    whole(source, site)

    assert "range" in site.asked[2]


def test_a_file_without_a_version_is_always_fetched(source: OpenDataFile, site: Site) -> None:
    site.etag = None

    with pytest.raises(RegisterUnknown) as unknown:
        source.fetch(None, nobody)

    assert (unknown.value.code, unknown.value.retry) == ("download_without_version", False)


def test_a_server_that_does_not_say_how_long_it_is(source: OpenDataFile, site: Site) -> None:
    site.lengths = False

    whole(source, site)


def test_a_body_shorter_than_its_length_is_refused(tmp_path: Path) -> None:
    sent_headers = {"ETag": '"v1"', "Content-Length": "100"}
    server = httpx.MockTransport(
        lambda _: httpx.Response(200, headers=sent_headers, stream=httpx.ByteStream(b"PK\3\4."))
    )
    source = OpenDataFile(httpx.Client(transport=server), "http://open.test/f.zip", tmp_path)

    with pytest.raises(RegisterUnknown, match="download_incomplete: 5 of 100 bytes"):
        source.fetch(None, nobody)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(httpx.ConnectTimeout("slow"), "download_timeout", id="slow"),
        pytest.param(httpx.ConnectError("no"), "download_broken", id="down"),
    ],
)
def test_a_server_that_is_not_there(tmp_path: Path, error: Exception, code: str) -> None:
    def down(_request: httpx.Request) -> httpx.Response:
        raise error

    http = httpx.Client(transport=httpx.MockTransport(down))

    with pytest.raises(RegisterUnknown, match=code):
        OpenDataFile(http, "http://open.test/f.zip", tmp_path).fetch(None, nobody)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        pytest.param({"Content-Type": "text/html"}, "download_is_a_page", id="without-a-version"),
        pytest.param({"ETag": '"v1"'}, "download_is_no_zip", id="with-a-version-and-no-type"),
    ],
)
def test_fault_15_a_maintenance_page_is_trouble_and_not_the_file(
    tmp_path: Path, headers: dict[str, str], code: str
) -> None:
    body = b"<!DOCTYPE html><p>Hooldus</p>"
    server = httpx.MockTransport(
        lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))
    )
    source = OpenDataFile(httpx.Client(transport=server), "http://open.test/f.zip", tmp_path)

    with pytest.raises(RegisterUnknown) as unknown:
        source.fetch(None, nobody)

    assert (unknown.value.code, unknown.value.retry) == (code, True)


def test_fault_15_after_a_maintenance_page_the_file_is_fetched(
    source: OpenDataFile, site: Site
) -> None:
    site.content = b"<!DOCTYPE html><p>Hooldus</p>"
    with pytest.raises(RegisterUnknown, match="download_is_no_zip"):
        source.fetch(None, nobody)
    site.content = CONTENT

    whole(source, site)


@pytest.mark.parametrize("lengths", [True, False], ids=["length-stated", "length-unknown"])
def test_fault_16_a_download_without_end_is_refused_and_leaves_nothing(
    source: OpenDataFile, site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lengths: bool
) -> None:
    monkeypatch.setattr(download, "_AT_MOST", len(CONTENT) - 1)
    site.lengths = lengths

    with pytest.raises(RegisterUnknown) as unknown:
        source.fetch(None, nobody)

    assert (unknown.value.code, unknown.value.retry) == ("download_too_large", False)
    assert not list((tmp_path / "files").glob("*.part"))
