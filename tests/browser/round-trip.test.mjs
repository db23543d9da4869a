/**
 * Bytes go in, through a browser, and out again as they were.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { pagesFolder, root } from "./lib/environment.mjs";
import { bodyText, openEditor, saveRevision, untilSaved, writeBody } from "./lib/desk.mjs";
import { guideIdOf, latestSource, revisionsOf, specimens } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {import("./lib/world.mjs").Page} */
let editor;
/** @type {string[]} */
const folders = [];

const guides = specimens();

before(async () => {
  world = await openWorld({ people: ["editor"], seed: false });
  await world.server.run("import", "--publish", join(root, "content"));
  const theirs = pagesFolder();
  if (theirs !== null) await world.server.run("import", "--publish", theirs);
  editor = await world.as("editor");
  await editor.goto("/admin");
});

after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

/**
 * Writes the guides out and returns their bytes by file name.
 *
 * @param {string[]} options
 */
async function exported(...options) {
  const folder = await mkdtemp(join(tmpdir(), "annai-export-"));
  folders.push(folder);
  await world.server.run("export", folder, ...options);
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".md")) {
      files.set(entry.name, await readFile(join(entry.parentPath, entry.name)));
    }
  }
  return files;
}

/**
 * The lines of a file with their line ends.
 *
 * @param {Buffer} bytes
 */
const lines = (bytes) => bytes.toString("utf8").split(/(?<=\n)/);

/**
 * The lines that differ between two files of as many lines.
 *
 * @param {Buffer} before
 * @param {Buffer} after
 */
function changedLines(before, after) {
  const [old, fresh] = [lines(before), lines(after)];
  assert.equal(fresh.length, old.length, "lines were added or lost");
  return old.flatMap((line, index) => (line === fresh[index] ? [] : [{ before: line, after: fresh[index] ?? "" }]));
}

test("there are guides to try, and the customer's page is one of them where it is at hand", () => {
  assert.ok(guides.length >= (pagesFolder() === null ? 4 : 5), `${guides.length} guides`);
});

for (const guide of guides) {
  const name = guide.path.split("/").at(-1);

  test(`${name}: saving it unedited in the browser changes nothing and makes no revision`, async () => {
    const guideId = await guideIdOf(editor, guide.slug);
    const before = await revisionsOf(editor, guideId);
    await openEditor(editor, guideId);
    await saveRevision(editor, "revision_unchanged");

    assert.deepEqual(await revisionsOf(editor, guideId), before);
    assert.deepEqual(await latestSource(editor, guideId), guide.bytes);
  });
}

test("what was imported and opened is exported byte for byte", async () => {
  const files = await exported();
  assert.equal(files.size, guides.length);
  for (const guide of guides) {
    assert.deepEqual(files.get(guide.path.split("/").at(-1) ?? ""), guide.bytes, guide.path);
  }
});

for (const guide of guides) {
  const name = guide.path.split("/").at(-1);

  test(`${name}: another title in the form changes the title's line alone`, async () => {
    const guideId = await guideIdOf(editor, guide.slug);
    await openEditor(editor, guideId);
    await editor.locator("#field-title").fill("題名だけ \"直した\" ガイド");
    await saveRevision(editor, "revision_saved");

    const changed = changedLines(guide.bytes, await latestSource(editor, guideId));
    assert.equal(changed.length, 1, JSON.stringify(changed));
    assert.match(changed[0]?.before ?? "", /^\s*"title"\s*:/);
    assert.match(changed[0]?.after ?? "", /題名だけ \\"直した\\" ガイド/);
    const ending = /,?\s*$/;
    assert.equal(ending.exec(changed[0]?.after ?? "")?.[0], ending.exec(changed[0]?.before ?? "")?.[0]);
  });
}

test("a guide with CRLF line ends keeps them when one line of its body is edited", async () => {
  const crlf = guides.filter((guide) => guide.bytes.includes("\r\n"));
  assert.ok(crlf.length > 0, "no guide with CRLF among the specimens");
  for (const guide of crlf) {
    const guideId = await guideIdOf(editor, guide.slug);
    const before = await latestSource(editor, guideId);
    await openEditor(editor, guideId);
    const text = await bodyText(editor);
    const line = text.split("\n").find((one) => one.length > 20 && !/^[#|\-*>`\d]/.test(one.trim()));
    assert.ok(line, `${guide.slug} has a paragraph`);
    await writeBody(editor, text.replace(line, `${line}追記です。`));
    await untilSaved(editor);
    await saveRevision(editor, "revision_saved");

    const changed = changedLines(before, await latestSource(editor, guideId));
    assert.deepEqual(changed, [{ before: `${line}\r\n`, after: `${line}追記です。\r\n` }]);
  }
});

test("the newest revisions are exported as they were saved", async () => {
  const files = await exported("--latest");
  for (const guide of guides) {
    const guideId = await guideIdOf(editor, guide.slug);
    assert.deepEqual(files.get(guide.path.split("/").at(-1) ?? ""), await latestSource(editor, guideId), guide.path);
  }
});

test("imported once more, the same files are the same, and the browser's edits are not overwritten in silence", async () => {
  const folder = await mkdtemp(join(tmpdir(), "annai-export-"));
  folders.push(folder);
  await world.server.run("export", folder, "--latest");
  const report = JSON.parse(await world.server.run("import", "--dry-run", "--json", folder));
  const states = new Set(report.files.map((/** @type {{ state: string }} */ file) => file.state));
  assert.deepEqual([...states], ["same"], ja("diff.same"));
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
