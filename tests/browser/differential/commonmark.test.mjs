/**
 * Every example of the CommonMark specification, letter by letter.
 */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { render } from "./annai.mjs";

/** @typedef {{ markdown: string, html: string, section: string, number: number }} Example */

/** @type {{ tests: Example[] }} */
const { tests: examples } = createRequire(import.meta.url)("commonmark-spec");

/**
 * Examples that differ, by number, and why. Empty, and every entry has to be earned.
 *
 * @type {Record<"commonmark" | "commonmark-cjk", Map<number, string>>}
 */
const exceptions = { commonmark: new Map(), "commonmark-cjk": new Map() };

/** The specification writes a tab as an arrow. @param {string} text */
const withTabs = (text) => text.replaceAll("→", "\t");

for (const profile of /** @type {const} */ (["commonmark", "commonmark-cjk"])) {
  test(`the examples of CommonMark render as the specification says (${profile})`, (context) => {
    assert.ok(examples.length >= 652, `the package holds ${examples.length} examples`);
    const different = [];
    for (const { number, section, markdown, html } of examples) {
      const rendered = render(profile, withTabs(markdown));
      const expected = withTabs(html);
      if ((rendered === expected) === exceptions[profile].has(number)) {
        different.push({ number, section, markdown, expected, rendered });
      }
    }
    assert.deepEqual(different, []);
    context.diagnostic(`${examples.length} examples, ${exceptions[profile].size} exceptions`);
  });
}
