/**
 * The browser counts, cuts and proposes as the server does: both are held to the same fixtures.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { root } from "./lib/environment.mjs";

/** @param {string} name */
const script = (name) => import(pathToFileURL(join(root, "admin-ui/static/js", name)).href);

/** @param {string} name */
const fixture = (name) => JSON.parse(readFileSync(join(root, "tests/fixtures", name), "utf8"));

test("every character of the basic plane is as wide as on the server", async () => {
  const { width } = await script("measure.js");
  /** @type {[number, number][]} */
  const runs = [];
  for (let code = 0; code <= 0xffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const units = width(String.fromCodePoint(code));
    if (runs.at(-1)?.[1] !== units) runs.push([code, units]);
  }
  assert.deepEqual(runs, fixture("measure.json").runs);
});

test("texts are counted and cut as on the server", async () => {
  const { cut, graphemes, width } = await script("measure.js");
  for (const sample of fixture("measure.json").samples) {
    const { text } = sample;
    assert.deepEqual({ text, graphemes: graphemes(text), width: width(text), cut: cut(text, 4) }, sample);
  }
});

test("bodies have the letters and minutes that the API gives", async () => {
  const { bodyLetters, readingMinutes } = await script("measure.js");
  for (const body of fixture("measure.json").bodies) {
    const letters = bodyLetters(body.text.repeat(body.times));
    assert.deepEqual({ ...body, letters, reading_minutes: readingMinutes(letters) }, body);
  }
});

test("a description of 122 characters is 113.0 wide", async () => {
  const { graphemes, width } = await script("measure.js");
  const description = `${"あ".repeat(104)}${"a".repeat(18)}`;
  assert.deepEqual([graphemes(description), width(description)], [122, 113]);
});

test("slugs are proposed as on the server", async () => {
  const { proposeSlug } = await script("slug.js");
  for (const [text, slug] of fixture("slug_proposals.json")) assert.equal(proposeSlug(text) ?? null, slug, text);
  assert.equal(proposeSlug("engineer ".repeat(40)), Array(9).fill("engineer").join("_"));
});

test("the heading is looked for outside of code", async () => {
  const { firstHeading } = await script("slug.js");
  assert.equal(firstHeading("前書き\n```\n# comment\n```\n# [完全ガイド] **Platform** Engineer\n"), "[完全ガイド] Platform Engineer");
  assert.equal(firstHeading("## 二つ目\n#ではない\n"), "");
});

test("spellings are folded as in the list of guides", async () => {
  const { core, fold } = await script("fold.js");
  const pairs = [["ＳＲＥ", "sre"], ["クラウド", "くらうど"], ["ｸﾗｳﾄﾞ", "くらうど"], ["㍿", "株式会社"], ["ヴァ", "ゔぁ"]];
  for (const [text, expected] of pairs) assert.equal(fold(text), expected);
  assert.equal(core("Git-Hub"), core("Github"));
  assert.notEqual(core("C"), core("C++"));
});

test("only pictures of the site itself are asked for", async () => {
  const { pictureOf } = await script("images.js");
  const site = "https://www.example.jp/site";
  assert.equal(pictureOf("", site), undefined);
  assert.deepEqual(pictureOf("/static/a.png", site), { address: "https://www.example.jp/site/static/a.png" });
  assert.deepEqual(pictureOf("https://www.example.jp/b.png", site), { address: "https://www.example.jp/b.png" });
  assert.deepEqual(pictureOf("https://evil.example/b.png", site), { reason: "image_elsewhere" });
  assert.deepEqual(pictureOf("/static/a.png", ""), { reason: "image_no_site" });
  for (const text of ["//evil.example/a.png", "javascript:alert(1)", "data:image/png;base64,", "http://www.example.jp/a.png", "https://", "a.png"]) {
    assert.deepEqual(pictureOf(text, site), { reason: "image_malformed" }, text);
  }
});
