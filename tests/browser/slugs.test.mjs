/**
 * A guide gets another slug: its publisher is shown who names the old one, and an editor changes them.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake } from "./lib/desk.mjs";
import { api, createGuide, guideFile, latestSource, revisionsOf } from "./lib/guides.mjs";
import { assertWellMade } from "./lib/screens.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {Page} */
let all;
/** @type {Page} */
let editor;

before(async () => {
  const world = await openWorld({ people: ["editor", "everything"], seed: false });
  all = await world.as("everything");
  editor = await world.as("editor");
  await all.goto("/admin");
  await editor.goto("/admin");
});

const key = () => ({ "Idempotency-Key": crypto.randomUUID() });

/** Brings the newest text up to its approval. @param {string} guideId */
async function approve(guideId) {
  const [latest] = await revisionsOf(editor, guideId);
  const pinned = { revision_id: latest?.revision_id, content_hash: latest?.content_hash };
  await api(editor, "POST", `/guides/${guideId}/submit`, { data: { revision_id: pinned.revision_id, message: "" }, headers: key() });
  await api(all, "POST", `/guides/${guideId}/approve`, { data: { ...pinned, comment: "" }, headers: key() });
  return pinned;
}

/** @param {string} source */
async function publicGuide(source) {
  const guideId = await createGuide(editor, source);
  await api(all, "POST", `/guides/${guideId}/publish`, { data: await approve(guideId), headers: key() });
  return guideId;
}

test("a published rename shows who names the old slug, and they are changed and submitted at once", async () => {
  const beta = await publicGuide(guideFile("beta"));
  const alpha = await publicGuide(guideFile("alpha", { fields: { related_jobs: ["beta"] }, body: "# 案内 alpha\n\n[乙](guide:beta)を読む。\n" }));
  const [latest] = await revisionsOf(editor, beta);
  await api(editor, "POST", `/guides/${beta}/revisions`, {
    data: { source: guideFile("beta_two") },
    headers: { ...key(), "If-Match": `"${latest?.revision_id}"` },
  });
  await approve(beta);

  await all.goto(`/admin/guides/${beta}/publish`);
  await awake(all);
  await all.getByRole("button", { name: ja("publish.send"), exact: true }).click();
  await all.waitForURL("**/slugs");
  await all.getByText(ja("slugs.outdated", { count: 1 })).waitFor();
  await awake(all);
  await assertWellMade(all, "slugs after a rename");

  await editor.goto(`/admin/guides/${beta}/slugs`);
  await awake(editor);
  await editor.getByRole("button", { name: ja("slugs.repoint"), exact: true }).click();
  await editor.getByText(ja("flash.guides_repointed")).waitFor();
  assert.equal(await editor.getByText(ja("slugs.outdated", { count: 1 })).count(), 0);
  const source = (await latestSource(editor, alpha)).toString();
  assert.match(source, /"related_jobs": \[\s*"beta_two"\s*\]/);
  assert.match(source, /\[乙\]\(guide:beta_two\)を読む/);
  const guide = await (await api(editor, "GET", `/guides/${alpha}`)).json();
  assert.equal(guide.status, "in_review");
});
