# One image for web, worker and beat. Build: docker build -t houtai .

FROM node:24-bookworm-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /build/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements.lock

FROM python:3.11-slim-bookworm AS product
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-wqy-microhei \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /home/houtai houtai \
    && install -d -o houtai /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PRODUCTION=1 HOUTAI_VAR=/data HOUTAI_STATIC=/srv/static HOST=0.0.0.0 PORT=8000
WORKDIR /srv/houtai
COPY --from=packages /venv /venv
COPY --from=front-end /build/node_modules ./node_modules
COPY . .
# The key of the build signs nothing and is gone with the layer.
RUN for po in locale/*/LC_MESSAGES/django.po; do pybabel -q compile -i "$po" -o "${po%.po}.mo"; done \
    && HOUTAI_VAR=/tmp/build SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(64))") \
       python manage.py collectstatic --no-input -v 0 \
    && rm -rf /tmp/build
USER houtai
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
