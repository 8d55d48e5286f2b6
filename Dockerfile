# syntax=docker/dockerfile:1
# Téléconsult as one image: a static binary on nothing, run by nobody.
#   docker build --build-arg VERSION="$(git describe --tags --always)" -t teleconsult .

# 1. The front end. Its files are for browsers, so the builder's own platform will do.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS web
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
# As in the Makefile: the versions and hashes of the lock file, whichever platforms it lists.
RUN npm install --no-save --no-audit --no-fund --loglevel=error
COPY frontend ./
RUN npm run build

# 2. The server, with the front end, templates and migrations inside.
FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS server
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY migrations ./migrations
COPY templates ./templates
COPY notifications ./notifications
COPY server ./server
COPY frontend/*.go ./frontend/
COPY --from=web /src/frontend/dist ./frontend/dist
ARG VERSION=dev TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -tags timetzdata \
    -ldflags "-s -w -X main.version=$VERSION" -o /teleconsult ./server

# 3. What runs: the binary and the certificate authorities it trusts. No shell, no packages.
FROM scratch
COPY --from=server /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=server /teleconsult /teleconsult
USER 65532:65532
ENV ENV=production LISTEN_ADDR=0.0.0.0 PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["/teleconsult", "health"]
ENTRYPOINT ["/teleconsult"]
CMD ["serve"]
