/**
 * The checks: they follow what is typed, lead to their places, and mend what they can.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";

import { bodyText, openEditor, said, untilSaved, writeBody } from "./lib/desk.mjs";
import { root } from "./lib/environment.mjs";
import { eventually } from "./lib/eventually.mjs";
import { api, createGuide, guideFile, revisionsOf } from "./lib/guides.mjs";
import { assertWellMade } from "./lib/screens.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** Somebody who may do everything. @type {Page} */
let all;

before(async () => {
  world = await openWorld({ people: ["everything"], seed: false });
  all = await world.as("everything");
  await all.goto("/admin");
});

let guides = 0;

/**
 * A new guide, open in the editor with its checks.
 *
 * @param {{ body?: string, fields?: Record<string, unknown> }} [parts]
 */
async function openChecks(parts = {}) {
  guides += 1;
  const slug = `checked_${guides}`;
  const body = `# 案内 ${slug}\n\n${parts.body ?? "本文です。"}\n`;
  const guideId = await createGuide(all, guideFile(slug, { ...parts, body }));
  await openEditor(all, guideId);
  await all.getByRole("tab").filter({ hasText: ja("editor.checks") }).click();
  return { guideId, slug, body };
}

/** @param {string} code */
const finding = (code) => all.locator(`[data-checks] [data-code="${code}"]`);

/** @param {string} code */
const fix = (code) => finding(code).getByRole("button");

test("what is typed wrong is told where it stands, and the count follows", async () => {
  const { body } = await openChecks();
  await all.locator("[data-checks] .empty").waitFor();
  await writeBody(all, `${body}\n👨‍👩‍👧とGithubです。\n`);
  await finding("spelling_dictionary").waitFor();
  assert.match(String(await finding("spelling_dictionary").textContent()), new RegExp(ja("check.spelling_dictionary", { found: "Github", expected: "GitHub" })));
  assert.equal(await all.locator("[data-check-count]").textContent(), "1");
  await finding("spelling_dictionary").getByRole("link").click();
  await eventually(async () => {
    assert.equal(await all.evaluate(() => window.getSelection()?.toString()), "Github");
  });
});

test("one click mends the place and no other byte; undo brings it back", async () => {
  const { guideId, body } = await openChecks({ body: "前～です。\n\n* 出来る\t**サーバ**  \n* ｶﾅ&amp;\n\n後。" });
  await fix("spelling_dictionary").first().waitFor();
  const before = await bodyText(all);
  assert.equal(before, body);
  // Nobody looked at enough places of the other rules: they are told, and mend nothing.
  assert.equal(await finding("character_wave_dash").getByRole("button").count(), 0);
  await fix("spelling_dictionary").click();
  const after = before.replace("サーバ", "サーバー");
  await eventually(async () => assert.equal(await bodyText(all), after));
  await all.locator("[data-checks-status]").filter({ hasText: ja("js.fixed") }).waitFor({ state: "attached" });
  await all.keyboard.press("Control+z");
  await eventually(async () => assert.equal(await bodyText(all), before));
  await all.keyboard.press("Control+Shift+z");
  await eventually(async () => assert.equal(await bodyText(all), after));
  await untilSaved(all);
  const copy = await (await api(all, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.ok(copy.source.endsWith(after));
});

test("a fix of many places is one click", async () => {
  await openChecks({ body: "### 1️⃣ 章\n\n### 1. 小\n\n### 2. 小\n" });
  await fix("heading_not_nested").click();
  await eventually(async () => assert.match(await bodyText(all), /### 1️⃣ 章\n\n#### 1\. 小\n\n#### 2\. 小\n/u));
  await finding("heading_not_nested").waitFor({ state: "detached" });
});

test("a fix of the settings sets the field, and nothing else of the front matter changes", async () => {
  const { guideId } = await openChecks({ body: "本文です。SREとサーバー。", fields: { tags: ["SRE", "サーバ"], own: { a: [1.0] } } });
  const [latest] = await revisionsOf(all, guideId);
  const before = await (await api(all, "GET", `/guides/${guideId}/revisions/${latest?.revision_id}`)).json();
  await fix("spelling_dictionary").click();
  await finding("spelling_dictionary").waitFor({ state: "detached" });
  await untilSaved(all);
  const copy = await (await api(all, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.equal(copy.source, before.source.replace('"サーバ"', '"サーバー"'));
});

test("a fix for a text that changed meanwhile does nothing", async () => {
  const { body } = await openChecks({ body: "サーバです。" });
  await fix("spelling_dictionary").waitFor();
  // The checks come too late for this change, however fast they are.
  await all.route("**/checks", (route) => route.abort());
  const longer = body.replace("サーバ", "長い前置きのサーバ");
  await writeBody(all, longer);
  await fix("spelling_dictionary").click();
  await all.locator("[data-checks-status]").filter({ hasText: ja("js.fix_outdated") }).waitFor({ state: "attached" });
  assert.equal(await bodyText(all), longer);
  await all.unroute("**/checks");
});

test("the form tells its marks by offsets of the body", async () => {
  const { body } = await openChecks();
  const told = all.evaluate(() => new Promise((resolve) => {
    document.querySelector("[data-editor]")?.addEventListener("annai:findings", (event) => {
      if (event instanceof CustomEvent && event.detail.length > 0) resolve(event.detail);
    });
  }));
  const text = `${body}\n👨‍👩‍👧\n一～二\n`;
  await writeBody(all, text);
  const from = text.indexOf("～");
  const message = ja("check.character_wave_dash", { found: "～", expected: "〜" });
  assert.deepEqual(await told, [{ level: "warn", code: "character_wave_dash", message, from, to: from + 1 }]);
});

test("other guides are known: who is not there, who is not public, and who became public since", async () => {
  await openChecks({ fields: { related_jobs: ["sre_engineer", "checked_1"] } });
  await finding("related_not_public").filter({ hasText: "checked_1" }).waitFor();
  await finding("related_unknown").filter({ hasText: "sre_engineer" }).waitFor();
  await world.server.run("import", "--publish", join(root, "content"));
  await all.reload();
  await finding("related_not_mutual").filter({ hasText: "sre_engineer" }).waitFor({ state: "attached" });
  assert.equal(await finding("related_unknown").count(), 0);
});

test("links that lead nowhere are told, and a renamed guide is mended", async () => {
  const old = guideFile("linked_old");
  const renamed = await createGuide(all, old);
  const publish = async () => {
    await all.goto(`/admin/guides/${renamed}/break-glass`);
    await all.getByLabel(ja("break_glass.reason"), { exact: true }).fill("読者に見せる公開です。試験用。");
    await all.getByRole("button", { name: ja("break_glass.send"), exact: true }).click();
    await said(all, "guide_published");
  };
  await publish();
  const [revision] = await revisionsOf(all, renamed);
  await api(all, "POST", `/guides/${renamed}/revisions`, {
    data: { source: old.replace('"linked_old"', '"linked_new"') },
    headers: { "If-Match": `"${revision?.revision_id}"`, "Idempotency-Key": crypto.randomUUID() },
  });
  await publish();
  const { body } = await openChecks({ body: "[一](guide:linked_old#案内-linked_old) [二](guide:nobody_here) [三](guide:checked_1) [四](#無い) [五]() [六](guide:linked_new#無い)" });
  for (const code of ["link_guide_moved", "link_guide_unknown", "link_guide_not_public", "link_empty"]) await finding(code).waitFor();
  assert.equal(await finding("link_anchor_missing").count(), 2);
  await fix("link_guide_moved").click();
  await eventually(async () => assert.equal(await bodyText(all), body.replace("guide:linked_old", "guide:linked_new")));
  await finding("link_guide_moved").waitFor({ state: "detached" });
});

test("an error stands against publishing, a warning is shown, a hint is not", async () => {
  const { guideId } = await openChecks({ body: "[悪い](javascript:alert(1)) Githubです。", fields: { tags: ["無い言葉"] } });
  await finding("tag_unused").waitFor();
  await all.goto(`/admin/guides/${guideId}/break-glass`);
  await all.locator('[data-code="address_unsafe"]').waitFor();
  await all.locator('[data-code="spelling_dictionary"]').waitFor();
  assert.equal(await all.locator('[data-code="tag_unused"]').count(), 0);
  assert.equal(await all.locator("form[action$='/break-glass']").count(), 0);
  await all.getByRole("alert").filter({ hasText: ja("publish.blocked", { count: 1 }) }).waitFor();
});

test("findings of every level with their fixes: accessible, in our words and within their width", { timeout: 60_000 }, async () => {
  await openChecks({ body: "[悪い](javascript:alert(1)) サーバと～。", fields: { tags: ["無い言葉", "Ｗｅｂ"] } });
  await fix("spelling_dictionary").first().waitFor();
  await assertWellMade(all, "checks with fixes");
});
