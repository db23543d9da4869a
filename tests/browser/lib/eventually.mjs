/**
 * Waiting for something that the browser cannot be asked to wait for.
 */
import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks again and again until `ask` returns without an error, and returns what it returned.
 *
 * The last error is thrown when the time is over, so that a failing test says what was there instead.
 *
 * @template T
 * @param {() => T | Promise<T>} ask
 * @param {number} [milliseconds]
 * @returns {Promise<T>}
 */
export async function eventually(ask, milliseconds = 20_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() >= end) throw error;
    }
    await pause(50);
  }
}
