/**
 * The main jobs: an editor writes, another person judges and publishes, a site reads.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, choice, countClicks, exactly, menu, openEditor, said, saveRevision, submitButton, textField, told, untilRevision, untilSaved, writeBody } from "./lib/desk.mjs";
import { createGuide, guideFile, guideIdOf, revisionsOf } from "./lib/guides.mjs";
import { readAsSite } from "./lib/site.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

const SLUG = "annai_writer";
const TITLE = "案内を書く人";

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;
/** @type {Page} */
let publisher;

before(async () => {
  world = await openWorld({ people: ["editor", "publisher", "everything"] });
  editor = await world.as("editor");
  publisher = await world.as("publisher");
});

/**
 * Returns the response that a site gets for the guide now.
 *
 * @param {string} [slug]
 */
async function read(slug = SLUG) {
  const response = await readAsSite(world, `/v1/guides/${slug}`);
  return { status: response.status, text: await response.text() };
}

/**
 * The link to our guide in a section of the first page.
 *
 * @param {Page} page
 * @param {string} section
 */
const atHome = (page, section) =>
  page.locator(`section[aria-labelledby="${section}"]`).getByRole("link", { name: TITLE, exact: true }).first();

test("an editor writes a guide and submits it in three clicks, and no site sees it", async () => {
  await editor.goto("/admin");
  await editor.getByRole("link", { name: ja("guide.new"), exact: true }).click();
  await editor.locator("#title").fill(TITLE);
  await editor.locator("#slug").fill(SLUG);
  await editor.locator("#category").selectOption("data");
  await editor.getByRole("button", { name: ja("new.send"), exact: true }).click();
  await said(editor, "guide_created");

  // Coming back to it later, from the first page.
  await editor.goto("/admin");
  const clicks = countClicks();
  await clicks.click(atHome(editor, "work"));
  await awake(editor);
  await writeBody(editor, `# ${TITLE}\n\n最初の一文です。読者は最後まで読みます。\n`);
  await editor.locator("#field-meta_description").fill("案内を書く人の仕事を、はじめて読む人のために説明します。");
  await clicks.click(submitButton(editor));
  await said(editor, "guide_submitted");

  assert.ok(clicks.count() <= 3, `${clicks.count()} clicks`);
  assert.equal((await read()).status, 404);
});

test("a reviewer sends it back with a reason in three clicks, and the editor reads why", async () => {
  await publisher.goto("/admin");
  const clicks = countClicks();
  await clicks.click(atHome(publisher, "waiting"));
  const reason = publisher.getByLabel(ja("review.reason"));
  await clicks.click(reason);
  await reason.fill("二文目の根拠を書いてください。");
  await clicks.click(publisher.getByRole("button", { name: ja("review.request_changes"), exact: true }));
  await told(publisher, "sent_back", TITLE);

  assert.ok(clicks.count() <= 3, `${clicks.count()} clicks`);
  assert.equal((await read()).status, 404);
  await editor.goto("/admin");
  await atHome(editor, "sent-back").waitFor();
  await atHome(editor, "sent-back").click();
  await editor.getByRole("navigation", { name: ja("guide.nav") }).getByRole("link", { name: ja("guide.review"), exact: true }).click();
  await editor.getByText("二文目の根拠を書いてください。").first().waitFor();
});

test("sending back without a reason is refused beside the field", async () => {
  const guideId = await guideIdOf(editor, SLUG);
  await openEditor(editor, guideId);
  await writeBody(editor, `# ${TITLE}\n\n最初の一文です。読者の八割は最後まで読みます。\n`);
  await submitButton(editor).click();
  await said(editor, "guide_submitted");

  await publisher.goto(`/admin/guides/${guideId}/review`);
  await publisher.getByRole("button", { name: ja("review.request_changes"), exact: true }).click();
  const isMissing = await publisher
    .getByLabel(ja("review.reason"))
    .evaluate((field) => field instanceof HTMLTextAreaElement && field.validity.valueMissing);
  assert.equal(isMissing, true);
  assert.equal(new URL(publisher.url()).pathname, `/admin/guides/${guideId}/review`);
});

test("a reviewer approves and publishes in two clicks, and sites get exactly that text", async () => {
  assert.equal((await read()).status, 404);
  await publisher.goto("/admin");
  const clicks = countClicks();
  await clicks.click(atHome(publisher, "waiting"));
  await clicks.click(publisher.getByRole("button", { name: ja("review.approve_and_publish"), exact: true }));
  await told(publisher, "published", TITLE);

  assert.ok(clicks.count() <= 2, `${clicks.count()} clicks`);
  const published = await read();
  assert.equal(published.status, 200);
  const { data } = JSON.parse(published.text);
  assert.equal(data.title, TITLE);
  assert.match(data.body.html, /読者の八割は最後まで読みます。/);
});

test("a reviewer sees the one changed character of the next revision marked, and nobody else sees the text", async () => {
  const guideId = await guideIdOf(editor, SLUG);
  await openEditor(editor, guideId);
  await writeBody(editor, `# ${TITLE}\n\n最初の一文です。読者の九割は最後まで読みます。\n`);
  await submitButton(editor).click();
  await said(editor, "guide_submitted");

  await publisher.goto(`/admin/guides/${guideId}/review`);
  const changes = publisher.locator(".diff-body");
  assert.deepEqual(await changes.locator("del").allTextContents(), ["八"]);
  assert.deepEqual(await changes.locator("ins").allTextContents(), ["九"]);
  await publisher.getByRole("tab").filter({ hasText: ja("editor.preview") }).click();
  const preview = publisher.frameLocator("#review-preview iframe");
  await preview.getByText("九割").waitFor();

  assert.match((await read()).text, /八割/);
  assert.doesNotMatch((await read()).text, /九割/);
  await publisher.getByRole("button", { name: ja("review.approve_and_publish"), exact: true }).click();
  await told(publisher, "published", TITLE);
  assert.match((await read()).text, /九割/);
});

test("a publisher finds what changed and rolls it back in three clicks", async () => {
  await publisher.goto("/admin");
  const clicks = countClicks();
  await clicks.click(atHome(publisher, "published"));
  await clicks.click(publisher.locator(".revision-open").first());
  assert.deepEqual(await publisher.locator(".diff-body del").allTextContents(), ["八"]);
  await clicks.click(publisher.getByRole("button", { name: ja("diff.roll_back", { number: 3 }), exact: true }));
  await said(publisher, "guide_rolled_back");

  assert.ok(clicks.count() <= 3, `${clicks.count()} clicks`);
  assert.match((await read()).text, /八割/);
  assert.doesNotMatch((await read()).text, /九割/);
});

test("an approval does not reach a text saved after the submission", async () => {
  const guideId = await guideIdOf(editor, SLUG);
  await openEditor(editor, guideId);
  await writeBody(editor, `# ${TITLE}\n\n審査される文です。\n`);
  await submitButton(editor).click();
  await said(editor, "guide_submitted");
  await publisher.goto(`/admin/guides/${guideId}/review`);
  await openEditor(editor, guideId);
  await writeBody(editor, `# ${TITLE}\n\n審査のあとに差し替えた文です。\n`);
  await saveRevision(editor);

  await publisher.getByRole("button", { name: ja("review.approve_and_publish"), exact: true }).click();
  await publisher.waitForURL(`**/guides/${guideId}/approve`);

  const { text } = await read();
  assert.doesNotMatch(text, /差し替えた文/);
  await publisher.goto(`/admin/guides/${guideId}/review`);
  assert.doesNotMatch(await publisher.locator(".diff-body").allTextContents().then(String), /差し替えた文/);
});

test("the review page says why an own change cannot be judged, and offers no button for it", async () => {
  const both = await world.as("everything");
  await both.goto("/admin/guides");
  const guideId = await createGuide(both, guideFile("own_change"));
  await openEditor(both, guideId);
  await submitButton(both).click();
  await said(both, "guide_submitted");

  await both.goto(`/admin/guides/${guideId}/review`);
  await both.getByText(ja("refused.own_change")).waitFor();
  assert.equal(await both.getByRole("button", { name: ja("review.approve") }).count(), 0);
});

test("with every role, what was just written is public after a saving key and three clicks, with a reason for ever", async () => {
  const both = await world.as("everything");
  await both.goto("/admin/guides");
  const guideId = await createGuide(both, guideFile("urgent_notice"));
  await openEditor(both, guideId);
  await writeBody(both, "# 案内 urgent_notice\n\n急ぎの訂正です。\n");
  await textField(both).press("Control+s");
  await untilRevision(both, "revision_saved");
  await awake(both);

  const clicks = countClicks();
  await clicks.click(menu(both));
  await clicks.click(choice(both, "break_glass"));
  await both.getByLabel(ja("break_glass.reason"), { exact: true }).fill("誤った電話番号が公開されていたため。");
  await clicks.click(both.getByRole("button", { name: ja("break_glass.send"), exact: true }));
  await said(both, "guide_published");

  assert.ok(clicks.count() <= 3, `${clicks.count()} clicks`);
  assert.match((await read("urgent_notice")).text, /急ぎの訂正です。/);
  await both.goto("/admin/audit");
  await both.getByText("誤った電話番号が公開されていたため。").first().waitFor();
});

test("a guide is taken down, answers 410, and comes back with what it had", async () => {
  const both = await world.as("everything");
  await both.goto("/admin/guides");
  const guideId = await guideIdOf(both, "urgent_notice");
  await openEditor(both, guideId);
  await menu(both).click();
  await choice(both, "unpublish").click();
  await both.getByRole("button", { name: ja("unpublish.send"), exact: true }).click();
  await said(both, "guide_unpublished");
  assert.equal((await read("urgent_notice")).status, 410);

  await openEditor(both, guideId);
  await menu(both).click();
  await choice(both, "rollback").click();
  await both.getByRole("button", { name: ja("rollback.send") }).first().click();
  await said(both, "guide_rolled_back");
  assert.match((await read("urgent_notice")).text, /急ぎの訂正です。/);
});

test("an older revision is restored as the newest, and the older ones stay", async () => {
  const guideId = await guideIdOf(editor, SLUG);
  const before = await revisionsOf(editor, guideId);
  await editor.goto(`/admin/guides/${guideId}/history`);
  await awake(editor);
  for (const fold of await editor.locator("details.sitting:not([open]) > summary").all()) await fold.click();
  const row = editor.locator("li.revision").filter({ has: editor.locator(".number").filter({ hasText: exactly("2") }) }).last();
  await row.locator("summary").filter({ hasText: ja("history.acts") }).click();
  await row.getByRole("button", { name: ja("history.restore") }).click();
  await said(editor, "guide_restored");

  const after = await revisionsOf(editor, guideId);
  assert.equal(after.length, before.length + 1);
  assert.equal(after[0]?.kind, "restore");
  assert.equal(after[0]?.content_hash, before.find((revision) => revision.revision_number === 2)?.content_hash);
  assert.deepEqual(after.slice(1), before);
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});

test("what somebody types is kept while they have not saved a revision, and only they see it", async () => {
  const guideId = await guideIdOf(editor, SLUG);
  await openEditor(editor, guideId);
  await writeBody(editor, `# ${TITLE}\n\n内緒の下書きです。\n`);
  await untilSaved(editor);

  const other = await world.as("everything");
  await openEditor(other, guideId);
  assert.doesNotMatch(await bodyText(other), /内緒の下書き/);
  await editor.reload();
  assert.match(await bodyText(editor), /内緒の下書き/);
});
