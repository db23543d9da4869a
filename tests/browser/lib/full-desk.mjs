/**
 * A desk in full use: a guide in every state that a screen can show.
 */
import { join } from "node:path";

import { bodyText, openEditor, saveRevision, writeBody } from "./desk.mjs";
import { root } from "./environment.mjs";
import { api, createGuide, guideFile, guideIdOf, revisionsOf } from "./guides.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @typedef {{ id: (name: string) => string, path: (name: string) => string }} FullDesk */

/**
 * Writes the guides of a full desk into an empty installation.
 *
 * @param {import("./world.mjs").World} world
 * @param {Page} all - Of somebody who may do everything.
 * @param {Page} editor
 * @returns {Promise<FullDesk>}
 */
export async function fillDesk(world, all, editor) {
  /** @type {Record<string, string>} */
  const guides = {};
  const id = (/** @type {string} */ name) => {
    const found = guides[name];
    if (!found) throw new Error(`no guide is called ${name}`);
    return found;
  };
  await world.server.run("import", "--publish", join(root, "content"));
  await all.goto("/admin");
  await editor.goto("/admin");
  guides["public"] = await guideIdOf(all, "sre_engineer");

  for (const name of ["waiting", "sent_back", "approved", "superseded", "stale_review", "conflict", "merge", "broken"]) {
    const fields = name === "broken" ? { related_jobs: ["nowhere_to_be_found", "data_engineer"] } : {};
    const body = `# 案内 ${name}\n\n本文です。**太字（ふとじ）**です。\n\n| 列 | 値 |\n|---|---|\n| 一 | 二 |\n\n[参考](https://example.jp/) \`code\`\n\n- 一\n- 二\n`;
    guides[name] = await createGuide(editor, guideFile(name, { fields: { ...fields, tags: ["一", "二"] }, body }));
  }
  guides["own"] = await createGuide(all, guideFile("own"));
  guides["errors"] = await createGuide(editor, guideFile("errors", { fields: { category: "unknown", meta_description: "短い" }, body: "本文だけ。\n\n[悪い](javascript:alert(1))\n" }));
  guides["odd"] = await createGuide(editor, guideFile("odd", { fields: { keywords: { not: "a list" }, own_key: { a: [1, 2] } } }));
  guides["raw"] = await createGuide(editor, guideFile("raw"));
  guides["too_deep"] = await createGuide(editor, guideFile("too_deep", { body: `# 深い\n\n${">".repeat(80)} 深い\n` }));
  guides["archived"] = await createGuide(all, guideFile("put_away"));

  for (const name of ["waiting", "sent_back", "approved", "superseded", "stale_review", "own"]) await submit(name === "own" ? all : editor, id(name));
  await judge(all, id("sent_back"), "request-changes", "根拠を足してください。");
  await judge(all, id("approved"), "approve", "よいと思います。");
  await judge(all, id("superseded"), "request-changes", "題名を直してください。");
  await edit(editor, id("superseded"), "一つ直しました。");
  await submit(editor, id("superseded"));
  await edit(editor, id("stale_review"), "あとから足した文。");
  await api(all, "POST", `/guides/${id("archived")}/archive`, { data: {}, headers: key() });
  return { id, path: (name) => `/admin/guides/${id(name)}` };
}

/** A header that names one request. */
const key = () => ({ "Idempotency-Key": crypto.randomUUID() });

/**
 * Saves one more sentence.
 *
 * @param {Page} page
 * @param {string} guideId
 * @param {string} sentence
 */
export async function edit(page, guideId, sentence) {
  await openEditor(page, guideId);
  await writeBody(page, `${await bodyText(page)}\n${sentence}\n`);
  await saveRevision(page);
}

/**
 * @param {Page} page
 * @param {string} guideId
 */
async function submit(page, guideId) {
  const [latest] = await revisionsOf(page, guideId);
  await api(page, "POST", `/guides/${guideId}/submit`, {
    data: { revision_id: latest?.revision_id, message: "お願いします。" },
    headers: key(),
  });
}

/**
 * @param {Page} page
 * @param {string} guideId
 * @param {"approve" | "request-changes"} verdict
 * @param {string} comment
 */
async function judge(page, guideId, verdict, comment) {
  const [latest] = await revisionsOf(page, guideId);
  await api(page, "POST", `/guides/${guideId}/${verdict}`, {
    data: { revision_id: latest?.revision_id, content_hash: latest?.content_hash, comment },
    headers: key(),
  });
}
