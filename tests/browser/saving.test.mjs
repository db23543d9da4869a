/**
 * Saving a revision stays on the page, and a window goes on from its own text after a reload.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, openEditor, richField, saveRevision, textField, typeAtEnd, untilRevision, untilSaved, writeBody } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { api, createGuide, guideFile, latestSource, revisionsOf } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** A text of sixty sections, of which a screen shows a few. */
const LONG = Array.from({ length: 60 }, (_, index) => `## 第${index + 1}節\n\n${"この節の文です。".repeat(12)}\n`).join("\n");

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let page;
let made = 0;

before(async () => {
  world = await openWorld({ people: ["editor", "other_editor"], seed: false });
  page = await world.as("editor");
  await page.goto("/admin");
});

/** @param {string} [body] */
async function opened(body = "# 題\n\n初めの文。\n") {
  made += 1;
  const guideId = await createGuide(page, guideFile(`saving_${made}`, { body }));
  await openEditor(page, guideId);
  return guideId;
}

/** @param {string} key @param {Record<string, string | number>} [values] */
const state = (key, values) => page.locator("#save-state").filter({ hasText: ja(key, values) }).waitFor();

/** Returns what a page load would lose; runs in the page. */
const place = () => ({
  top: document.querySelector(".cm-scroller")?.scrollTop ?? 0,
  focus: document.activeElement?.className ?? "",
  tab: document.querySelector('[role="tab"][aria-selected="true"]')?.id ?? "",
  mark: document.documentElement.dataset["mark"] ?? "",
});

test("Ctrl+S keeps cursor, scroll position, focus, undo history, panel and phone width", async () => {
  const guideId = await opened(LONG);
  await page.getByRole("tab").filter({ hasText: ja("editor.preview") }).click();
  await page.locator("[data-preview-width]").click();
  await typeAtEnd(page, "追記した文です。");
  await page.evaluate(() => { document.documentElement.dataset["mark"] = "same page"; });
  await eventually(async () => assert.ok((await page.evaluate(place)).top > 1000));
  const earlier = await page.evaluate(place);

  await page.keyboard.press("Control+s");
  await untilRevision(page, "revision_saved");
  assert.match(String(await page.locator("#save-state").textContent()), /^リビジョン 2 を保存 \d{2}:\d{2}$/);
  assert.deepEqual(await page.evaluate(place), earlier);
  assert.equal(await page.locator("[data-preview-width]").getAttribute("aria-pressed"), "true");
  // The head has no room for the number; the other pages of the guide show it.
  await page.locator(".guide-head").getByText(ja("guide.revision", { number: 2 }), { exact: true }).waitFor({ state: "attached" });

  await page.keyboard.insertText("続き。");
  assert.match(await bodyText(page), /追記した文です。続き。$/);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  assert.doesNotMatch(await bodyText(page), /追記した文です。/);
  await page.keyboard.press("Control+s");
  await untilRevision(page, "revision_saved");
  await page.keyboard.press("Control+s");
  await untilRevision(page, "revision_unchanged");
  assert.equal((await revisionsOf(page, guideId)).length, 3);
});

test("letters typed right after a save go into the text, with the key and with the button", async () => {
  const guideId = await opened();
  const untilCount = (/** @type {number} */ count) =>
    eventually(async () => assert.equal((await revisionsOf(page, guideId)).length, count));
  await typeAtEnd(page, "a");
  await page.keyboard.press("Control+s");
  await page.keyboard.type("opinion");
  assert.match(await bodyText(page), /aopinion$/);
  await untilCount(2);
  await page.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await page.keyboard.type("poe");
  assert.match(await bodyText(page), /aopinionpoe$/);
  await untilCount(3);
  await page.locator("#message").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.type("ope");
  assert.match(await bodyText(page), /ope/);
  assert.equal(await page.locator('[role="tab"][aria-selected="true"]').getAttribute("id"), "tab-settings");
});

test("saving loses no comment that is being written", async () => {
  await opened();
  await page.getByRole("tab").filter({ hasText: ja("editor.comments") }).click();
  await page.locator("#comment").fill("書きかけの長いコメント");
  await textField(page).click();
  await typeAtEnd(page, "追");
  await page.keyboard.press("Control+s");
  await untilRevision(page, "revision_saved");
  assert.equal(await page.locator("#comment").inputValue(), "書きかけの長いコメント");
  await page.locator("#comment").isVisible();
});

test("what is typed while a save is on its way becomes the next revision's", async () => {
  const guideId = await opened();
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => { release = () => resolve(undefined); });
  await page.route(`**/admin/guides/${guideId}`, async (route) => {
    await held;
    await route.continue();
  });
  await typeAtEnd(page, "一つ目の文。");
  await page.keyboard.press("Control+s");
  await page.keyboard.insertText("二つ目の文。");
  release();
  await untilSaved(page);
  await page.unroute(`**/admin/guides/${guideId}`);
  assert.match((await latestSource(page, guideId)).toString(), /一つ目の文。$/);
  const copy = await (await api(page, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.match(copy.source, /一つ目の文。二つ目の文。$/);
  await saveRevision(page, "revision_saved");
  assert.equal((await revisionsOf(page, guideId)).length, 3);
});

test("a second save while the first is on its way saves what was typed meanwhile", async () => {
  const guideId = await opened();
  await typeAtEnd(page, "一つ目の文。");
  /** @type {() => void} */
  let goOn = () => {};
  const held = new Promise((resolve) => { goOn = () => resolve(undefined); });
  await page.route(`**/admin/guides/${guideId}`, async (route) => {
    await held;
    await route.continue();
  }, { times: 1 });
  await page.keyboard.press("Control+s");
  await page.keyboard.insertText("二つ目の文。");
  await page.keyboard.press("Control+s");
  goOn();
  await eventually(async () => assert.equal((await revisionsOf(page, guideId)).length, 3));
  assert.match((await latestSource(page, guideId)).toString(), /一つ目の文。二つ目の文。$/);
});

test("offline, saving waits and is done once the network is back", async () => {
  const guideId = await opened();
  await typeAtEnd(page, "圏外の文。");
  await page.context().setOffline(true);
  await page.keyboard.press("Control+s");
  await state("js.saves_later");
  await page.keyboard.insertText("そのあとの文。");
  assert.equal(await richField(page).isVisible(), true);
  await page.context().setOffline(false);
  await untilRevision(page, "revision_saved");
  // The words typed after the key are saved by a request of their own.
  await eventually(async () => assert.match((await latestSource(page, guideId)).toString(), /圏外の文。そのあとの文。$/));
});

test("offline, a submission becomes a save that says what is left to do", async () => {
  const guideId = await opened();
  await typeAtEnd(page, "圏外の文。");
  await page.context().setOffline(true);
  await page.locator("[data-submit]").click();
  await state("js.saves_later");
  await page.context().setOffline(false);
  await page.locator("#notices").getByText(ja("js.not_submitted")).waitFor();
  assert.equal((await revisionsOf(page, guideId)).length, 2);
  const guide = await (await api(page, "GET", `/guides/${guideId}`)).json();
  assert.equal(guide.status, "draft");
});

test("a save whose answer was lost is one revision, and no conflict", async () => {
  const guideId = await opened();
  await typeAtEnd(page, "一度の文。");
  await page.route(`**/admin/guides/${guideId}`, async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  }, { times: 1 });
  await page.keyboard.press("Control+s");
  await state("js.saves_later");
  await page.keyboard.insertText("あとの文。");
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await untilRevision(page, "revision_saved");
  assert.equal((await revisionsOf(page, guideId)).length, 3);
  assert.match((await latestSource(page, guideId)).toString(), /一度の文。あとの文。$/);
});

for (const when of [0, 300, 1500]) {
  test(`a reload ${when} ms after typing makes no conflict with oneself`, async () => {
    await opened();
    await typeAtEnd(page, "一つ目の文。");
    // The moment is what is tried: the save of the leaving page may arrive before or after the new one is read.
    await page.waitForTimeout(when);
    await page.reload();
    await awake(page);
    await eventually(async () => assert.match(await bodyText(page), /一つ目の文。$/));
    await typeAtEnd(page, "二つ目の文。");
    await untilSaved(page);
    assert.equal(await page.locator("#notices .notice").count(), 0);
    await saveRevision(page, "revision_saved");
    assert.match(await bodyText(page), /一つ目の文。二つ目の文。$/);
  });
}

test("a leaving page's save that arrives last does not win, and is no conflict", async () => {
  const guideId = await opened();
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => { release = () => resolve(undefined); });
  await page.route("**/working-copy", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await held;
    const response = await route.fetch();
    return route.fulfill({ response }).catch(() => {});
  }, { times: 1 });
  await typeAtEnd(page, "一つ目の文。");
  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/working-copy"));
  await page.evaluate(() => { document.getElementById("field-title")?.focus(); });
  await sent;
  await page.reload();
  await awake(page);
  release();
  await eventually(async () => assert.match(await bodyText(page), /一つ目の文。$/));
  await typeAtEnd(page, "二つ目の文。");
  await untilSaved(page);
  const copy = await (await api(page, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.match(copy.source, /一つ目の文。二つ目の文。$/);
});

test("two machines of one person: saving over an unseen text merges both, and loses neither", async () => {
  const guideId = await opened("# 題\n\n一の文。\n\n二の文。\n");
  const { latest } = await (await api(page, "GET", `/guides/${guideId}`)).json();
  await writeBody(page, "# 題\n\n一の文、ここで。\n\n二の文。\n");
  const source = (await latestSource(page, guideId)).toString().replace("二の文。", "二の文、別の端末で。");
  await api(page, "PUT", `/guides/${guideId}/working-copy`, { data: { base_revision_id: latest.revision_id, sequence: 40, source } });
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: ja("js.conflict_merge") }).click();
  await page.getByText(ja("flash.windows_merged")).waitFor();
  await awake(page);
  assert.equal(await bodyText(page), "# 題\n\n一の文、ここで。\n\n二の文、別の端末で。\n");
  assert.equal((await revisionsOf(page, guideId)).length, 1);
  await saveRevision(page, "revision_saved");
});

test("without scripts, a save over an unseen text shows both merged, and no dead end", async () => {
  const guideId = await opened("# 題\n\n一の文。\n\n二の文。\n");
  const { latest } = await (await api(page, "GET", `/guides/${guideId}`)).json();
  const plain = await world.as("editor", { javaScriptEnabled: false });
  await plain.goto(`/admin/guides/${guideId}`);
  await plain.locator("#body").fill("# 題\n\n一の文、ここで。\n\n二の文。\n");
  const source = (await latestSource(page, guideId)).toString().replace("二の文。", "二の文、別の端末で。");
  await api(page, "PUT", `/guides/${guideId}/working-copy`, { data: { base_revision_id: latest.revision_id, sequence: 40, source } });
  await plain.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await plain.getByText(ja("flash.windows_merged")).waitFor();
  assert.equal(await plain.locator("#body").inputValue(), "# 題\n\n一の文、ここで。\n\n二の文、別の端末で。\n");
  await plain.context().close();
});

test("after a text was too large, an edit that makes it smaller is tried at once", async () => {
  await opened();
  await page.locator("#field-meta_description").evaluate((field) => {
    /** @type {HTMLTextAreaElement} */ (field).value = "大".repeat(200_000);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await state("js.too_large");
  const tried = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/working-copy"), { timeout: 1500 });
  await page.locator("#field-meta_description").fill("短い説明。");
  await tried;
  await untilSaved(page);
});

test("a discarded edit does not come back from the device", async () => {
  const guideId = await opened();
  await typeAtEnd(page, "要らない文。");
  await untilSaved(page);
  await page.reload();
  await awake(page);
  await typeAtEnd(page, "これも。");
  page.once("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: ja("editor.discard") }).click();
  await page.locator(".flash").waitFor();
  await awake(page);
  await page.locator("#editor[data-offered]").waitFor();
  assert.doesNotMatch(await bodyText(page), /要らない文。|これも。/);
  await api(page, "GET", `/guides/${guideId}/working-copy`, { expect: 404 });
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
