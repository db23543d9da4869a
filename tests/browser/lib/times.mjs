/**
 * A reporter of Node's test runner: a line for each test file that has ended, for the times that
 * `cargo xtask test` prints at the end.
 */
import { relative, resolve } from "node:path";

/**
 * @param {AsyncIterable<{ type: string, data: { name?: string, file?: string, details?: { duration_ms?: number } } }>} events
 */
export default async function* times(events) {
  for await (const { type, data } of events) {
    // A file is a test whose name is its path.
    if (type !== "test:complete" || !data.file || resolve(data.name ?? "") !== data.file) continue;
    yield `file: ${relative(process.cwd(), data.file)} took ${Math.round(data.details?.duration_ms ?? 0)} ms\n`;
  }
}
