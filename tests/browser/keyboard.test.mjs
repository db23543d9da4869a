/**
 * Without a mouse, and without scripts.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, exactly, menu, openEditor, said, submitButton, writeBody } from "./lib/desk.mjs";
import { createGuide, guideFile, guideIdOf, latestSource } from "./lib/guides.mjs";
import { assertUsableByKeyboard } from "./lib/keyboard.mjs";
import { ja } from "./lib/words.mjs";
import { close, openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let page;
/** @type {string} */
let seeded;
/** @type {string} */
let waiting;

before(async () => {
  world = await openWorld({ people: ["editor", "everything"] });
  const editor = await world.as("editor");
  await editor.goto("/admin");
  waiting = await createGuide(editor, guideFile("waiting", { body: "# 案内 waiting\n\n[内部](/x) と [外部](https://example.jp)。\n" }));
  await openEditor(editor, waiting);
  await submitButton(editor).click();
  await said(editor, "guide_submitted");
  await close(editor);
  page = await world.as("everything");
  await page.goto("/admin");
  seeded = await guideIdOf(page, "sre_engineer");
});

/** @type {[name: string, path: () => string][]} */
const SCREENS = [
  ["home", () => "/admin"],
  ["guides", () => "/admin/guides"],
  ["a new guide", () => "/admin/guides/new"],
  ["the editor", () => `/admin/guides/${seeded}`],
  ["the history", () => `/admin/guides/${seeded}/history`],
  ["the reviews", () => "/admin/reviews"],
  ["a review", () => `/admin/guides/${waiting}/review`],
  ["break-glass", () => `/admin/guides/${waiting}/break-glass`],
  ["taking down", () => `/admin/guides/${seeded}/unpublish`],
  ["rolling back", () => `/admin/guides/${seeded}/rollback`],
  ["users", () => "/admin/users"],
  ["API keys", () => "/admin/keys"],
  ["webhooks", () => "/admin/webhooks"],
  ["the audit log", () => "/admin/audit"],
  ["the account", () => "/admin/account"],
];

test("the check itself notices what cannot be reached, and a focus that cannot be seen", async () => {
  await page.goto("/admin");
  await awake(page);
  await page.locator("main").evaluate((main) => {
    const trap = document.createElement("button");
    trap.textContent = "罠";
    trap.addEventListener("focus", () => trap.blur());
    const plain = document.createElement("button");
    plain.textContent = "無印";
    plain.id = "plain";
    for (const [name, value] of [["outline", "none"], ["box-shadow", "none"]]) plain.style.setProperty(name ?? "", value ?? "", "important");
    main.prepend(plain, trap);
  });
  await assert.rejects(assertUsableByKeyboard(page, "a trap"), (error) => {
    assert.ok(error instanceof assert.AssertionError);
    assert.match(JSON.stringify(error.actual), /罠.*plain/);
    return true;
  });
});

for (const [name, path] of SCREENS) {
  test(`${name}: Tab reaches everything, and the focus can be seen`, async () => {
    await page.goto(path());
    await awake(page);
    await assertUsableByKeyboard(page, name);
  });
}

test("the sign-in page: Tab reaches everything, and the focus can be seen", async () => {
  const stranger = await world.stranger();
  await stranger.goto("/admin/sign-in");
  await awake(stranger);
  await assertUsableByKeyboard(stranger, "sign-in");
  await close(stranger);
});

test("the first Tab of a page leads past the navigation", async () => {
  await page.goto("/admin/guides");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
});

test("a guide is found, edited and submitted with the keyboard alone", async () => {
  await page.goto("/admin/guides");
  await awake(page);
  await page.locator("#q").focus();
  await page.keyboard.type("sre_engineer");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/admin/guides?q=sre_engineer");
  await tabTo('th a[href^="/admin/guides/"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/admin/guides/${seeded}`);
  await awake(page);

  await tabTo(".rich .cm-content");
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n鍵盤だけで書いた文。\n");
  await tabTo('.desk-actions [value="submit"]');
  await page.keyboard.press("Enter");
  await said(page, "guide_submitted");
  assert.match((await latestSource(page, seeded)).toString(), /鍵盤だけで書いた文。/);
});

test("the tabs beside the text answer to the arrow keys, and Escape closes the menu", async () => {
  await openEditor(page, seeded);
  await page.getByRole("tab", { selected: true }).focus();
  await page.keyboard.press("ArrowRight");
  const chosen = page.getByRole("tab", { selected: true });
  assert.match((await chosen.textContent()) ?? "", exactly(ja("editor.preview")));
  assert.equal(await page.getByRole("tabpanel", { name: ja("editor.preview") }).isVisible(), true);

  await menu(page).focus();
  await page.keyboard.press("Enter");
  await page.locator(".desk-actions .menu-list").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".desk-actions .menu-list").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement?.localName), "summary");
});

test("what is wrong with a form is announced, and named in a list that leads to the field", async () => {
  const stranger = await world.stranger();
  await stranger.goto((await world.server.run("user", "create", "short@example.jp", "--name", "短い", "--roles", "author")).trim());
  await stranger.locator("#password").fill("short");
  await stranger.locator("main form button.primary").click();
  const summary = stranger.getByRole("alert");
  await summary.waitFor();
  assert.equal(await summary.evaluate((element) => element === document.activeElement), true);
  await summary.getByRole("link").first().click();
  const field = stranger.locator("#password");
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  const described = (await field.getAttribute("aria-describedby")) ?? "";
  assert.match(described, /password-error/);
  await close(stranger);
});

test("without scripts one signs in, writes, edits, saves and submits", async () => {
  const plain = await world.stranger({ javaScriptEnabled: false });
  await plain.goto("/admin/guides/new");
  await world.signIn(plain, "editor");
  await plain.waitForURL("**/admin/guides/new");
  await plain.getByLabel(ja("new.title")).fill("Script Free Writing");
  await plain.getByRole("button", { name: ja("new.send"), exact: true }).click();
  await said(plain, "guide_created");

  assert.equal(await plain.locator("#field-slug").inputValue(), "script_free_writing");
  await writeBody(plain, "# Script Free Writing\n\nスクリプトなしの文。\n");
  await plain.locator("#field-category").selectOption("design");
  await plain.locator("#field-meta_description").fill("スクリプトなしで書いた説明。");
  await plain.locator("#field-keywords").fill("一つ目\n二つ目");
  await plain.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await said(plain, "guide_saved");
  const preview = plain.frameLocator("#preview iframe");
  await preview.getByText("スクリプトなしの文。").waitFor();

  await plain.locator("#field-keywords").fill("一つ目\n二つ目\n三つ目");
  await submitButton(plain).click();
  await said(plain, "guide_submitted");
  const source = (await latestSource(plain, await guideIdOf(plain, "script_free_writing"))).toString();
  assert.match(source, /"keywords": \[\s*"一つ目",\s*"二つ目",\s*"三つ目"\s*\]/);
  assert.match(source, /スクリプトなしの文。/);
  await close(plain);
});

/**
 * Presses Tab until something matches.
 *
 * @param {string} selector
 */
async function tabTo(selector) {
  for (let step = 0; step < 200; step += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${selector}`);
}

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
