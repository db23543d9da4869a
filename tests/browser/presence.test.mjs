/**
 * Two people in one guide know of each other, and nobody waits for anybody.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { openEditor, saveRevision, typeAtEnd, untilSaved } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { api, createGuide, guideFile } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { close, openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;

before(async () => {
  world = await openWorld({ people: ["editor", "other_editor", "reviewer"], seed: false });
  editor = await world.as("editor");
  await editor.goto("/admin");
});

let guides = 0;

async function newGuide() {
  guides += 1;
  return createGuide(editor, guideFile(`presence_${guides}`));
}

/** @param {Page} page @param {import("./lib/world.mjs").PersonName} name @param {"editing" | "viewing"} doing */
const here = (page, name, doing) =>
  page.locator("#presence li").filter({ hasText: ja(`js.presence_${doing}`, { name: world.nameOf(name) }) });

test("two browsers in a guide see each other, who types is shown, and one that closes disappears", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  const other = await world.as("other_editor");
  await openEditor(other, guideId);
  await here(editor, "other_editor", "viewing").waitFor();
  await here(other, "editor", "viewing").waitFor();
  assert.equal(await editor.locator("#presence [role=status]").last().textContent(), ja("js.presence_here", { name: world.nameOf("other_editor") }));

  await typeAtEnd(other, "たけしが書く。");
  await here(editor, "other_editor", "editing").waitFor();
  await close(other);
  await eventually(async () => assert.equal(await editor.locator("#presence li").count(), 0));
});

test("somebody who may only read is seen as well, and another guide's people are not", async () => {
  const [guideId, another] = [await newGuide(), await newGuide()];
  await openEditor(editor, guideId);
  const elsewhere = await world.as("other_editor");
  await openEditor(elsewhere, another);
  const reviewer = await world.as("reviewer");
  await openEditor(reviewer, guideId);
  await here(editor, "reviewer", "viewing").waitFor();
  assert.equal(await editor.locator("#presence li").count(), 1);
  await close(reviewer);
  await close(elsewhere);
});

test("a revision that somebody else saves is said calmly, and the own text goes on", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  await typeAtEnd(editor, "まどかの文。");
  await untilSaved(editor);
  const other = await world.as("other_editor");
  await openEditor(other, guideId);
  await typeAtEnd(other, "たけしの文。");
  await saveRevision(other);
  const notice = editor.getByText(ja("js.presence_saved", { name: world.nameOf("other_editor"), number: 2 }));
  await notice.waitFor();
  const opened = editor.context().waitForEvent("page");
  await editor.getByRole("link", { name: ja("js.presence_compare") }).click();
  const changes = await opened;
  await changes.getByText("たけしの文。").first().waitFor();
  await changes.close();
  await close(other);
});

test("when the session is over nothing more is told, and nothing is complained about", async () => {
  const guideId = await newGuide();
  const page = await world.stranger();
  await page.goto(`/admin/guides/${guideId}`);
  await world.signIn(page, "reviewer");
  await page.waitForURL(`**/admin/guides/${guideId}`);
  await openEditor(editor, guideId);
  await here(editor, "reviewer", "viewing").waitFor();
  await api(page, "DELETE", "/session");
  await eventually(async () => assert.equal(await editor.locator("#presence li").count(), 0), 40_000);
  await close(page);
});

test("after the server was killed people find each other again", async () => {
  const guideId = await newGuide();
  await openEditor(editor, guideId);
  const other = await world.as("other_editor");
  await openEditor(other, guideId);
  await here(editor, "other_editor", "viewing").waitFor();
  await world.server.kill();
  await eventually(async () => assert.equal(await editor.locator("#presence li").count(), 0));
  await world.server.start();
  await eventually(() => here(editor, "other_editor", "viewing").waitFor({ timeout: 1000 }), 60_000);
  await close(other);
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
