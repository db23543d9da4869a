/**
 * A reporter of Node's test runner: a line for each test file that begins, for the times that
 * `cargo xtask test` prints at the end.
 */
import { relative } from "node:path";

/**
 * @param {AsyncIterable<{ type: string, data: { file?: string } }>} events
 */
export default async function* times(events) {
  let current = "";
  for await (const { type, data } of events) {
    // All files are put into the queue at once; they are taken out of it one by one.
    if (type !== "test:dequeue" || !data.file || data.file === current) continue;
    current = data.file;
    yield `file: ${relative(process.cwd(), current)}\n`;
  }
}
