"""Download one large zip file from one address: once per version, resuming where it broke off."""

from collections.abc import Callable, Iterator
from hashlib import blake2b, file_digest
from http import HTTPStatus
from pathlib import Path

import httpx
import msgspec

from domain.registry.bulk_file import BulkFile
from domain.registry.register import RegisterUnknown

Progress = Callable[[int, int | None], None]
_CHUNK = 1 << 18
_ZIP = b"PK"
# Forty times the register's file of 2026. The bytes are read while a worker does nothing else, and
# stay on its disk.
_AT_MOST = 2 << 30
# Cloudflare in front of the open data answers 403 to names that it does not know.
_USER_AGENT = "Mozilla/5.0 (compatible; Volitus)"


class _Part(msgspec.Struct, frozen=True):
    """Progress of a download that has not ended; kept beside its bytes."""

    version: str
    total: int | None


class _StartOver(Exception):
    """The server cannot resume the download from these bytes."""


class Download:
    """Keeps at most one whole file of this ``name`` in ``directory``, and one unfinished."""

    def __init__(self, http: httpx.Client, url: str, directory: Path, name: str) -> None:
        self._http = http
        self._url = url
        self._directory = directory
        self._name = name
        self._part = directory / f"{name}.part"
        self._part_note = directory / f"{name}.part.json"

    def fetch(self, known_version: str | None, progress: Progress) -> BulkFile | None:
        """Return the whole file; None while the server still has ``known_version``.

        A file that is already here is not fetched again. A cut download raises RegisterUnknown;
        the next call resumes there while the version is the same, else from the start.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        try:
            return self._go_on_or_start_over(known_version, progress)
        except httpx.TimeoutException as error:
            raise RegisterUnknown("download_timeout") from error
        except httpx.HTTPError as error:
            raise RegisterUnknown("download_broken", type(error).__name__) from error

    def _go_on_or_start_over(
        self, known_version: str | None, progress: Progress
    ) -> BulkFile | None:
        try:
            return self._attempt(known_version, self._begun(), progress)
        except _StartOver:
            return self._attempt(known_version, None, progress)

    def _attempt(
        self, known_version: str | None, begun: tuple[_Part, int] | None, progress: Progress
    ) -> BulkFile | None:
        headers = _conditions(known_version) | _continuation(begun)
        with self._http.stream("GET", self._url, headers=headers) as response:
            if response.status_code == HTTPStatus.NOT_MODIFIED and known_version:
                return None
            offset = _offset(response, begun)
            version = _version(response)
            if version == known_version:
                return None
            if (kept := self._kept(version)) is not None:
                return kept
            self._receive(response, _Part(version, _total(response, offset)), offset, progress)
        return self._finish(version)

    def _begun(self) -> tuple[_Part, int] | None:
        """Return the unfinished download, and the byte from which to resume it."""
        try:
            part = msgspec.json.decode(self._part_note.read_bytes(), type=_Part)
            size = self._part.stat().st_size
        except (OSError, msgspec.MsgspecError):
            return None
        # A complete part lacks only its name: ask for its last byte again, since a range that
        # begins at the end is an error.
        offset = size if part.total is None else min(size, part.total - 1)
        weak = part.version.startswith("W/")  # says nothing about bytes: not fit for If-Range
        return (part, offset) if offset > 0 and not weak else None

    def _receive(
        self, response: httpx.Response, part: _Part, offset: int, progress: Progress
    ) -> None:
        if part.total is not None and part.total > _AT_MOST:
            raise _too_large()
        if not offset:
            self._part.unlink(missing_ok=True)
            self._part_note.write_bytes(msgspec.json.encode(part))
        with self._part.open("r+b" if offset else "wb") as file:
            file.truncate(offset)
            file.seek(offset)
            progress(offset, part.total)
            for chunk in response.iter_raw(_CHUNK):
                if not file.tell():
                    _check_begin(chunk)
                if file.tell() + len(chunk) > _AT_MOST:
                    self._part.unlink()
                    raise _too_large()
                file.write(chunk)
                progress(file.tell(), part.total)
            size = file.tell()
        if part.total is not None and size != part.total:
            raise RegisterUnknown("download_incomplete", f"{size} of {part.total} bytes")

    def _finish(self, version: str) -> BulkFile:
        """Keep the file. Its note is written first, so that no whole file lacks one."""
        path = self._path(version)
        whole = BulkFile(str(path), version, _sha256(self._part), self._part.stat().st_size)
        note = path.with_suffix(".json")
        note.write_bytes(msgspec.json.encode(whole))
        self._part.replace(path)
        for older in self._ours():
            if older not in {path, note}:
                older.unlink(missing_ok=True)
        return whole

    def _kept(self, version: str) -> BulkFile | None:
        """Return the whole file of this version, if an earlier call left it here undamaged."""
        path = self._path(version)
        try:
            kept = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=BulkFile)
            unharmed = kept.version == version and kept.sha256 == _sha256(path)
        except (OSError, msgspec.MsgspecError):
            return None
        return kept if unharmed else None

    def _path(self, version: str) -> Path:
        digest = blake2b(version.encode(), digest_size=8).hexdigest()
        return self._directory / f"{self._name}-{digest}.zip"

    def _ours(self) -> Iterator[Path]:
        yield from list(self._directory.glob(f"{self._name}-*"))
        yield self._part_note


def _conditions(known_version: str | None) -> dict[str, str]:
    # Encoded, the lengths and ranges would be of other bytes.
    headers = {"Accept-Encoding": "identity", "User-Agent": _USER_AGENT}
    if known_version:
        header = "If-None-Match" if '"' in known_version else "If-Modified-Since"
        headers[header] = known_version
    return headers


def _continuation(begun: tuple[_Part, int] | None) -> dict[str, str]:
    if begun is None:
        return {}
    part, offset = begun
    return {"Range": f"bytes={offset}-", "If-Range": part.version}


def _offset(response: httpx.Response, begun: tuple[_Part, int] | None) -> int:
    """Return the byte at which the body belongs. Raises _StartOver or RegisterUnknown."""
    if response.status_code == HTTPStatus.OK:
        if "html" in response.headers.get("Content-Type", ""):
            raise RegisterUnknown("download_is_a_page")  # as while the site is maintained
        return 0  # also the answer of a server without ranges, or with another version by now
    if begun is None or response.status_code not in {
        HTTPStatus.PARTIAL_CONTENT,
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    }:
        raise RegisterUnknown("download_refused", str(response.status_code))
    part, offset = begun
    begins = response.headers.get("Content-Range", "").startswith(f"bytes {offset}-")
    if not begins or _version(response) != part.version:
        raise _StartOver
    return offset


def _version(response: httpx.Response) -> str:
    version: str = response.headers.get("ETag") or response.headers.get("Last-Modified", "")
    if not version:
        raise RegisterUnknown("download_without_version", retry=False)
    return version


def _total(response: httpx.Response, offset: int) -> int | None:
    length = response.headers.get("Content-Length", "")
    return offset + int(length) if length.isdigit() else None


def _check_begin(chunk: bytes) -> None:
    """Raise RegisterUnknown for what is no zip file: the server has trouble, not the file."""
    if not chunk.startswith(_ZIP):
        raise RegisterUnknown("download_is_no_zip")


def _too_large() -> RegisterUnknown:
    return RegisterUnknown("download_too_large", f"over {_AT_MOST} bytes", retry=False)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
