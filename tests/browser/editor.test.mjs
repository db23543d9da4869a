/**
 * The editor when things go wrong: nothing that was typed is lost.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, openEditor, said, saveRevision, typeAtEnd, untilRevision, untilSaved } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { api, createGuide, guideFile, latestSource, revisionsOf } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { close, emailOf, openWorld, PASSWORD } from "./lib/world.mjs";

/**
 * @typedef {import("./lib/world.mjs").Page} Page
 */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;
/** @type {Page} */
let other;

before(async () => {
  // Two tests cut the database off and wait for the answer.
  world = await openWorld({ people: ["editor", "other_editor"], seed: false, settings: { ANNAI_CONNECTION_WAIT_SECONDS: "2" } });
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
 * Waits for a save state.
 *
 * @param {Page} page
 * @param {string} key
 */
const state = (page, key) => page.locator("#save-state").filter({ hasText: ja(key) }).waitFor();

test("what is typed is kept two seconds later, without a click", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await typeAtEnd(editor, "あとで読む人のために。");
  await untilSaved(editor);

  await editor.reload();
  assert.match(await bodyText(editor), /あとで読む人のために。/);
  const copy = await (await api(editor, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.match(copy.source, /あとで読む人のために。/);
  assert.equal((await revisionsOf(editor, guideId)).length, 1);
});

test("text typed while a save is under way is saved after it", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  await editor.route("**/working-copy", async (route) => {
    await held;
    await route.continue();
  });
  const sent = editor.waitForRequest("**/working-copy");
  await typeAtEnd(editor, "一。");
  await sent;
  await typeAtEnd(editor, "二。");
  release();
  await eventually(async () => {
    const copy = await (await api(editor, "GET", `/guides/${guideId}/working-copy`)).json();
    assert.match(copy.source, /一。二。/);
  });
  await editor.unroute("**/working-copy");
  await untilSaved(editor);
});

test("typed and taken back before it was sent: the state goes back as well", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  const atFirst = String(await editor.locator("#save-state").textContent()).trim();
  await typeAtEnd(editor, "迷");
  await state(editor, "js.typing");
  await editor.keyboard.press("Backspace");
  await editor.locator("#save-state").filter({ hasText: atFirst }).waitFor();

  await typeAtEnd(editor, "決めた。");
  await untilSaved(editor);
  await typeAtEnd(editor, "迷");
  await state(editor, "js.typing");
  await editor.keyboard.press("Backspace");
  await untilSaved(editor);
  const copy = await (await api(editor, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.ok(copy.source.endsWith(await bodyText(editor)));
});

test("taken back while nobody knows whether it arrived, it is saved as taken back", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await typeAtEnd(editor, "残す。");
  await untilSaved(editor);
  const kept = await bodyText(editor);
  await editor.route("**/working-copy", (route) => route.abort("connectionreset"));
  await typeAtEnd(editor, "迷");
  await state(editor, "js.offline");
  await editor.keyboard.press("Backspace");
  assert.equal(await bodyText(editor), kept);
  await state(editor, "js.offline");
  await editor.unroute("**/working-copy");
  const sent = editor.waitForRequest("**/working-copy");
  await editor.evaluate(() => window.dispatchEvent(new Event("online")));
  await sent;
  await untilSaved(editor);
});

test("leaving the page at once keeps what was typed", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await typeAtEnd(editor, "急いで閉じます。");
  await editor.goto("/admin/guides");
  await eventually(async () => {
    const copy = await (await api(editor, "GET", `/guides/${guideId}/working-copy`)).json();
    assert.match(copy.source, /急いで閉じます。/);
  });
});

test("throwing the edit away asks first, and then goes back to the newest revision", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await typeAtEnd(editor, "要らない文。");
  await untilSaved(editor);
  await editor.reload();
  await awake(editor);
  const discard = editor.getByRole("button", { name: ja("editor.discard"), exact: true });

  editor.once("dialog", (dialog) => void dialog.dismiss());
  await discard.click();
  assert.match(await bodyText(editor), /要らない文。/);
  editor.once("dialog", (dialog) => void dialog.accept());
  await discard.click();
  await said(editor, "guide_discarded");
  assert.doesNotMatch(await bodyText(editor), /要らない文。/);
});

test("malformed front matter is shown whole, with line and column, and kept until it is right", async () => {
  const guideId = await newGuide();
  const [latest] = await revisionsOf(editor, guideId);
  const source = '---json\n{\n  "title": "途中"\n  "slug": "half"\n}\n---\n# 途中\n\n失いたくない文。\n';
  await api(editor, "PUT", `/guides/${guideId}/working-copy`, {
    data: { base_revision_id: latest?.revision_id, sequence: 1, source },
  });

  await openEditor(editor, guideId);
  await editor.getByText(ja("raw.title")).waitFor();
  assert.equal(await editor.locator("#raw-error a").textContent(), ja("check.line_column", { line: 4, column: 3 }));
  const field = editor.getByLabel(ja("raw.label"), { exact: true });
  assert.equal(await field.inputValue(), source);

  await field.fill(source.replace("失いたくない文。", "失いたくない文、二つ目。"));
  await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await editor.getByText(ja("editor.text_is_kept")).waitFor();
  assert.match(await field.inputValue(), /失いたくない文、二つ目。/);
  assert.equal((await revisionsOf(editor, guideId)).length, 1);

  await field.fill((await field.inputValue()).replace('"途中"\n', '"途中",\n'));
  await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  // The file is a form again, which is another page.
  await editor.locator("#field-title").waitFor();
  assert.equal(await editor.locator("#field-title").inputValue(), "途中");
  assert.match((await latestSource(editor, guideId)).toString(), /失いたくない文、二つ目。/);
});

test("a slug that another guide has is refused beside its field, and the text is kept", async () => {
  await createGuide(editor, guideFile("taken_slug"));
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await editor.locator("#field-slug").fill("taken_slug");
  await typeAtEnd(editor, "残る文。");
  await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();

  await editor.getByText(ja("refused.slug_taken", { slug: "taken_slug" })).first().waitFor();
  assert.equal(await editor.locator("#field-slug").getAttribute("aria-invalid"), "true");
  assert.match(await bodyText(editor), /残る文。/);
});

test("when somebody else saved first, both sides are shown and nothing of either is lost", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await openEditor(other, guideId);
  await typeAtEnd(other, "たけしの文。");
  await saveRevision(other);
  await typeAtEnd(editor, "まどかの文。");
  const answer = editor.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith(guideId));
  await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  assert.equal((await answer).status(), 412);

  await editor.getByRole("heading", { name: ja("conflict.title") }).waitFor();
  await editor.getByText(ja("conflict.both_sides", { number: 1 })).click();
  const section = (/** @type {string} */ name) => editor.locator(`section[aria-labelledby="${name}"]`);
  assert.match(String(await section("theirs").locator("ins").allTextContents()), /たけしの文。/);
  assert.match(String(await section("mine").locator("ins").allTextContents()), /まどかの文。/);
  assert.match(await editor.locator("#mine-text").inputValue(), /まどかの文。/);

  await editor.locator("input[value=both]").check();
  await editor.getByRole("button", { name: ja("conflict.save"), exact: true }).click();
  await said(editor, "guide_merged");
  await awake(editor);
  assert.match(await bodyText(editor), /たけしの文。まどかの文。|たけしの文。\n+まどかの文。/);
  assert.equal((await revisionsOf(editor, guideId)).length, 3);
});

test("after a conflict the own text can be given up for the newest revision", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await openEditor(other, guideId);
  await typeAtEnd(other, "先の文。");
  await saveRevision(other);
  await typeAtEnd(editor, "後の文。");
  await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await editor.getByRole("heading", { name: ja("conflict.title") }).waitFor();
  editor.once("dialog", (dialog) => void dialog.accept());
  await editor.getByRole("button", { name: ja("conflict.take_theirs"), exact: true }).click();
  await said(editor, "guide_discarded");

  assert.match(await bodyText(editor), /先の文。/);
  assert.doesNotMatch(await bodyText(editor), /後の文。/);
});

test("two tabs of one person on one guide: what one saves, the other shows and goes on from", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  const second = await editor.context().newPage();
  await openEditor(second, guideId);
  await typeAtEnd(editor, "一つ目のタブ。");
  await untilSaved(editor);
  await untilSaved(second);
  assert.match(await bodyText(second), /一つ目のタブ。/);

  await typeAtEnd(second, "二つ目のタブ。");
  await eventually(async () => assert.match(await bodyText(editor), /一つ目のタブ。二つ目のタブ。/));
  const copy = await (await api(editor, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.match(copy.source, /一つ目のタブ。二つ目のタブ。/);
  await second.close();
});

test("two tabs typed into at once: the later save is told, and neither text is lost", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  const second = await editor.context().newPage();
  await openEditor(second, guideId);
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => { release = () => resolve(undefined); });
  await second.route("**/working-copy", async (route) => {
    await held;
    await route.continue();
  });
  const sent = second.waitForRequest("**/working-copy");
  await typeAtEnd(second, "二つ目のタブ。");
  await sent;
  await typeAtEnd(editor, "一つ目のタブ。");
  await untilSaved(editor);
  release();
  await state(second, "js.conflict");

  await second.getByRole("button", { name: ja("js.conflict_merge") }).click();
  await second.getByText(ja("windows.merged")).waitFor();
  await awake(second);
  assert.match(await bodyText(second), /一つ目のタブ。\n?二つ目のタブ。/);
  const copy = await (await api(editor, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.match(copy.source, /一つ目のタブ。\n?二つ目のタブ。/);
  await second.close();
});

test("a tab that is in trouble keeps its text apart from what another tab saves", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  const second = await editor.context().newPage();
  await openEditor(second, guideId);
  await second.route("**/working-copy", (route) => route.abort("internetdisconnected"));
  await typeAtEnd(second, "届かないタブ。");
  await state(second, "js.kept_here");
  await typeAtEnd(editor, "届くタブ。");
  await untilSaved(editor);
  await second.evaluate(() => { window.fetch = () => Promise.reject(new TypeError("no network")); });
  await second.close();

  await openEditor(editor, guideId);
  assert.match(await bodyText(editor), /届くタブ。/);
  await editor.getByRole("button", { name: ja("js.local_restore") }).click();
  assert.match(await bodyText(editor), /届かないタブ。/);
  await untilSaved(editor);
});

test("when the session ends in the middle, signing in where one is goes on saving", async () => {
  const guideId = await newGuide();
  const page = await world.stranger();
  await page.goto(`/admin/guides/${guideId}`);
  await world.signIn(page, "editor");
  await page.waitForURL(`**/admin/guides/${guideId}`);
  await awake(page);
  await api(page, "DELETE", "/session");
  await typeAtEnd(page, "期限のあとに書いた文。");

  const dialog = page.getByRole("dialog", { name: ja("editor.session_over") });
  await dialog.getByLabel(ja("field.email")).fill(emailOf("editor"));
  await dialog.getByLabel(ja("field.password")).fill("違うパスワードです");
  await dialog.getByRole("button", { name: ja("editor.session_over_send") }).click();
  await dialog.getByText(ja("js.sign_in_refused")).waitFor();
  await dialog.getByLabel(ja("field.password")).fill(PASSWORD);
  await dialog.getByRole("button", { name: ja("editor.session_over_send") }).click();
  await dialog.waitFor({ state: "hidden" });
  await untilSaved(page);
  const copy = await (await api(page, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.match(copy.source, /期限のあとに書いた文。/);
  await close(page);
});

test("somebody else who signs in in the same browser saves nothing of it", async () => {
  const guideId = await newGuide();
  const page = await world.stranger();
  await page.goto(`/admin/guides/${guideId}`);
  await world.signIn(page, "editor");
  await page.waitForURL(`**/admin/guides/${guideId}`);
  await awake(page);
  await api(page, "DELETE", "/session");
  await typeAtEnd(page, "編集者だけの文。");
  const dialog = page.getByRole("dialog", { name: ja("editor.session_over") });
  await dialog.getByLabel(ja("field.email")).fill(emailOf("other_editor"));
  await dialog.getByLabel(ja("field.password")).fill(PASSWORD);
  await dialog.getByRole("button", { name: ja("editor.session_over_send") }).click();
  await dialog.getByText(ja("js.sign_in_other")).waitFor();
  await dialog.getByRole("button", { name: ja("editor.session_over_retry") }).click();
  await dialog.waitFor();
  await api(page, "GET", `/guides/${guideId}/working-copy`, { expect: 404 });
  assert.match(await bodyText(page), /編集者だけの文。/);

  // The device offers the text to whose it is, and to nobody else, once its window is gone.
  const again = await page.context().newPage();
  await page.close();
  await openEditor(again, guideId);
  await again.locator("#editor[data-offered]").waitFor();
  assert.equal(await again.getByRole("button", { name: ja("js.local_restore") }).count(), 0);
  await api(again, "DELETE", "/session");
  await again.goto(`/admin/guides/${guideId}`);
  await world.signIn(again, "editor");
  await again.waitForURL(`**/admin/guides/${guideId}`);
  await again.getByRole("button", { name: ja("js.local_restore") }).click();
  assert.match(await bodyText(again), /編集者だけの文。/);
  await close(again);
});

test("when the session ends in the middle, the text stays, and goes on after signing in in another tab", async () => {
  const guideId = await newGuide();
  const page = await world.stranger();
  await page.goto(`/admin/guides/${guideId}`);
  await world.signIn(page, "editor");
  await page.waitForURL(`**/admin/guides/${guideId}`);
  await awake(page);
  await api(page, "DELETE", "/session");
  await typeAtEnd(page, "期限のあとに書いた文。");

  const dialog = page.getByRole("dialog", { name: ja("editor.session_over") });
  await dialog.waitFor();
  assert.match(await bodyText(page), /期限のあとに書いた文。/);
  const opened = page.context().waitForEvent("page");
  await dialog.getByRole("link").click();
  const tab = await opened;
  await world.signIn(tab, "editor");
  await tab.waitForURL("**/admin");
  await dialog.getByRole("button", { name: ja("editor.session_over_retry") }).click();
  await untilSaved(page);

  const copy = await (await api(page, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.match(copy.source, /期限のあとに書いた文。/);
  await close(page);
});

test("pressing save after the session ended keeps the text too", async () => {
  const guideId = await newGuide();
  const page = await world.stranger();
  await page.goto(`/admin/guides/${guideId}`);
  await world.signIn(page, "editor");
  await page.waitForURL(`**/admin/guides/${guideId}`);
  await awake(page);
  await api(page, "DELETE", "/session");
  await typeAtEnd(page, "保存を押した文。");
  await page.keyboard.press("Control+s");

  const dialog = page.getByRole("dialog", { name: ja("editor.session_over") });
  await dialog.getByLabel(ja("field.email")).fill(emailOf("editor"));
  await dialog.getByLabel(ja("field.password")).fill(PASSWORD);
  await dialog.getByRole("button", { name: ja("editor.session_over_send") }).click();
  await untilRevision(page, "revision_saved");
  assert.match((await latestSource(page, guideId)).toString(), /保存を押した文。/);
  await close(page);
});

test("with the database away the text stays on this device, and is kept when it is back", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  world.database.cut();
  try {
    await typeAtEnd(editor, "データベースのない間の文。");
    await state(editor, "js.offline");
    const answer = await editor.request.get(`${world.server.url}/admin/guides`);
    assert.equal(answer.status(), 503);
    assert.match(answer.headers()["retry-after"] ?? "", /^\d+$/);
  } finally {
    world.database.mend();
  }
  await untilSaved(editor);
  const copy = await (await api(editor, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.match(copy.source, /データベースのない間の文。/);
});

test("a revision saved while the database is away is saved once it is back", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await typeAtEnd(editor, "待つ文。");
  world.database.cut();
  try {
    await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
    await state(editor, "js.saves_later");
    await typeAtEnd(editor, "その間の文。");
  } finally {
    world.database.mend();
  }
  await untilRevision(editor, "revision_saved");
  assert.match((await latestSource(editor, guideId)).toString(), /待つ文。その間の文。/);
});

test("the server killed in the middle of typing loses nothing, and needs no repair", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await typeAtEnd(editor, "前の文。");
  await untilSaved(editor);
  await world.server.kill();
  await typeAtEnd(editor, "倒れている間の文。");
  await state(editor, "js.offline");
  await world.server.start();
  await untilSaved(editor);

  await editor.reload();
  assert.match(await bodyText(editor), /前の文。倒れている間の文。/);
});

test("a page closed while the server is down offers its text when it is opened again", async () => {
  const guideId = await newGuide();
  const context = editor.context();
  const page = await context.newPage();
  await openEditor(page, guideId);
  await world.server.kill();
  await typeAtEnd(page, "閉じたふたの下の文。");
  await state(page, "js.offline");
  await page.close();
  await world.server.start();

  const again = await context.newPage();
  await openEditor(again, guideId);
  await again.getByRole("button", { name: ja("js.local_restore") }).click();
  assert.match(await bodyText(again), /閉じたふたの下の文。/);
  await untilSaved(again);
  await again.close();
});

/**
 * Two windows of one guide, the first of which holds a text that it could not save.
 *
 * @param {string} guideId
 * @param {string} text
 */
async function twoWindows(guideId, text) {
  const context = editor.context();
  const page = await context.newPage();
  await page.route("**/working-copy", (route) => route.abort("connectionrefused"));
  await openEditor(page, guideId);
  await typeAtEnd(page, text);
  await state(page, "js.offline");
  const other = await context.newPage();
  await openEditor(other, guideId);
  await other.locator("#editor[data-offered]").waitFor();
  const restore = other.getByRole("button", { name: ja("js.local_restore") });
  assert.equal(await restore.count(), 0, "the text is on a screen still");
  return { page, other, restore };
}

test("a window that closes with text nobody else has leaves it to one that is open already", async () => {
  const guideId = await newGuide();
  const { page, other, restore } = await twoWindows(guideId, "もう一つの画面の文。");
  await world.server.kill();
  await page.close();
  await restore.waitFor();
  await world.server.start();
  await restore.click();
  assert.match(await bodyText(other), /もう一つの画面の文。/);
  await untilSaved(other);
  await other.close();
});

test("where the server has something newer by then, the other window is told to open it", async () => {
  const guideId = await newGuide();
  const { page, other, restore } = await twoWindows(guideId, "古くなる文。");
  const { latest } = await (await api(editor, "GET", `/guides/${guideId}`)).json();
  const newer = { base_revision_id: latest.revision_id, sequence: 50, source: `${guideFile("newer")}ほかの端末の文。` };
  await api(editor, "PUT", `/guides/${guideId}/working-copy`, { data: newer });
  await page.close();
  await other.getByText(ja("js.conflict_text")).waitFor();
  assert.equal(await restore.count(), 0);
  await other.getByRole("button", { name: ja("js.conflict_merge") }).click();
  await awake(other);
  await eventually(async () => assert.match(await bodyText(other), /ほかの端末の文。/));
  await restore.waitFor();
  await other.close();
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
