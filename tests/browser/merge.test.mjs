/**
 * Two people in one guide: what both wrote stays, and where both changed the same they choose.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { openEditor, said, saveRevision, untilSaved, writeBody } from "./lib/desk.mjs";
import { api, createGuide, guideFile, latestSource, revisionsOf } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;
/** @type {Page} */
let other;

const HEAD = "# 案内\n\n## 節\n\n";
const BODY = `${HEAD}一つ目の文。二つ目の文。三つ目の文。\n\n次の段落。\n`;

before(async () => {
  world = await openWorld({ people: ["editor", "other_editor"], seed: false });
  editor = await world.as("editor");
  other = await world.as("other_editor");
  await editor.goto("/admin");
  await other.goto("/admin");
});

let guides = 0;

/** A guide that both have open. */
async function openByBoth() {
  guides += 1;
  const file = guideFile(`merge_${guides}`, { title: "案内", body: BODY, fields: { tags: ["一", "二"] } });
  const guideId = await createGuide(editor, file);
  await openEditor(editor, guideId);
  await openEditor(other, guideId);
  return guideId;
}

const save = () => editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
const saveMerge = () => editor.getByRole("button", { name: ja("conflict.save"), exact: true }).click();
const places = () => editor.locator("[data-conflict]");

/**
 * The other person changes the second sentence and saves; then the editor, in their own way.
 *
 * @param {string} mine
 * @param {string} theirs
 */
async function collide(mine, theirs) {
  const guideId = await openByBoth();
  await writeBody(other, BODY.replace("二つ目の文。", theirs));
  await saveRevision(other);
  await writeBody(editor, BODY.replace("二つ目の文。", mine));
  await save();
  await places().first().waitFor();
  return guideId;
}

/** @param {string} guideId */
const body = async (guideId) => (await latestSource(editor, guideId)).toString().split("\n---\n")[1];

test("different sentences of one paragraph are both kept, with one click", async () => {
  const guideId = await openByBoth();
  await writeBody(other, BODY.replace("三つ目の文。", "たけしの文。"));
  await saveRevision(other);
  await writeBody(editor, BODY.replace("一つ目の文。", "まどかの文。"));
  await save();

  await editor.getByText(ja("conflict.clean")).waitFor();
  assert.equal(await places().count(), 0);
  assert.match(String(await editor.locator("section[aria-labelledby=merged]").textContent()), /まどか/);
  await saveMerge();
  await said(editor, "guide_merged");
  assert.equal(await body(guideId), BODY.replace("一つ目の文。", "まどかの文。").replace("三つ目の文。", "たけしの文。"));
});

test("tags that two people added are both there", async () => {
  const guideId = await openByBoth();
  const [latest] = await revisionsOf(editor, guideId);
  const source = (await latestSource(editor, guideId)).toString();
  const tagged = (/** @type {string} */ tag) => source.replace('"二"', `"二",\n    "${tag}"`);
  await api(other, "POST", `/guides/${guideId}/revisions`, {
    data: { source: tagged("たけし") },
    headers: { "If-Match": `"${latest?.revision_id}"`, "Idempotency-Key": crypto.randomUUID() },
  });
  await api(editor, "PUT", `/guides/${guideId}/working-copy`, {
    data: { base_revision_id: latest?.revision_id, sequence: 1, source: tagged("まどか") },
  });
  await editor.goto(`/admin/guides/${guideId}/conflict`);
  await editor.getByText(ja("conflict.clean")).waitFor();
  await saveMerge();
  await said(editor, "guide_merged");
  const fields = JSON.parse((await latestSource(editor, guideId)).toString().split("---json\n")[1]?.split("\n---")[0] ?? "");
  assert.deepEqual([...fields.tags].sort(), ["たけし", "まどか", "一", "二"].sort());
});

test("the same sentence is shown in its place with both sides, and nothing is chosen for anybody", async () => {
  const guideId = await collide("まどかの文。", "たけしの文。");
  assert.equal(await places().count(), 1);
  const place = places().first();
  const text = await place.textContent();
  for (const words of ["案内 › 節", "一つ目の文。", "まどかの文。", "三つ目の文。", world.nameOf("editor"), world.nameOf("other_editor")]) {
    assert.ok(text?.includes(words), `${words} is not in ${text}`);
  }
  assert.equal(await place.locator(":checked").count(), 0);
  await saveMerge();
  assert.equal(await places().count(), 1, "it is not saved before everything is chosen");
  assert.equal((await revisionsOf(editor, guideId)).length, 2);

  await place.locator("input[value=theirs]").check();
  await editor.getByText(ja("js.conflict_done")).waitFor();
  await saveMerge();
  await said(editor, "guide_unchanged"); // what is left is what the other person saved
  assert.equal(await body(guideId), BODY.replace("二つ目の文。", "たけしの文。"));
});

test("changes of different words in one sentence can be combined, and nobody is made to", async () => {
  const guideId = await collide("二番目の文。", "二つ目の文章。");
  const place = places().first();
  await place.getByText(ja("conflict.take_combined", { text: "二番目の文章。" })).waitFor();
  assert.equal(await place.locator(":checked").count(), 0);
  assert.equal(await place.locator("textarea").inputValue(), "二番目の文章。");
  await place.focus();
  await editor.keyboard.press("5");
  await editor.getByText(ja("js.conflict_done")).waitFor();
  await saveMerge();
  await said(editor, "guide_merged");
  assert.equal(await body(guideId), BODY.replace("二つ目の文。", "二番目の文章。"));
});

test("both can stay, the merge has two parents, and the history says so", async () => {
  const guideId = await collide("まどかの文。", "たけしの文。");
  await places().first().locator("input[value=both]").check();
  await saveMerge();
  await said(editor, "guide_merged");
  assert.equal(await body(guideId), BODY.replace("二つ目の文。", "たけしの文。まどかの文。"));

  const [merged, theirs, first] = await revisionsOf(editor, guideId);
  const revision = await (await api(editor, "GET", `/guides/${guideId}/revisions/${merged?.revision_id}`)).json();
  assert.equal(revision.parent_revision_id, theirs?.revision_id);
  assert.equal(revision.merge_parent_revision_id, first?.revision_id);
  await editor.goto(`/admin/guides/${guideId}/history`);
  await editor.getByText(ja("revision.merge")).first().waitFor();
});

test("everything can be chosen by keys, but not in the middle of a composition", async () => {
  const guideId = await collide("まどかの文。", "たけしの文。");
  await editor.locator("[data-focus]").focus();
  await editor.keyboard.press("j");
  const place = places().first();
  assert.ok(await place.evaluate((element) => element === document.activeElement));
  await place.evaluate((element) => {
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "1", keyCode: 229, bubbles: true }));
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "1", isComposing: true, bubbles: true }));
  });
  assert.equal(await place.locator(":checked").count(), 0);
  await editor.keyboard.press("1");
  assert.ok(await place.locator("input[value=mine]").isChecked());
  await editor.keyboard.press("4");
  assert.ok(await place.locator("input[value=own]").isChecked());
  await editor.keyboard.press("Control+a");
  await editor.keyboard.insertText("1つの別の文。");
  await saveMerge();
  await said(editor, "guide_merged");
  assert.equal(await body(guideId), BODY.replace("二つ目の文。", "1つの別の文。"));
});

test("leaving a conflict asks first, and the text stays", async () => {
  const guideId = await collide("まどかの文。", "たけしの文。");
  await places().first().locator("input[value=both]").check();
  const asked = editor.waitForEvent("dialog");
  const left = editor.goto("/admin/guides").catch(() => undefined);
  const dialog = await asked;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.accept();
  await left;
  await openEditor(editor, guideId);
  await editor.getByText(ja("editor.compare")).click();
  await places().first().waitFor();
});

test("who saves in between is merged with what was chosen already", async () => {
  const guideId = await collide("まどかの文。", "たけしの文。");
  await writeBody(other, BODY.replace("二つ目の文。", "たけしの文。").replace("次の段落。", "次の段落も。"));
  await saveRevision(other);
  await places().first().locator("input[value=both]").check();
  await saveMerge();
  await editor.getByText(ja("conflict.clean")).waitFor();
  await saveMerge();
  await said(editor, "guide_merged");
  const expected = BODY.replace("二つ目の文。", "たけしの文。まどかの文。").replace("次の段落。", "次の段落も。");
  assert.equal(await body(guideId), expected);
});

test("without scripts everything can be chosen too", async () => {
  const guideId = await openByBoth();
  await writeBody(other, BODY.replace("二つ目の文。", "たけしの文。"));
  await saveRevision(other);
  await writeBody(editor, BODY.replace("二つ目の文。", "まどかの文。"));
  await untilSaved(editor);
  const plain = await world.as("editor", { javaScriptEnabled: false });
  await plain.goto(`/admin/guides/${guideId}/conflict`);
  const send = plain.getByRole("button", { name: ja("conflict.save"), exact: true });
  await plain.locator("input[value=own]").check();
  await plain.locator("textarea[name='own.0']").fill("二人の文。");
  await send.click();
  await said(plain, "guide_merged");
  assert.equal(await body(guideId), BODY.replace("二つ目の文。", "二人の文。"));
  await plain.context().close();
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
