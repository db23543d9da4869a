/**
 * The program's text verbs as black boxes. `ANNAI_BIN` may name another binary that understands
 * them, such as the example `render` of the crate `annai-content`.
 */
import { spawnSync } from "node:child_process";

import { binary } from "../lib/environment.mjs";

const program = () => process.env["ANNAI_BIN"] || binary();

/** The exit code of `annai fm parse --json` and `md render` for input they refuse. */
const DATA_ERROR = 65;

/**
 * @param {string[]} words
 * @param {string | Buffer} input
 * @returns {{ output: string } | { refused: string }}
 */
function run(words, input) {
  const child = spawnSync(program(), words, { input, maxBuffer: 64 * 1024 * 1024 });
  if (child.error) throw child.error;
  if (child.status === 0) return { output: child.stdout.toString("utf8") };
  if (child.status === DATA_ERROR) return { refused: child.stderr.toString("utf8") };
  throw new Error(`${words.join(" ")} ended with ${child.status ?? child.signal}: ${child.stderr}`);
}

/**
 * @param {"guide" | "commonmark" | "commonmark-cjk"} profile
 * @param {string} markdown
 */
export function render(profile, markdown) {
  const answer = run(["md", "render", "--profile", profile], markdown);
  if ("refused" in answer) throw new Error(answer.refused);
  return answer.output;
}

/**
 * @param {string | Buffer} file
 * @returns {{ language: string, data: unknown, content: string } | { refused: string }}
 */
export function parseFrontMatter(file) {
  const answer = run(["fm", "parse", "--json"], file);
  return "refused" in answer ? answer : JSON.parse(answer.output);
}

/**
 * Random numbers that are the same in every run (mulberry32), so that a failure can be repeated.
 *
 * @param {number} seed
 * @returns {(bound: number) => number} An integer from 0 below the bound.
 */
export function randomNumbers(seed) {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
