# Annai as one small image: a temporary builder, then Debian with the program.
# The container needs a Postgres server (ANNAI_DATABASE_URL); docker-compose.yml has one.

FROM rust:1.95-slim-bookworm AS build
# aws-lc-rs needs a C compiler; it does TLS to the database and to webhook receivers.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends build-essential \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --locked --profile dist --package annai-server \
 && install -D target/dist/annai /image/usr/local/bin/annai

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /image /
# A volume mounted here inherits the owner of this folder.
RUN install --directory --owner=10001 --group=10001 /var/lib/annai
COPY content /srv/annai/content
WORKDIR /srv/annai
# A number shows an orchestrator that the user is not root.
USER 10001:10001
ENV ANNAI_LISTEN=0.0.0.0:8080 \
    ANNAI_LOG=json
EXPOSE 8080
ENTRYPOINT ["annai"]
CMD ["serve"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["annai", "healthcheck"]
