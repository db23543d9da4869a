/**
 * Conversations beside the text: on a single letter, on a field, holding approval back, calling people.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, openEditor, said, saveRevision, told, untilSaved, writeBody } from "./lib/desk.mjs";
import { api, createGuide, guideFile, revisionsOf } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";
import { module } from "./lib/writing.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;
/** @type {Page} */
let reviewer;

before(async () => {
  world = await openWorld({ people: ["editor", "reviewer"], seed: false });
  editor = await world.as("editor");
  reviewer = await world.as("reviewer");
  await editor.goto("/admin");
  await reviewer.goto("/admin");
});

const TEXT = "開発の現場は複雑です。複数の環境を複製し、複雑さを減らします。";
let guides = 0;

async function newGuide() {
  guides += 1;
  const slug = `talk_${guides}`;
  return createGuide(editor, guideFile(slug, { body: `# 案内 ${slug}\n\n${TEXT}\n` }));
}

/** @param {Page} page */
const openComments = (page) => page.getByRole("tab").filter({ hasText: ja("editor.comments") }).click();

/**
 * Selects a part of the body, as the editor's own parts do.
 *
 * @param {Page} page
 * @param {string} before - What stands before it.
 * @param {string} words
 */
async function select(page, before, words) {
  await page.evaluate(
    async ([path, start, chosen]) => {
      /** @type {{ bodySelection: () => { text: string }, selectInBody: (from: number, to: number) => void }} */
      const body = await import(path ?? "");
      const from = body.bodySelection().text.indexOf(`${start}${chosen}`) + (start ?? "").length;
      body.selectInBody(from, from + (chosen ?? "").length);
    },
    [await module(page, "body"), before, words],
  );
}

/**
 * Returns the selection in the body, and the three letters after it.
 *
 * @param {Page} page
 */
const selected = async (page) =>
  page.evaluate(async (path) => {
    /** @type {{ bodySelection: () => { from: number, to: number, text: string } }} */
    const body = await import(path);
    const { from, to, text } = body.bodySelection();
    return [text.slice(from, to), text.slice(to, to + 3)];
  }, await module(page, "body"));

/** @param {Page} page */
const threads = (page) => page.locator(".thread");

/**
 * @param {Page} page
 * @param {string} text
 */
async function send(page, text) {
  await page.getByLabel(ja("comment.label")).fill(text);
  await page.getByRole("button", { name: ja("comment.send"), exact: true }).click();
  await said(page, "comment_added");
  await awake(page);
}

/**
 * Comments on a part of the body.
 *
 * @param {Page} page
 * @param {string} before
 * @param {string} words
 * @param {string} text
 */
async function quote(page, before, words, text) {
  await select(page, before, words);
  await page.getByRole("button", { name: ja("editor.comment_selection") }).click();
  await page.locator("[data-new-quote]").filter({ hasText: words }).waitFor();
  await send(page, text);
}

test("a comment on a single letter is found again after edits elsewhere, and said to be gone after its deletion", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await quote(editor, "です。", "複", "この字は要りますか。");
  const thread = threads(editor).filter({ hasText: "この字は要りますか。" });
  await thread.locator(".quote").filter({ hasText: "複" }).waitFor();
  const gone = thread.locator('[data-state="gone"]');

  const edited = (await bodyText(editor)).replace("開発の現場は", "いまの開発の現場は、とても").replace("減らします", "減らすのです");
  await writeBody(editor, edited);
  await thread.getByRole("link", { name: "複", exact: true }).click();
  await editor.waitForFunction(() => document.activeElement?.closest("#text") !== null);
  assert.deepEqual(await selected(editor), ["複", "数の環"]);
  assert.equal(await gone.isVisible(), false);

  const asked = editor.waitForResponse("**/threads/places");
  await writeBody(editor, edited.replace("複数の", "数の"));
  await asked;
  await gone.waitFor();
  await thread.locator(".quote").filter({ hasText: "複" }).waitFor();

  await untilSaved(editor);
  await saveRevision(editor);
  await openComments(editor);
  await gone.waitFor();
});

test("a comment on a field leads back to it", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  const label = "スラッグ";
  await editor.locator('[data-comment-field="slug"]').click();
  assert.equal(await editor.locator("#comment").evaluate((area) => area === document.activeElement), true);
  await send(editor, "短くできますか。");
  await threads(editor).getByRole("link", { name: ja("comment.on_field", { label }) }).click();
  await editor.waitForFunction(() => document.activeElement?.id === "field-slug");
});

test("a comment that blocks holds approval back until somebody else than the writer resolves it", async () => {
  const guideId = await newGuide();
  const [latest] = await revisionsOf(editor, guideId);
  const key = { "Idempotency-Key": crypto.randomUUID() };
  await api(editor, "POST", `/guides/${guideId}/submit`, { data: { revision_id: latest?.revision_id }, headers: key });
  await reviewer.goto(`/admin/guides/${guideId}/review`);
  await awake(reviewer);
  const approve = reviewer.getByRole("button", { name: ja("review.approve"), exact: true });
  await approve.waitFor();
  await reviewer.getByLabel(ja("comment.blocking")).check();
  await send(reviewer, "数字の出典を示してください。");
  await reviewer.getByText(ja("refused.blocked")).waitFor();
  assert.equal(await approve.count(), 0);

  await openEditor(editor, guideId);
  await openComments(editor);
  const theirs = threads(editor).filter({ hasText: "数字の出典を示してください。" });
  await theirs.getByText(ja("comment.blocks")).waitFor();
  assert.equal(await theirs.getByRole("button", { name: ja("comment.resolve") }).count(), 0);
  await theirs.locator("summary").click();
  await theirs.getByLabel(ja("comment.reply_label")).fill("足しました。");
  await theirs.getByRole("button", { name: ja("comment.send_reply") }).click();
  await said(editor, "comment_added");

  await reviewer.reload();
  await awake(reviewer);
  await reviewer.getByText("足しました。").waitFor();
  await reviewer.getByRole("button", { name: ja("comment.resolve") }).click();
  await said(reviewer, "thread_resolved");
  await approve.click();
  await told(reviewer, "approved", `案内 talk_${guides}`);
});

test("a resolved comment is folded away with all that was said, and can be reopened", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await openComments(editor);
  await send(editor, "この節は短くできますか。");
  await threads(editor).getByRole("button", { name: ja("comment.resolve") }).click();
  await said(editor, "thread_resolved");
  const folded = editor.locator(".resolved");
  await folded.getByText("この節は短くできますか。").waitFor();
  await folded.locator(".reply summary").click();
  await folded.getByLabel(ja("comment.reply_label")).fill("やはり長いです。");
  await folded.getByRole("button", { name: ja("comment.reopen") }).click();
  await said(editor, "thread_reopened");
  await threads(editor).getByText("やはり長いです。").waitFor();
  assert.equal(await folded.count(), 0);
});

test("somebody who is called by name finds it on their first page until it is resolved", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await openComments(editor);
  const name = world.nameOf("reviewer");
  const area = editor.getByLabel(ja("comment.label"));
  const option = editor.getByRole("option", { name, exact: true });
  const typed = `ご確認を。@${name.slice(0, 2)}`;
  await area.pressSequentially(typed);
  await option.waitFor();

  // The Enter that confirms a conversion takes no name.
  const session = await editor.context().newCDPSession(editor);
  await session.send("Input.imeSetComposition", { text: "か", selectionStart: 1, selectionEnd: 1 });
  await editor.keyboard.press("Enter");
  assert.ok(!(await area.inputValue()).includes(`@${name}`));

  await area.fill("");
  await area.pressSequentially(typed);
  await option.waitFor();
  await option.click();
  assert.equal(await area.inputValue(), `ご確認を。@${name} `);
  await editor.getByRole("button", { name: ja("comment.send"), exact: true }).click();
  await said(editor, "comment_added");
  await threads(editor).locator(".mention").filter({ hasText: `@${name}` }).waitFor();

  await reviewer.goto("/admin");
  const mine = reviewer.locator("section").filter({ has: reviewer.getByRole("heading", { name: ja("home.mentions") }) });
  await mine.getByText("ご確認を。").waitFor();
  await mine.getByRole("link").click();
  await awake(reviewer);
  await threads(reviewer).filter({ hasText: "ご確認を。" }).getByRole("button", { name: ja("comment.resolve") }).click();
  await said(reviewer, "thread_resolved");
  await reviewer.goto("/admin");
  await reviewer.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await mine.count(), 0);
});

test("without scripts people comment on the guide or a field, and reply", async () => {
  const guideId = await newGuide();
  const page = await world.as("reviewer", { javaScriptEnabled: false });
  await page.goto(`/admin/guides/${guideId}`);
  await page.getByLabel(ja("comment.about")).selectOption("slug");
  await page.getByLabel(ja("comment.label")).fill("短くできますか。");
  await page.getByRole("button", { name: ja("comment.send"), exact: true }).click();
  await said(page, "comment_added");
  await threads(page).locator("summary").click();
  await threads(page).getByLabel(ja("comment.reply_label")).fill("急ぎません。");
  await threads(page).getByRole("button", { name: ja("comment.send_reply") }).click();
  await said(page, "comment_added");
  await threads(page).getByText("急ぎません。").waitFor();
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
