/**
 * The editor as a writing desk: the input method, checks, preview, counters, lists.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, openEditor, said, saveRevision, submitButton, typeAtEnd, untilRevision, untilSaved } from "./lib/desk.mjs";
import { createGuide, guideFile, latestSource, revisionsOf } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;
/** @type {Page} */
let other;

before(async () => {
  world = await openWorld({ people: ["editor", "other_editor"], seed: false });
  editor = await world.as("editor");
  other = await world.as("other_editor");
  await editor.goto("/admin");
  await other.goto("/admin");
});

let guides = 0;

/** A new guide of the editor's. */
async function newGuide() {
  guides += 1;
  return createGuide(editor, guideFile(`desk_${guides}`));
}

/**
 * Begins to convert kana in the field that has the focus, as an input method does.
 *
 * @param {Page} page
 * @param {string} kana
 */
async function compose(page, kana) {
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: kana, selectionStart: kana.length, selectionEnd: kana.length });
  return session;
}

test("Enter that confirms a conversion does not search; the next one does", async () => {
  await editor.goto("/admin/guides");
  await awake(editor);
  await editor.locator("#q").focus();
  const session = await compose(editor, "あんない");
  await editor.keyboard.press("Enter");
  await session.send("Input.insertText", { text: "案内" });
  assert.equal(new URL(editor.url()).search, "");
  assert.match(await editor.locator("#q").inputValue(), /案内/);
  await editor.keyboard.press("Enter");
  await editor.waitForURL("**/admin/guides?q=*");
});

test("Enter that confirms a conversion adds no keyword; the next one does", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  const field = editor.locator("#field-keywords");
  await field.focus();
  const tokens = editor.locator(".field-tokens").filter({ has: field }).locator("li.token");
  const session = await compose(editor, "じどうか");
  await editor.keyboard.press("Enter");
  assert.equal(await tokens.count(), 0);
  await session.send("Input.insertText", { text: "自動化" });
  await editor.keyboard.press("Enter");
  await tokens.first().waitFor();
  assert.match(String(await tokens.allTextContents()), /自動化/);
});

test("during a conversion Ctrl+S and Enter save no revision", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await editor.locator("#message").focus();
  const session = await compose(editor, "めも");
  await editor.keyboard.press("Control+s");
  await editor.keyboard.press("Enter");
  await session.send("Input.insertText", { text: "メモ" });
  await editor.keyboard.press("Enter");
  assert.equal(new URL(editor.url()).pathname, `/admin/guides/${guideId}`);
  assert.equal((await revisionsOf(editor, guideId)).length, 1);

  await typeAtEnd(editor, "変換のあとの文。");
  await editor.keyboard.press("Control+s");
  await untilRevision(editor, "revision_saved");
  assert.equal((await revisionsOf(editor, guideId)).length, 2);
});

test("the text under a conversion is not replaced while it is converted", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await typeAtEnd(editor, "確定した文。");
  const session = await compose(editor, "へんかん");
  const checked = editor.waitForResponse("**/checks");
  await checked;
  assert.match(await bodyText(editor), /確定した文。へんかん/);
  await session.send("Input.insertText", { text: "変換" });
  await untilSaved(editor);
  assert.match(await bodyText(editor), /確定した文。変換$/);
});

test("the checks speak as one types, and lead to the field", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await editor.locator("#field-slug").fill("Not A Slug");
  await editor.getByRole("tab").filter({ hasText: ja("editor.checks") }).click();
  const finding = editor.locator("[data-checks] .finding-error").first();
  await finding.waitFor();
  await finding.getByRole("link").click();
  assert.equal(await editor.evaluate(() => document.activeElement?.id), "field-slug");
});

test("the preview follows what is typed", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await editor.getByRole("tab").filter({ hasText: ja("editor.preview") }).click();
  await typeAtEnd(editor, "\n\n**太い（ふとい）**です。\n");
  const frame = editor.frameLocator("#preview iframe:not(.arriving)");
  await frame.locator("strong", { hasText: "太い（ふとい）" }).waitFor();
});

test("counters say how wide the description is", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  const counter = editor.locator('[data-counter="field-meta_description"]');
  await editor.locator("#field-meta_description").fill("あ".repeat(10) + "ab");
  await counter.filter({ hasText: ja("js.width", { width: 11, max: "100–125" }) }).waitFor();
  await counter.filter({ hasText: ja("js.too_narrow") }).waitFor();
});

test("related guides can be put into another order by keyboard", async () => {
  const guideId = await createGuide(editor, guideFile("ordered", { fields: { related_jobs: ["desk_1", "desk_2"] } }));
  await openEditor(editor, guideId);
  await editor.getByRole("button", { name: ja("js.move_up", { item: "desk_2" }) }).focus();
  await editor.keyboard.press("Enter");
  await saveRevision(editor);
  assert.match((await latestSource(editor, guideId)).toString(), /"related_jobs": \[\s*"desk_2",\s*"desk_1"\s*\]/);
});

test("leaving with the menu, a comment reaches the others", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await editor.getByRole("tab").filter({ hasText: ja("editor.comments") }).click();
  await editor.getByLabel(ja("comment.label")).fill("ここはどう思いますか。");
  await editor.getByRole("button", { name: ja("comment.send"), exact: true }).click();
  await said(editor, "comment_added");
  await openEditor(other, guideId);
  await other.getByRole("tab").filter({ hasText: ja("editor.comments") }).click();
  await other.getByText("ここはどう思いますか。").waitFor();
  await submitButton(other).waitFor();
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
