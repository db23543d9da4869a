/**
 * A reviewer with a full queue: one click a draft, and nothing that was done is lost from sight.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, countClicks, openEditor, richField, said, saveRevision, submitButton, told, writeBody } from "./lib/desk.mjs";
import { api, createGuide, guideFile, revisionsOf } from "./lib/guides.mjs";
import { readAsSite } from "./lib/site.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

const DRAFTS = 40;
const TABLE = "| 都市 | 年収 |\n|---|---|\n| 東京 | 600 |\n| 大阪 | 550 |\n| 福岡 | 500 |\n";

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;
/** @type {Page} */
let publisher;

before(async () => {
  world = await openWorld({ people: ["author", "editor", "publisher"], seed: false });
  editor = await world.as("editor");
  publisher = await world.as("publisher");
  await editor.goto("/admin");
  await publisher.goto("/admin");
});

const key = () => ({ "Idempotency-Key": crypto.randomUUID() });

/** @param {string} guideId */
async function submit(guideId) {
  const [latest] = await revisionsOf(editor, guideId);
  await api(editor, "POST", `/guides/${guideId}/submit`, { data: { revision_id: latest?.revision_id, message: "お願いします。" }, headers: key() });
}

/** @param {string} slug @param {Parameters<typeof guideFile>[1]} [parts] */
async function waiting(slug, parts) {
  const guideId = await createGuide(editor, guideFile(slug, parts));
  await submit(guideId);
  return guideId;
}

/** Publishes a guide and submits a change of it. @param {string} slug @param {string} before @param {string} after */
async function changed(slug, before, after) {
  const guideId = await waiting(slug, { body: before });
  const [latest] = await revisionsOf(publisher, guideId);
  const data = { revision_id: latest?.revision_id, content_hash: latest?.content_hash, comment: "" };
  await api(publisher, "POST", `/guides/${guideId}/approve`, { data, headers: key() });
  await api(publisher, "POST", `/guides/${guideId}/publish`, { data: { revision_id: data.revision_id, content_hash: data.content_hash }, headers: key() });
  await openEditor(editor, guideId);
  await writeBody(editor, after);
  await saveRevision(editor);
  await submit(guideId);
  return guideId;
}

const button = (/** @type {Page} */ page, /** @type {string} */ words) => page.getByRole("button", { name: ja(words), exact: true });
const left = (/** @type {Page} */ page, /** @type {number} */ count) => page.getByText(ja("review.left", { count }), { exact: false }).first();
const badge = (/** @type {Page} */ page) => page.locator(".count-waiting");
const status = async (/** @type {string} */ slug) => (await readAsSite(world, `/v1/guides/${slug}`)).status;

test("an author without publications is told about their own guides, and not of a queue that they cannot judge", async () => {
  const author = await world.as("author");
  await author.goto("/admin/guides");
  await createGuide(author, guideFile("of_the_author"));
  await author.goto("/admin");
  await author.getByText(ja("home.nothing_published_own")).waitFor();
  assert.equal(await author.locator("#waiting").count(), 0);
  assert.equal(await badge(author).count(), 0);
});

test("home, navigation and queue count the same reviews", async () => {
  for (let number = 1; number <= DRAFTS; number += 1) await waiting(`draft_${number}`, { title: `下書き ${number}` });
  await publisher.goto("/admin");
  assert.match((await publisher.locator("#waiting .count").textContent()) ?? "", /^40件$/);
  assert.equal(await publisher.locator('section[aria-labelledby="waiting"] .queued').count(), 8);
  await publisher.getByRole("link", { name: ja("home.all", { count: DRAFTS }) }).click();
  await left(publisher, DRAFTS).waitFor();
  assert.match((await badge(publisher).textContent()) ?? "", /^40/);
  assert.match((await publisher.locator("#queue-other .count").textContent()) ?? "", /^40件$/);
  assert.match((await publisher.locator(".queued .letters").first().textContent()) ?? "", /^\+\d+ −0 字$/);
});

test("a first publication opens on the text as readers will see it, with its headings, and its settings in words", async () => {
  await publisher.goto("/admin/reviews");
  await publisher.getByRole("link", { name: "下書き 1", exact: true }).click();
  await awake(publisher);
  await publisher.frameLocator("#review-preview iframe").getByText("本文です。").waitFor();
  await publisher.locator("[data-outline]").getByRole("button", { name: "案内 draft_1" }).waitFor();
  assert.equal(await publisher.locator("#review-diff").isVisible(), false);
  await publisher.getByRole("tab", { name: ja("diff.settings") }).click();
  const settings = publisher.locator("#review-settings");
  await settings.getByText("下書き 1").waitFor();
  assert.doesNotMatch((await settings.textContent()) ?? "", /(^|\s)data(\s|$)/, "the category has its label");
});

test("forty drafts take forty-one clicks at most, and the last one leads to the end", async () => {
  await publisher.goto("/admin");
  const clicks = countClicks();
  await clicks.click(publisher.locator('section[aria-labelledby="waiting"] .queued a').first());
  for (let number = 1; number <= DRAFTS; number += 1) {
    await left(publisher, DRAFTS + 1 - number).waitFor();
    await clicks.click(button(publisher, "review.approve_and_publish"));
    await told(publisher, "published", `下書き ${number}`);
  }
  await publisher.getByRole("heading", { name: ja("queue_done.title") }).waitFor();
  assert.equal(await badge(publisher).count(), 0);
  assert.ok(clicks.count() <= DRAFTS + 1, `${clicks.count()} clicks`);
  assert.equal(await status("draft_40"), 200);
});

test("what was just published is undone from the next review, and only while it is the present text", async () => {
  const first = await waiting("undone");
  const second = await waiting("stays_open");
  await publisher.goto(`/admin/guides/${first}/review`);
  await button(publisher, "review.approve_and_publish").click();
  await publisher.waitForURL(`**/admin/guides/${second}/review`);
  assert.equal(await status("undone"), 200);
  const clicks = countClicks();
  await clicks.click(button(publisher, "toast.undo"));
  await said(publisher, "guide_unpublished");
  assert.equal(clicks.count(), 1);
  assert.equal(await status("undone"), 410);

  const again = await publisher.request.post(`/admin/guides/${first}/undo`, { form: { ref: "1" }, headers: { Origin: world.server.url } });
  assert.equal(again.status(), 409);
});

test("one box serves both decisions: sending back asks for a reason, approving does not", async () => {
  const guideId = await waiting("one_box");
  await publisher.goto(`/admin/guides/${guideId}/review`);
  await awake(publisher);
  const box = publisher.getByLabel(ja("review.reason"));
  assert.equal(await publisher.locator("#judge-form textarea").count(), 1);
  await button(publisher, "review.request_changes").click();
  assert.equal(await box.evaluate((field) => field instanceof HTMLTextAreaElement && field.validity.valueMissing), true);
  await box.fill("根拠を書いてください。");
  await button(publisher, "review.request_changes").click();
  await told(publisher, "sent_back", "案内 one_box");
  await publisher.getByRole("link", { name: ja("toast.previous"), exact: true }).click();
  await publisher.waitForURL(`**/admin/guides/${guideId}/review`);
  await publisher.getByText("根拠を書いてください。").first().waitFor();
});

test("what somebody judged before comes first in their queue", async () => {
  const guideId = await waiting("judged_before", { title: "前に判定したもの" });
  await publisher.goto(`/admin/guides/${guideId}/review`);
  await publisher.getByLabel(ja("review.reason")).fill("もう一度。");
  await button(publisher, "review.request_changes").click();
  await told(publisher, "sent_back", "前に判定したもの");
  await waiting("waits_longer");
  await openEditor(editor, guideId);
  await writeBody(editor, "# 前に判定したもの\n\n直しました。\n");
  await saveRevision(editor);
  await submit(guideId);
  await publisher.goto("/admin/reviews");
  await publisher.getByRole("heading", { name: ja("queue_part.involved") }).waitFor();
  assert.equal(await publisher.locator(".queued a").first().textContent(), "前に判定したもの");
});

test("keys lead from change to change, a counter says which, and a changed table stays a table", async () => {
  const before = `# 表\n\n一つ目の段落です。\n\n間の段落です。\n\n${TABLE}\n最後の段落です。\n`;
  const after = before.replace("一つ目の段落", "一番目の段落").replace("550", "580").replace("最後の", "終わりの");
  const guideId = await changed("with_table", before, after);
  await publisher.goto(`/admin/guides/${guideId}/review`);
  await awake(publisher);
  const counter = publisher.locator("[data-change-bar] output");
  const counted = async (/** @type {string} */ words) => {
    await publisher.waitForFunction((text) => document.querySelector("[data-change-bar] output")?.textContent === text, words);
  };
  await counted(ja("js.changes", { count: 3 }));
  await publisher.locator("#main").focus();
  for (const at of [1, 2, 3, 3]) {
    await publisher.keyboard.press("n");
    await counted(ja("js.change_at", { at, count: 3 }));
  }
  await publisher.keyboard.press("p");
  await counted(ja("js.change_at", { at: 2, count: 3 }));
  assert.equal(await publisher.locator("tr.diff-here ins").textContent(), "580");
  assert.ok((await publisher.locator(".diff-table tr.diff-same").count()) >= 2, "its neighbours are rows");
  assert.equal(await publisher.locator(".diff-body").getByText("|", { exact: false }).count(), 0);

  await publisher.getByRole("tab").filter({ hasText: ja("diff.rendered") }).click();
  await counted(ja("js.changes", { count: 3 }));
  await publisher.locator("#main").focus();
  await publisher.keyboard.press("n");
  await publisher.frameLocator("#review-rendered iframe").locator("p.diff-here").waitFor();
  assert.ok(await counter.isVisible());
});

test("a passage of the preview and of the diff is quoted in a comment, without its markup", async () => {
  const guideId = await waiting("passages", { body: "# 案内 passages\n\n最初の段落です。\n\n次は**太字（ふとじ）**と[リンク](https://example.jp/)の段落です。\n" });
  await publisher.goto(`/admin/guides/${guideId}/review`);
  await awake(publisher);
  const preview = publisher.frameLocator("#review-preview iframe");
  await preview.locator("p").nth(1).evaluate((paragraph) => {
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    const selection = paragraph.ownerDocument.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
  });
  await button(publisher, "js.passage").click();
  const quote = publisher.locator("[data-new-quote]");
  await quote.filter({ hasText: "次は**太字（ふとじ）**と[リンク](https://example.jp/)の段落です。" }).waitFor();
  await publisher.getByRole("tab").filter({ hasText: ja("review.source") }).click();
  await publisher.locator("#review-diff .diff-block").nth(1).evaluate((block) => {
    const range = document.createRange();
    range.selectNodeContents(block);
    document.getSelection()?.removeAllRanges();
    document.getSelection()?.addRange(range);
  });
  await button(publisher, "js.passage").click();
  await quote.filter({ hasText: /^最初の段落です。$/ }).waitFor();
  await publisher.locator("#comment").fill("ここに数字を。");
  await publisher.getByRole("button", { name: ja("comment.send"), exact: true }).click();
  await said(publisher, "comment_added");
  await publisher.getByText("ここに数字を。").waitFor();
});

test("the editor's first button submits; a refusal says each fault once, and what was saved", async () => {
  const guideId = await createGuide(editor, guideFile("faulty", { fields: { category: "unknown" } }));
  await openEditor(editor, guideId);
  await writeBody(editor, `${await bodyText(editor)}\n二つ目の文です。\n`);
  assert.equal(await richField(editor).count(), 1);
  const primary = editor.locator(".desk-actions .primary");
  assert.deepEqual(await primary.allTextContents(), [ja("action.submit")]);
  await submitButton(editor).click();
  const summary = editor.locator(".summary");
  await summary.getByText(ja("editor.saved_not_submitted", { number: 2 })).waitFor();
  const faults = await summary.locator(".finding .message").allTextContents();
  assert.equal(faults.length, 1, faults.join());
  assert.equal(await summary.locator("li").count(), 1);
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
