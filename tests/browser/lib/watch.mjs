/**
 * Errors of a page that its screen does not show: console errors, broken policies, thrown errors.
 */
import assert from "node:assert/strict";

/** Chromium's own message about a response that a test wanted (404, 409, 412 …). */
const ANSWER = /^Failed to load resource: the server responded with a status of [45]\d\d/;

/** Chromium's own message while a test has stopped the server. */
const NO_SERVER = /^Failed to load resource: net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|INTERNET_DISCONNECTED|SOCKET_NOT_CONNECTED)/;

/**
 * @typedef {object} Watch
 * @property {(page: import("playwright-core").Page) => void} over - Listens to one more page.
 * @property {() => void} assertQuiet - Fails if anything was complained about since the last call.
 */

/** @returns {Watch} */
export function watch() {
  /** @type {string[]} */
  let complaints = [];
  return {
    over(page) {
      page.on("console", (message) => {
        const text = message.text();
        if (message.type() !== "error" && message.type() !== "warning") return;
        if (ANSWER.test(text) || NO_SERVER.test(text)) return;
        complaints.push(`${page.url()}: ${message.type()}: ${text}`);
      });
      page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.stack ?? error.message}`));
    },
    assertQuiet() {
      const found = complaints;
      complaints = [];
      assert.deepEqual(found, []);
    },
  };
}
