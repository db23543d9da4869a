/**
 * The whole path of a guide, from the form to the site, with schemas that share no key with ours.
 */
import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { awake, choice, menu, said, saveRevision } from "./lib/desk.mjs";
import { root } from "./lib/environment.mjs";
import { latestSource } from "./lib/guides.mjs";
import { readAsSite } from "./lib/site.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";
import { writeAt } from "./lib/writing.mjs";

/** @type {string[]} */
const folders = [];

after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/**
 * A server whose guides have the fields of a schema among the fixtures.
 *
 * @param {string} fixture
 */
async function open(fixture) {
  const folder = await mkdtemp(join(tmpdir(), "annai-content-"));
  folders.push(folder);
  await cp(join(root, "tests/fixtures", fixture), join(folder, "schema.json"));
  const world = await openWorld({ people: ["everything"], seed: false, settings: { ANNAI_CONTENT_DIR: folder } });
  return { world, page: await world.as("everything") };
}

/**
 * Begins a guide in its form; gives its id.
 *
 * @param {import("./lib/world.mjs").Page} page
 * @param {{ title: string, slug: string, category?: string, body: string }} parts
 */
async function begin(page, { title, slug, category, body }) {
  await page.goto("/admin/guides/new");
  await page.locator("#title").fill(title);
  await page.locator("#slug").fill(slug);
  if (category === undefined) assert.equal(await page.locator("#category").count(), 0);
  else await page.locator("#category").selectOption({ label: category });
  await page.locator("#body").fill(body);
  await page.getByRole("button", { name: ja("new.send"), exact: true }).click();
  await page.waitForURL(/\/admin\/guides\/[0-9a-f-]{36}$/);
  await awake(page);
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

/**
 * Publishes the guide that is open, and returns the document that sites have then.
 *
 * @param {import("./lib/world.mjs").World} world
 * @param {import("./lib/world.mjs").Page} page
 * @param {string} path
 * @returns {Promise<any>}
 */
async function publish(world, page, path) {
  await menu(page).click();
  await choice(page, "break_glass").click();
  await page.getByLabel(ja("break_glass.reason"), { exact: true }).fill("項目を入れ替えた最初の公開です。");
  await page.getByRole("button", { name: ja("break_glass.send"), exact: true }).click();
  await said(page, "guide_published");
  const response = await readAsSite(world, path);
  assert.equal(response.status, 200, path);
  return response.json();
}

test("a guide whose keys are all others is written, shown as found, published and found", async () => {
  const { world, page } = await open("schema_renamed.json");
  const site = `${world.server.url}/v1`;
  await begin(page, { title: "あんぱん", slug: "sweet_bun", category: "甘味", body: "# あんぱん\n\n甘い。" });
  await publish(world, page, "/v1/guides/sweet_bun");
  const id = await begin(page, { title: "みそ汁", slug: "miso_soup", category: "汁物", body: "# みそ汁\n\nだしと味噌。" });

  // The search result follows the fields that have the roles, and is cut at their counters.
  const card = page.locator("[data-card]");
  assert.equal(await card.locator("[data-card-title]").textContent(), "みそ汁");
  await page.getByRole("textbox", { name: "ひとこと" }).fill("毎日の一杯です");
  assert.equal(await card.locator("[data-card-description]").textContent(), "毎日の一杯です");
  await page.getByRole("textbox", { name: "料理名" }).fill("あ".repeat(25));
  assert.equal(await card.locator("[data-card-title]").textContent(), `${"あ".repeat(19)}…`);
  await page.getByRole("textbox", { name: "料理名" }).fill("みそ汁");
  assert.match((await card.locator("[data-card-url]").textContent()) ?? "", /miso_soup/u);
  assert.equal(await page.locator(".field:has(#field-accroche) + [data-card]").count(), 1);

  const flavours = page.getByRole("combobox", { name: "味" });
  await flavours.fill("塩味");
  await flavours.press("Enter");
  const beside = page.getByRole("combobox", { name: "となり" });
  // A guide is never offered to itself.
  await beside.fill("miso");
  assert.equal(await page.getByRole("option").filter({ hasText: "みそ汁" }).count(), 0);
  await beside.fill("あんぱん");
  await page.getByRole("option").filter({ hasText: "あんぱん" }).click();
  await saveRevision(page);
  const source = (await latestSource(page, id)).toString();
  const fields = JSON.parse(source.slice(source.indexOf("{"), source.indexOf("\n---\n#")));
  assert.deepEqual(fields, {
    nom: "みそ汁", adresse: "miso_soup", rayon: "soupes", accroche: "毎日の一杯です", saveurs: ["塩味"], voisins: ["sweet_bun"],
  });

  const document = await publish(world, page, "/v1/guides/miso_soup");
  assert.deepEqual([document.data.nom, document.data.rayon, document.data.extra], ["みそ汁", "soupes", {}]);
  assert.deepEqual(document.included.related.map((/** @type {{ title: string }} */ one) => one.title), ["あんぱん"]);
  const found = await (await fetch(`${site}/search?q=${encodeURIComponent("塩味")}&category=soupes`)).json();
  assert.deepEqual(found.data.map((/** @type {{ slug: string }} */ one) => one.slug), ["miso_soup"]);

  await page.goto("/admin/guides?category=soupes");
  await page.getByRole("link", { name: "みそ汁" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "あんぱん" }).count(), 0);
});

test("a schema of a title and a slug is enough", async () => {
  const { world, page } = await open("schema_bare.json");
  await begin(page, { title: "覚え書き", slug: "memo", body: "# 覚え書き\n\n本文。" });
  // Without a description the search result stands below the title.
  const card = page.locator("[data-card]");
  assert.equal(await card.locator("[data-card-title]").textContent(), "覚え書き");
  await page.getByRole("textbox", { name: "題名" }).fill("覚え書き二");
  assert.equal(await card.locator("[data-card-title]").textContent(), "覚え書き二");
  // No rule set, so no chapters: the editor offers the parts of every guide only.
  await writeAt(page, "¦");
  await page.keyboard.type("/");
  const offers = page.locator(".cm-tooltip-autocomplete").getByRole("option");
  await offers.first().waitFor();
  const parts = ["table", "heading", "subheading", "picture", "related"].map((part) => `/${ja(`js.slash_${part}`)}`);
  assert.deepEqual(await offers.locator(".cm-completionLabel").allTextContents(), parts);
  await page.keyboard.press("Escape");
  await writeAt(page, "# 覚え書き\n\n本文を直した。");
  await saveRevision(page);
  const document = await publish(world, page, "/v1/guides/memo");
  assert.deepEqual([document.data.name, document.included], ["memo", { related: [], related_unresolved: [] }]);
});
