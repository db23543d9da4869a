/**
 * A database of its own for a test file, behind a wire that a test can cut.
 */
import { randomBytes } from "node:crypto";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import pg from "pg";

import { databaseUrl } from "./environment.mjs";

/**
 * @typedef {object} TestDatabase
 * @property {string} url - What the server under test is told; it leads through the wire.
 * @property {() => void} cut - Ends every connection and accepts none until `mend`.
 * @property {() => void} mend
 * @property {(sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>} query - Straight to the database, as its owner.
 * @property {() => Promise<void>} drop
 */

/**
 * Makes an empty database and a wire to it.
 *
 * @returns {Promise<TestDatabase>}
 */
export async function createDatabase() {
  const server = address(databaseUrl());
  const name = `annai_browser_${randomBytes(6).toString("hex")}`;
  await run(server, server.database, `CREATE DATABASE ${name}`);
  const wire = await lay(server);

  const url = new URL(databaseUrl().replace(/^postgres(ql)?:/, "http:").replace(/@[^/]*\//, "@host/"));
  const credentials = url.password ? `${url.username}:${url.password}` : url.username;
  return {
    url: `postgres://${credentials}@127.0.0.1:${wire.port}/${name}?sslmode=disable`,
    cut: wire.cut,
    mend: wire.mend,
    query: (sql, values) => run(server, name, sql, values),
    drop: async () => {
      await wire.close();
      await run(server, server.database, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/**
 * @typedef {{ host: string, port: number, user: string, password: string, database: string }} Address
 */

/**
 * Takes a Postgres URL apart. Its host may be the percent-encoded folder of a socket.
 *
 * @param {string} text
 * @returns {Address}
 */
function address(text) {
  const parts = /^postgres(?:ql)?:\/\/([^:@/]*)(?::([^@/]*))?@([^:/?]*)(?::(\d+))?\/([^?]*)/.exec(text);
  if (!parts) throw new Error("ANNAI_TEST_DATABASE_URL is not a Postgres URL");
  const [, user = "", password = "", host = "", port = "5432", database = ""] = parts;
  return {
    user: decodeURIComponent(user),
    password: decodeURIComponent(password),
    host: decodeURIComponent(host),
    port: Number(port),
    database: decodeURIComponent(database),
  };
}

/**
 * @param {Address} server
 * @param {string} database
 * @param {string} sql
 * @param {unknown[]} [values]
 */
async function run(server, database, sql, values) {
  const client = new pg.Client({ ...server, database, ssl: false });
  await client.connect();
  try {
    const result = await client.query(sql, values);
    return /** @type {Record<string, unknown>[]} */ (result.rows);
  } finally {
    await client.end();
  }
}

/**
 * Forwards a port of this machine to the database server.
 *
 * @param {Address} server
 */
async function lay(server) {
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  let whole = true;
  const target = server.host.startsWith("/")
    ? { path: `${server.host}/.s.PGSQL.${server.port}` }
    : { host: server.host, port: server.port };

  const wire = createServer((near) => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect(target);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      if (!one || !other) continue;
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  wire.listen(0, "127.0.0.1");
  await once(wire, "listening");

  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: /** @type {import("node:net").AddressInfo} */ (wire.address()).port,
    cut: () => {
      whole = false;
      end();
    },
    mend: () => {
      whole = true;
    },
    close: async () => {
      end();
      wire.close();
      await once(wire, "close");
    },
  };
}
