/**
 * A field of the front matter is made by editing `schema.json` alone.
 */
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { choice, menu, openEditor, said, saveRevision } from "./lib/desk.mjs";
import { root } from "./lib/environment.mjs";
import { createGuide, guideFile, latestSource } from "./lib/guides.mjs";
import { readAsSite } from "./lib/site.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

const LABEL = "年収の目安（万円）";

/** @type {string} */
let folder;
/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {import("./lib/world.mjs").Page} */
let page;
/** @type {string} */
let guideId;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "annai-content-"));
  await cp(join(root, "content"), folder, { recursive: true });
  const path = join(folder, "schema.json");
  const schema = JSON.parse(await readFile(path, "utf8"));
  schema.properties.salary_note = {
    type: "string",
    minLength: 1,
    maxLength: 12,
    "x-annai": { widget: "text", order: 45, label: { ja: LABEL, en: "Salary" }, help: { ja: "短く。", en: "Short." } },
  };
  schema.required.push("salary_note");
  await writeFile(path, JSON.stringify(schema, null, 2));
  world = await openWorld({ people: ["everything"], seed: false, settings: { ANNAI_CONTENT_DIR: folder } });
  page = await world.as("everything");
  await page.goto("/admin");
  guideId = await createGuide(page, guideFile("paid_work"));
});

after(() => rm(folder, { recursive: true }));

test("the field stands in the form, in its place, under its name", async () => {
  await openEditor(page, guideId);
  const field = page.getByRole("textbox", { name: LABEL });
  assert.equal(await field.getAttribute("id"), "field-salary_note");
  const ids = await page.locator("#settings [id^=field-]:is(input, select, textarea)").evaluateAll((all) => all.map((one) => one.id));
  assert.ok(ids.indexOf("field-salary_note") > ids.indexOf("field-meta_description"), ids.join());
  assert.ok(ids.indexOf("field-salary_note") < ids.indexOf("field-keywords"), ids.join());
});

test("while it is missing or too long, the checks name it and publishing is refused", async () => {
  const finding = page.locator("[data-checks] .finding-error").filter({ hasText: LABEL });
  await openEditor(page, guideId);
  await page.getByRole("tab").filter({ hasText: ja("editor.checks") }).click();
  await finding.waitFor();
  assert.match(String(await finding.allTextContents()), new RegExp(ja("check.field_missing", { key: LABEL })));

  await page.getByRole("tab").filter({ hasText: ja("editor.settings") }).click();
  await page.getByRole("textbox", { name: LABEL }).fill("六百から八百、経験によって千を超えることも");
  await saveRevision(page);
  await page.goto(`/admin/guides/${guideId}/break-glass`);
  await page.getByRole("alert").filter({ hasText: ja("publish.blocked", { count: 1 }) }).waitFor();
  assert.equal(await page.getByRole("button", { name: ja("break_glass.send") }).count(), 0);
});

test("a right value is stored on one line, and sites read it", async () => {
  await openEditor(page, guideId);
  await page.getByRole("textbox", { name: LABEL }).fill("600〜800");
  await saveRevision(page);
  const lines = (await latestSource(page, guideId)).toString().split("\n");
  assert.equal(lines.filter((line) => /^\s*"salary_note": "600〜800",?$/.test(line)).length, 1);

  await menu(page).click();
  await choice(page, "break_glass").click();
  await page.getByLabel(ja("break_glass.reason"), { exact: true }).fill("項目を足した最初の公開です。");
  await page.getByRole("button", { name: ja("break_glass.send"), exact: true }).click();
  await said(page, "guide_published");
  const response = await readAsSite(world, "/v1/guides/paid_work");
  assert.equal(response.status, 200);
  const { data } = /** @type {{ data: Record<string, unknown> }} */ (await response.json());
  assert.equal(data["salary_note"], "600〜800");
  assert.deepEqual(data["extra"], {});
});
