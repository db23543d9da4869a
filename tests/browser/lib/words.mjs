/**
 * The texts of the screens, in both languages, by key.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./environment.mjs";

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Words */

/**
 * The words of one language. An unknown key is an error, so that a test cannot look for nothing.
 *
 * @param {"ja" | "en"} locale
 * @returns {Words}
 */
export function words(locale) {
  const path = join(root, "admin-ui", "locales", `${locale}.json`);
  /** @type {Record<string, string>} */
  const catalogue = JSON.parse(readFileSync(path, "utf8"));
  return (key, values = {}) => {
    const text = catalogue[key];
    if (text === undefined) throw new Error(`${locale}.json has no ${key}`);
    return text.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (whole, name, one, many) => {
      const value = values[name];
      if (value === undefined) return whole;
      return one === undefined ? String(value) : value === 1 ? one : many;
    });
  };
}

/** The language that the tests work in. */
export const ja = words("ja");
