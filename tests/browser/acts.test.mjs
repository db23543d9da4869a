/**
 * The acts of the editor follow the state, and what cannot be done is said where one is.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, openEditor, saveRevision, submitButton, textField, typeAtEnd, untilSaved } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { edit, fillDesk } from "./lib/full-desk.mjs";
import { api, revisionsOf } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { PASSWORD, close, emailOf, openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let all;
/** @type {Page} */
let editor;
/** @type {import("./lib/full-desk.mjs").FullDesk} */
let desk;

before(async () => {
  world = await openWorld({ people: ["editor", "everything", "reviewer", "english"], seed: false });
  all = await world.as("everything");
  editor = await world.as("editor");
  desk = await fillDesk(world, all, editor);
});

/** The words of the one button that stands out, or of the one that cannot be pressed. @param {Page} page */
const mainAct = async (page) => {
  const shown = page.locator(".desk-actions").locator(".primary, [data-part=next] button").filter({ visible: true });
  const [button, ...more] = await shown.all();
  assert.deepEqual(more, [], "one main act");
  return button ? `${await button.textContent()}${(await button.isDisabled()) ? " (off)" : ""}` : "";
};

/** @param {Page} page @param {string} wanted */
const untilMainAct = (page, wanted) => eventually(async () => assert.equal(await mainAct(page), wanted));

const SUBMIT = ja("action.submit");
/** The main act of an editor and of a publisher, by the state of the guide. @type {[guide: string, editors: string, publishers: string][]} */
const ACTS = [
  ["conflict", SUBMIT, SUBMIT],
  ["sent_back", SUBMIT, SUBMIT],
  ["waiting", ja("editor.see_review"), ja("editor.see_review")],
  ["approved", ja("editor.see_review"), ja("action.publish")],
  ["public", `${SUBMIT} (off)`, `${SUBMIT} (off)`],
];

for (const [guide, editors, publishers] of ACTS) {
  test(`${guide}: the main act follows the state, and a change the text`, async () => {
    for (const [page, wanted] of /** @type {const} */ ([[editor, editors], [all, publishers]])) {
      await openEditor(page, desk.id(guide));
      await untilMainAct(page, wanted);
      await typeAtEnd(page, "変");
      await untilMainAct(page, SUBMIT);
      await page.keyboard.press("Backspace");
      await untilMainAct(page, wanted);
    }
  });
}

test("a working copy makes submitting the main act after a reload too, and saving goes on from the new state", async () => {
  const [page, guide] = [all, desk.id("superseded")];
  await openEditor(page, guide);
  await untilMainAct(page, ja("editor.see_review"));
  await typeAtEnd(page, "\n足した文。");
  await untilSaved(page);
  await openEditor(page, guide);
  await untilMainAct(page, SUBMIT);
  await saveRevision(page, "revision_saved");
  await untilMainAct(page, SUBMIT);
  await submitButton(page).click();
  await page.getByText(ja("flash.guide_submitted")).waitFor();
  await awake(page);
  await untilMainAct(page, ja("editor.see_review"));
});

test("without scripts a changed text can be submitted in every state, and a refusal keeps it", async () => {
  const plain = await world.as("editor", { javaScriptEnabled: false });
  await plain.goto(desk.path("waiting"));
  const text = await plain.locator("#body").inputValue();
  await submitButton(plain).click();
  await plain.locator(".summary").getByText(ja("refused.already_in_review")).waitFor();
  assert.equal(await plain.locator("#body").inputValue(), text);
  await close(plain);
});

test("an act that somebody else's act ruled out is refused on the page, in words", async () => {
  await all.goto(`${desk.path("archived")}/history`);
  await awake(all);
  const request = { data: {}, headers: { "Idempotency-Key": crypto.randomUUID() } };
  const other = await world.as("everything");
  await other.goto("/admin");
  await api(other, "POST", `/guides/${desk.id("archived")}/unarchive`, request);
  await close(other);
  await all.goto(`${desk.path("archived")}/publish`);
  await all.locator("[data-toast=refused]").getByText(ja("refused.not_approved")).waitFor();
  assert.equal(new URL(all.url()).pathname, desk.path("archived"));
  assert.equal(await all.locator(".error-page").count(), 0);
});

test("a decision that came second leads back to the review, and the comment stays on the device", async () => {
  const [latest] = await revisionsOf(all, desk.id("stale_review"));
  await api(editor, "POST", `/guides/${desk.id("stale_review")}/submit`, { data: { revision_id: latest?.revision_id } });
  const second = await world.as("reviewer");
  await second.goto(`${desk.path("stale_review")}/review`);
  await second.locator("html[data-filled]").waitFor({ state: "attached" });
  await api(all, "POST", `/guides/${desk.id("stale_review")}/request-changes`, {
    data: { revision_id: latest?.revision_id, content_hash: latest?.content_hash, comment: "先に見ました。" },
    headers: { "Idempotency-Key": crypto.randomUUID() },
  });
  await second.locator("#judge-form textarea").fill("あとから書いた感想。");
  await second.locator("#judge-form .primary").last().click();
  await second.locator("[data-toast=refused]").getByText(ja("refused.review_closed")).waitFor();
  assert.equal(new URL(second.url()).pathname, `${desk.path("stale_review")}/review`);
  await close(second);
});

test("a preview of a session that ended asks to sign in, and then shows the text", async () => {
  const page = await world.stranger();
  await page.goto(desk.path("merge"));
  await world.signIn(page, "editor");
  await page.waitForURL(`**${desk.path("merge")}`);
  await awake(page);
  await page.getByRole("tab").filter({ hasText: ja("editor.preview") }).click();
  await page.frameLocator("#preview iframe:not(.arriving)").locator("h1").waitFor();
  await api(page, "DELETE", "/session");
  await page.getByRole("button", { name: ja("editor.preview_update") }).click();
  const dialog = page.getByRole("dialog", { name: ja("editor.session_over") });
  await dialog.waitFor();
  await page.frameLocator("#preview iframe:not(.arriving)").getByText(ja("error.signed_out.title")).waitFor();
  await dialog.getByLabel(ja("field.email")).fill(emailOf("editor"));
  await dialog.getByLabel(ja("field.password")).fill(PASSWORD);
  await dialog.getByRole("button", { name: ja("editor.session_over_send") }).click();
  await page.frameLocator("#preview iframe:not(.arriving)").getByRole("heading", { name: "案内 merge" }).waitFor();
  await close(page);
});

test("who may not write reads the page as readers see it, and comments on its words", async () => {
  const reviewer = await world.as("reviewer");
  await openEditor(reviewer, desk.id("public"));
  const frame = reviewer.frameLocator("iframe[data-reading]");
  await frame.locator("h1").waitFor();
  assert.equal(await reviewer.locator("#body").isVisible(), false);
  const tab = (/** @type {string} */ key) => reviewer.getByRole("tab").filter({ hasText: ja(key) });
  await tab("editor.source").click();
  assert.match(await bodyText(reviewer), /^# /);
  assert.equal(await reviewer.locator("#body").isVisible(), true);

  await tab("editor.outline").click();
  await reviewer.locator(".outline-jump").last().click();
  const top = () => reviewer.locator("iframe[data-reading]").evaluate((one) => (one instanceof HTMLIFrameElement ? one.contentWindow?.scrollY : 0) ?? 0);
  await eventually(async () => assert.ok((await top()) > 500, "the page went to the heading"));

  await reviewer.locator(".outline-jump").first().click();
  await eventually(async () => assert.ok((await top()) < 100, "and back to the first"));
  await frame.locator("p").first().evaluate((paragraph) => {
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    const selection = paragraph.ownerDocument.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
  });
  await reviewer.locator(".passage-button").click();
  await reviewer.locator("[data-new-quote]").waitFor();
  assert.equal(await reviewer.locator("#comment").evaluate((box) => box === document.activeElement), true);
  await close(reviewer);
});

test("the title has room beside every act, in both languages", async () => {
  for (const name of /** @type {const} */ (["everything", "english"])) {
    const page = await world.as(name, { viewport: { width: 1280, height: 720 } });
    for (const guide of ["public", "approved"]) {
      await openEditor(page, desk.id(guide));
      await typeAtEnd(page, "変");
      await untilSaved(page).catch(() => {});
      const cut = await page.locator(".desk-head h1, .desk-head .desk-actions :is(button, a), .tabs a").evaluateAll((all) =>
        all.filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));
      assert.deepEqual(cut, [], `${name}, ${guide}`);
      await textField(page).press("ControlOrMeta+z");
    }
    assert.equal(await page.locator(".desk-head h1").getAttribute("title"), await page.locator(".desk-head h1").textContent());
    await close(page);
  }
});

test("an open tab keeps its mark under the pointer, and every count says what it counts", async () => {
  await openEditor(editor, desk.id("errors"));
  const settings = editor.getByRole("tab").filter({ hasText: ja("editor.settings") });
  const mark = () => settings.evaluate((tab) => getComputedStyle(tab).borderBottomColor);
  const before = await mark();
  await settings.hover();
  assert.equal(await mark(), before);
  const count = editor.locator("[data-check-count] .count");
  await eventually(async () => {
    assert.match(String(await count.getAttribute("class")), /count-error/);
    assert.match(String(await count.getAttribute("aria-label")), /^誤り \d+件/);
  });
  const comments = editor.getByRole("tab").filter({ hasText: ja("editor.comments") }).locator(".count");
  assert.equal(await comments.getAttribute("aria-label"), ja("editor.comments_open", { count: 0 }));
});

test("on a phone no key is named, nothing is wider than the page, and a table of a diff can be read to its end", async () => {
  await edit(editor, desk.id("broken"), "最後の文。");
  for (const name of /** @type {const} */ (["everything", "english"])) {
    const phone = await world.as(name, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    for (const path of [`${desk.path("broken")}/diff`, `${desk.path("broken")}/review`, desk.path("broken")]) {
      await phone.goto(path);
      await awake(phone).catch(() => {});
      assert.equal(await phone.locator(":is(a, button) > kbd").filter({ visible: true }).count(), 0, path);
      const { full, seen } = await phone.evaluate(() => ({ full: document.documentElement.scrollWidth, seen: document.documentElement.clientWidth }));
      assert.ok(full <= seen, `${path}: ${full} > ${seen}`);
    }
    await close(phone);
  }
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
