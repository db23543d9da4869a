/**
 * The machine's settings for the tests. `cargo xtask test` sets all of them.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's root, without a slash at the end. */
export const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/** The program under test. */
export const binary = () => file("ANNAI_TEST_BINARY", "the annai program");

/** The browser. */
export const chromium = () => file("ANNAI_TEST_CHROMIUM", "a Chromium");

/** A Postgres server in which the tests may make databases. */
export const databaseUrl = () => named("ANNAI_TEST_DATABASE_URL", "the URL of a Postgres server");

/**
 * A folder with real pages of a customer, where there is one. Once it is named it has to hold pages.
 *
 * @returns {string | null}
 */
export const pagesFolder = () => process.env["ANNAI_TEST_PAGES"] || null;

/**
 * @param {string} name
 * @param {string} what
 */
function file(name, what) {
  const path = named(name, what);
  if (!existsSync(path)) throw new Error(`${name} names ${path}, which is not there`);
  return path;
}

/**
 * @param {string} name
 * @param {string} what
 */
function named(name, what) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} has to name ${what}; \`cargo xtask test --only browser\` sets it`);
  return value;
}
