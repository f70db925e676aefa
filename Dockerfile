# The program in an image of its own: the generic package names (services, allocation, auth) are nobody else's here.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements.lock requirements-dev.lock ./
RUN python -m venv /tools && /tools/bin/pip install --require-hashes --no-deps -r requirements-dev.lock
RUN python -m venv /program && /program/bin/pip install --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY allocation allocation
COPY auth auth
COPY migrations migrations
COPY services services
RUN /tools/bin/python -m build --wheel --no-isolation --outdir /wheel \
    && /program/bin/pip install --no-deps --no-index /wheel/*.whl

FROM python:3.11-slim-bookworm
# PYTHONSAFEPATH: a folder named `auth` in the working directory must never be imported in place of ours.
ENV PATH=/program/bin:$PATH PYTHONSAFEPATH=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin yipanqi
COPY --from=build /program /program
COPY examples /examples
USER 10001
WORKDIR /tmp
EXPOSE 8000
ENTRYPOINT ["yipanqi"]
CMD ["serve", "--host", "0.0.0.0"]
