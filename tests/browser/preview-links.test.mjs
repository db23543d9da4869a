/**
 * A preview link: made by an editor, opened by somebody without an account, ended again.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, openEditor, said, saveRevision, writeBody } from "./lib/desk.mjs";
import { createGuide, guideFile } from "./lib/guides.mjs";
import { assertWellMade } from "./lib/screens.mjs";
import { ja } from "./lib/words.mjs";
import { close, openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;
/** @type {string} */
let guideId;

before(async () => {
  world = await openWorld({ people: ["editor"], seed: false });
  editor = await world.as("editor");
  await editor.goto("/admin");
  guideId = await createGuide(editor, guideFile("linked", { body: "# 案内 linked\n\n最初の本文。\n" }));
});

/** Makes a link on the guide's page; gives its address. @param {string} shows - A label of the first field. */
async function makeLink(shows) {
  await editor.goto(`/admin/guides/${guideId}`);
  await awake(editor);
  await editor.getByRole("link", { name: ja("preview_links.title"), exact: true }).click();
  await editor.waitForURL("**/preview-links");
  await awake(editor);
  await editor.getByLabel(ja("preview_links.shows")).selectOption({ label: shows });
  await editor.getByRole("button", { name: ja("preview_links.create"), exact: true }).click();
  const address = editor.getByLabel(ja("preview_links.address"));
  await address.waitFor();
  return address.inputValue();
}

/**
 * Judges the page behind a link. Its policy lets no script run, not even the judge's, so that it is
 * opened once more without.
 *
 * @param {Page} page
 * @param {string} name
 */
async function assertSharedWellMade(page, name) {
  const address = page.url();
  await page.route(address, async (route) => {
    const response = await route.fetch();
    const { "content-security-policy": policy, ...headers } = response.headers();
    assert.match(policy ?? "", /sandbox allow-same-origin$/);
    await route.fulfill({ response, headers });
  });
  await page.reload();
  await assertWellMade(page, name);
  await page.unroute(address);
}

test("without links the page says so, well made", async () => {
  await editor.goto(`/admin/guides/${guideId}/preview-links`);
  await awake(editor);
  await editor.getByText(ja("preview_links.none")).waitFor();
  await assertWellMade(editor, "preview links, none");
});

test("a link that follows the draft shows each saved text to somebody without an account", async () => {
  const address = await makeLink(ja("preview_links.draft"));
  assert.match(address, /\/preview\/annai_l_[0-9A-Za-z]{49}$/);
  await assertWellMade(editor, "preview links, one just made");

  const guest = await world.stranger();
  await guest.goto(address);
  await guest.getByText("最初の本文。").waitFor();
  await guest.getByText(ja("shared.draft", { number: 1 })).waitFor();
  await assertSharedWellMade(guest, "the page behind a preview link");

  await openEditor(editor, guideId);
  await writeBody(editor, "# 案内 linked\n\n二番目の本文。\n");
  await saveRevision(editor);
  await guest.reload();
  await guest.getByText("二番目の本文。").waitFor();
  await close(guest);
});

test("a pinned link stays with its revision until it is revoked, then says nothing of it", async () => {
  const address = await makeLink(ja("guide.revision", { number: 1 }));
  const guest = await world.stranger();
  await guest.goto(address);
  await guest.getByText("最初の本文。").waitFor();

  editor.once("dialog", (dialog) => void dialog.accept());
  const row = editor.getByRole("row").filter({ hasText: ja("guide.revision", { number: 1 }) });
  await row.getByRole("button").click();
  await said(editor, "preview_link_revoked");
  await assertWellMade(editor, "preview links, one revoked");

  const dead = await guest.reload();
  assert.equal(dead?.status(), 404);
  await guest.getByRole("heading", { name: ja("shared.dead") }).waitFor();
  assert.equal(await guest.getByText("本文").count(), 0);
  await assertSharedWellMade(guest, "a preview link that does not open");
  world.watch.assertQuiet();
  await close(guest);
});
