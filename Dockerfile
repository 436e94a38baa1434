# Node-RED with this package, to try it: docker compose up (compose.yaml). Not meant for production: there, install the package
# from the palette, or from npm, into the Node-RED that you have.

FROM node:22-bookworm-slim AS package
WORKDIR /package
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN mkdir /packed && npm pack --pack-destination /packed

# Debian, not Alpine: on arm64, LevelDB has a binary for glibc only.
FROM node:22-bookworm-slim
ARG NODE_RED_VERSION=4.1
WORKDIR /node-red
COPY --from=package /packed /packed
RUN npm init --yes > /dev/null \
  && npm install --omit=dev --no-audit --no-fund "node-red@~${NODE_RED_VERSION}.0" /packed/*.tgz \
  && npm cache clean --force \
  && mkdir /data && chown node:node /data

USER node
VOLUME /data
EXPOSE 1880
HEALTHCHECK --interval=10s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:1880/').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Its own process 1 hears SIGTERM, so that Node-RED ends its flows.
CMD ["node", "node_modules/node-red/red.js", "--userDir", "/data"]
