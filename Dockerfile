# One image for every role: `serve` (web), `worker` (deliveries), or any other command of `python -m app`.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt /build/requirements.txt
RUN python -m venv /opt/tendero \
 && /opt/tendero/bin/pip install --no-compile --require-hashes -r /build/requirements.txt \
 && /opt/tendero/bin/pip uninstall --yes setuptools

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home --home-dir /home/tendero tendero \
 && install --directory --owner tendero --group tendero /shop
COPY --from=build /opt/tendero /opt/tendero
COPY app /srv/tendero/app
COPY migrations /srv/tendero/migrations
COPY web_widget /srv/tendero/web_widget
COPY examples /srv/tendero/examples
COPY .env.example config_example.yaml LICENSE /srv/tendero/
ENV PATH=/opt/tendero/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TENDERO_HOME=/shop \
    HOST=0.0.0.0 \
    PORT=8000
WORKDIR /srv/tendero
USER tendero
VOLUME /shop
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
