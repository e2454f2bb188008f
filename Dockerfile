# syntax=docker/dockerfile:1
# Two images: `product` (the default) has no simulators in it, `simulators` adds them.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt requirements-dev.txt ./
# A package index of your own: docker build --secret id=pip,src=pip.conf
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --require-hashes -r requirements.txt && \
    # What builds our own package is locked with the tools of development.
    sed -n '/^setuptools==/,/[^\\]$/p' requirements-dev.txt > build.txt && \
    python -m venv /opt/building && \
    /opt/building/bin/pip install --require-hashes -r build.txt
COPY pyproject.toml README.md LICENSE ./
COPY activities activities/
COPY api api/
COPY catalogue catalogue/
COPY cli cli/
COPY domain domain/
COPY locale locale/
COPY registry_sync registry_sync/
COPY runtime runtime/
COPY services services/
COPY settings settings/
COPY storage storage/
COPY web web/
COPY worker worker/
COPY workflows workflows/
RUN /opt/building/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheel . && \
    pip install --no-deps --no-index /wheel/*.whl

FROM python:3.11-slim-bookworm AS product
RUN groupadd --system --gid 10001 volitus && \
    useradd --system --uid 10001 --gid volitus --no-create-home --home-dir /nonexistent volitus && \
    install --directory --owner volitus --group volitus /var/lib/volitus
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/volitus
USER volitus
ENTRYPOINT ["volitus"]
CMD ["--help"]

FROM product AS simulators
COPY simulators /opt/simulators/simulators/
ENV PYTHONPATH=/opt/simulators
ENTRYPOINT ["python", "-m"]

FROM product
