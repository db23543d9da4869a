/**
 * The front matter form: words, related guides, slug, search result, pictures, other keys.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, openEditor, said, saveRevision, submitButton, untilSaved, writeBody } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { createGuide, guideFile, latestSource, revisionsOf } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { close, openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;
/** @type {Page} */
let all;

/** A picture of one pixel. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

before(async () => {
  world = await openWorld({
    people: ["editor", "everything"],
    seed: false,
    settings: { ANNAI_SITE_ASSETS: "https://www.example.jp", ANNAI_SITE_GUIDE_URL: "https://www.example.jp/guides/{slug}/" },
  });
  editor = await world.as("editor");
  all = await world.as("everything");
  await editor.goto("/admin");
  await all.goto("/admin");
  await createGuide(editor, guideFile("github_one", { title: "クラウドの設計", fields: { tags: ["GitHub", "クラウド", "CI/CD"] } }));
  await createGuide(editor, guideFile("github_two", { title: "運用の自動化", fields: { tags: ["GitHub", "クラウド"] } }));
  await createGuide(editor, guideFile("github_three", { title: "監視の基本", fields: { tags: ["GitHub"] } }));
});

let guides = 0;

/** @param {Parameters<typeof guideFile>[1]} [parts] */
async function openNew(parts) {
  guides += 1;
  const guideId = await createGuide(editor, guideFile(`form_${guides}`, parts));
  await openEditor(editor, guideId);
  return guideId;
}

const field = (/** @type {string} */ key, page = editor) => page.locator(`#field-${key}`);

/** The items of a list, as it is sent. @param {string} key */
async function items(key) {
  const text = await editor.locator(`[name="field.${key}"]`).inputValue();
  return text === "" ? [] : text.split("\n");
}

/** @param {string} key */
const options = (key) => editor.locator(`#field-${key}-suggestions li`);

/** @param {string} key */
const saved = async (key, guideId = "") => JSON.parse((await latestSource(editor, guideId)).toString().split("---")[1]?.replace(/^json/, "") ?? "{}")[key];

/**
 * Pastes as a person does.
 *
 * @param {import("playwright-core").Locator} target
 * @param {string} text
 */
const paste = (target, text) =>
  target.evaluate((element, pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);

test("the Enter of a conversion adds no word, and the next one does", async () => {
  await openNew();
  const input = field("tags");
  await input.focus();
  await input.evaluate((element) => {
    if (!(element instanceof HTMLInputElement)) throw new Error("no input");
    const key = (/** @type {KeyboardEventInit & { keyCode: number }} */ init) => element.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
    element.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    element.value = "くらうど";
    element.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
    key({ key: "ArrowDown", keyCode: 229, isComposing: true });
    key({ key: "Enter", keyCode: 229, isComposing: true });
    element.value = "可用性";
    element.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "可用性" }));
    // Safari says Enter after the composition is over.
    key({ key: "Enter", keyCode: 229 });
  });
  assert.deepEqual(await items("tags"), []);
  await input.press("Enter");
  assert.deepEqual(await items("tags"), ["可用性"]);
});

test("words of other guides are offered, the most used first, and taken by keyboard", async () => {
  await openNew();
  await field("tags").focus();
  await editor.keyboard.press("ArrowDown");
  await options("tags").first().waitFor();
  assert.deepEqual(await options("tags").allTextContents(), ["GitHub", "クラウド", "CI/CD"]);

  await editor.keyboard.insertText("ｸﾗｳﾄﾞ");
  await eventually(async () => assert.deepEqual(await options("tags").allTextContents(), ["クラウド"]));
  await editor.keyboard.press("ArrowDown");
  assert.equal(await field("tags").getAttribute("aria-activedescendant"), "field-tags-suggestions-0");
  await editor.keyboard.press("Enter");
  assert.deepEqual(await items("tags"), ["クラウド"]);
  assert.equal(await field("tags").getAttribute("aria-expanded"), "false");
});

test("a press into the empty field offers the words in use, and Escape sends the offer away", async () => {
  await openNew();
  await field("tags").click();
  await options("tags").first().waitFor();
  assert.deepEqual(await options("tags").allTextContents(), ["GitHub", "クラウド", "CI/CD"]);
  await editor.keyboard.press("Escape");
  await options("tags").first().waitFor({ state: "detached" });
  assert.deepEqual(await items("tags"), []);
});

test("a pasted list falls apart at commas, line ends and tabs, and not at a middle dot", async () => {
  const guideId = await openNew();
  await paste(field("keywords"), "クラウド・インフラ、SRE,可用性\n監視\t　SRE　，\n");
  assert.deepEqual(await items("keywords"), ["クラウド・インフラ", "SRE", "可用性", "監視"]);
  await field("keywords").pressSequentially("障害対応、");
  assert.equal((await items("keywords")).at(-1), "障害対応");
  await saveRevision(editor);
  assert.deepEqual(await saved("keywords", guideId), ["クラウド・インフラ", "SRE", "可用性", "監視", "障害対応"]);
});

test("another spelling than the usual one is pointed out, and changed by one click", async () => {
  await openNew();
  await field("tags").fill("Github");
  await field("tags").press("Enter");
  await editor.getByText(ja("js.near_miss", { item: "Github", usual: "GitHub" })).waitFor();
  assert.deepEqual(await items("tags"), ["Github"], "it is only pointed out");
  await editor.getByRole("button", { name: ja("js.use_usual", { item: "GitHub" }) }).click();
  assert.deepEqual(await items("tags"), ["GitHub"]);
});

test("related guides are found by title in any spelling, chosen and put in order by keyboard", async () => {
  const guideId = await openNew();
  await field("related_jobs").focus();
  for (const [text, slug] of [["くらうど", "github_one"], ["github_two", "github_two"], ["監視", "github_three"]]) {
    await editor.keyboard.insertText(text ?? "");
    await options("related_jobs").filter({ hasText: slug ?? "" }).waitFor();
    await editor.keyboard.press("ArrowDown");
    await editor.keyboard.press("Enter");
  }
  assert.deepEqual(await items("related_jobs"), ["github_one", "github_two", "github_three"]);
  const rows = editor.locator(".picked li");
  assert.match(String(await rows.first().textContent()), /クラウドの設計/);
  assert.match(String(await rows.first().textContent()), new RegExp(ja("js.not_public")));

  await editor.getByRole("button", { name: ja("js.move_up", { item: "github_three" }) }).focus();
  await editor.keyboard.press("Enter");
  await editor.keyboard.press("Alt+ArrowUp");
  assert.deepEqual(await items("related_jobs"), ["github_three", "github_one", "github_two"]);
  await rows.nth(2).dragTo(rows.nth(0));
  assert.deepEqual(await items("related_jobs"), ["github_two", "github_three", "github_one"]);
  await saveRevision(editor);
  assert.deepEqual(await saved("related_jobs", guideId), ["github_two", "github_three", "github_one"]);
});

test("a relation that leads nowhere is marked, with the reason", async () => {
  await openNew({ fields: { related_jobs: ["github_one", "nowhere_at_all"] } });
  const broken = editor.locator(".picked .broken");
  assert.match(String(await broken.allTextContents()), new RegExp(`nowhere_at_all.*${ja("js.unknown_guide")}`));
  assert.equal(await broken.count(), 1);
});

test("the slug of a new guide follows its heading until somebody writes one", async () => {
  const guideId = await createGuide(editor, "---json\n{}\n---\n# 下書き\n");
  await openEditor(editor, guideId);
  const propose = editor.getByRole("button", { name: ja("js.slug_propose") });
  await propose.click();
  await editor.getByText(ja("js.slug_none")).waitFor();
  assert.equal(await field("slug").inputValue(), "");

  await writeBody(editor, "# [完全ガイド] Platform Engineer: 開発効率を最大化する基盤構築の専門家\n");
  await eventually(async () => assert.equal(await field("slug").inputValue(), "platform_engineer"));
  await field("slug").fill("my_own");
  await writeBody(editor, "# Data Engineer 入門\n");
  await eventually(async () => assert.match(await bodyText(editor), /Data Engineer/));
  assert.equal(await field("slug").inputValue(), "my_own");
  await propose.click();
  assert.equal(await field("slug").inputValue(), "data_engineer");
});

test("once a guide was public its slug is changed on purpose only", async () => {
  await openNew();
  const guideId = await createGuide(all, guideFile("known_to_readers"));
  await all.goto(`/admin/guides/${guideId}/break-glass`);
  await all.getByLabel(ja("break_glass.reason"), { exact: true }).fill("読者に見せる最初の公開です。");
  await all.getByRole("button", { name: ja("break_glass.send"), exact: true }).click();
  await said(all, "guide_published");
  await openEditor(all, guideId);
  assert.equal(await field("slug", all).isVisible(), false);
  await all.getByText(ja("fields.slug_change"), { exact: true }).click();
  await all.getByText(ja("fields.slug_change_lead", { slug: "known_to_readers" })).waitFor();
  await field("slug", all).fill("known_by_another_name");
  await saveRevision(all);
  assert.match((await latestSource(all, guideId)).toString(), /"slug": "known_by_another_name"/);
});

test("counter and search result follow what is typed, and count as people do", async () => {
  await openNew();
  const family = "👨‍👩‍👧";
  await field("title").fill(`${family}1️⃣${"あ".repeat(29)}`);
  const counter = editor.locator('[data-counter="field-title"]');
  assert.equal((await counter.textContent())?.trim(), ja("js.width", { width: 31, max: 32 }));
  const title = editor.locator("[data-card-title]");
  assert.equal(await title.textContent(), `${family}1️⃣${"あ".repeat(29)}`);
  await field("title").fill(`${family}1️⃣${"あ".repeat(31)}`);
  assert.equal(await title.textContent(), `${family}1️⃣${"あ".repeat(29)}…`);
  await field("meta_description").fill(`${"あ".repeat(104)}${"a".repeat(18)}`);
  assert.match(String(await editor.locator('[data-counter="field-meta_description"]').textContent()), /^113 \//);
  await field("meta_description").fill("い".repeat(200));
  assert.equal(await editor.locator("[data-card-description]").textContent(), `${"い".repeat(124)}…`);
  await field("slug").fill("new_place");
  assert.equal(await editor.locator("[data-card-url]").textContent(), "https://www.example.jp/guides/new_place/");
});

test("a picture of the site is shown without telling where from, and a failure is said", async () => {
  /** @type {(string | undefined)[]} */
  const referrers = [];
  await editor.route("https://www.example.jp/**", (route) => {
    referrers.push(route.request().headers()["referer"]);
    return route.request().url().endsWith("there.gif") ? route.fulfill({ contentType: "image/gif", body: PIXEL }) : route.fulfill({ status: 404 });
  });
  await openNew();
  const put = async (/** @type {string} */ text) => {
    await field("thumbnail").fill(text);
    await field("thumbnail").blur();
  };
  await put("/static/there.gif");
  const image = editor.getByRole("img", { name: ja("js.image_alt", { label: "サムネイル" }) });
  await eventually(async () => assert.equal(await image.evaluate((one) => one instanceof HTMLImageElement && one.naturalWidth), 1));
  await put("/static/missing.gif");
  await editor.getByText(ja("js.image_failed")).waitFor();
  await put("https://elsewhere.example/a.gif");
  await editor.getByText(ja("js.image_elsewhere")).waitFor();
  await put("javascript:alert(1)");
  await editor.getByText(ja("js.image_malformed")).waitFor();
  assert.deepEqual(referrers.filter((referrer) => referrer !== undefined), []);
  await editor.unroute("https://www.example.jp/**");
});

test("other keys are edited as JSON, with the place of what is wrong, and the others keep their bytes", async () => {
  const source = guideFile("other_keys").replace('"category"', '"odd": {"a":1.0,   "b":[1,2]},\n  "plain": true,\n  "category"');
  const guideId = await createGuide(editor, source);
  await openEditor(editor, guideId);
  await editor.getByText(ja("fields.other"), { exact: false }).first().click();
  const json = editor.getByLabel(ja("fields.other_label"));
  const text = await json.inputValue();
  assert.match(text, /"odd": \{"a":1\.0, {3}"b":\[1,2\]\}/);

  await json.fill(text.replace(",\n", "\n"));
  const place = editor.locator("#other-error a");
  await place.waitFor();
  assert.equal(await place.textContent(), ja("js.line_column", { line: 3, column: 3 }));
  assert.equal(await json.getAttribute("aria-invalid"), "true");

  await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await editor.getByText(ja("refused.other_keys")).waitFor();
  await awake(editor);
  assert.equal(await json.inputValue(), text.replace(",\n", "\n"), "what was typed is there again");
  assert.equal((await revisionsOf(editor, guideId)).length, 1);
  await editor.locator(".summary").getByRole("link", { name: ja("fields.other") }).click();
  await eventually(async () => assert.equal(await json.evaluate((one) => one === document.activeElement), true));

  await json.fill(text.replace('"plain": true', '"plain": false'));
  await saveRevision(editor);
  assert.equal((await latestSource(editor, guideId)).toString(), source.replace('"plain": true', '"plain": false'));
});

test("other keys that are malformed are kept on this device, and come back after a reload", async () => {
  await openNew();
  const json = editor.getByLabel(ja("fields.other_label"));
  const show = () => editor.getByText(ja("fields.other"), { exact: false }).first().click();
  await show();
  await json.fill('{"own": [1, 2');
  await editor.locator("#save-state").filter({ hasText: ja("js.others_kept_here") }).waitFor();
  // The window knows its own text, and goes on with it.
  await editor.reload();
  await awake(editor);
  await show();
  await eventually(async () => assert.equal(await json.inputValue(), '{"own": [1, 2'));
  await json.fill('{"own": [1, 2]}');
  await untilSaved(editor);
  await eventually(async () => {
    assert.doesNotMatch(String(await editor.locator("#save-state").textContent()), new RegExp(ja("js.others_kept_here")));
  });
  await editor.reload();
  await editor.locator("#editor[data-offered]").waitFor();
  assert.equal(await editor.getByRole("button", { name: ja("js.local_restore") }).count(), 0);
  await show();
  assert.deepEqual(JSON.parse(await json.inputValue()).own, [1, 2]);
});

test("where the device keeps nothing, malformed other keys are said to be kept nowhere", async () => {
  await openNew();
  await editor.evaluate(() => { IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }; });
  await editor.getByText(ja("fields.other"), { exact: false }).first().click();
  await editor.getByLabel(ja("fields.other_label")).fill('{"own": [1, 2');
  await editor.locator("#save-state").filter({ hasText: ja("js.others_kept_nowhere") }).waitFor();
});

test("what publishing would refuse is said beside each field, with a way there from the summary", async () => {
  await openNew({ fields: { category: "unknown", thumbnail: "no address" } });
  await submitButton(editor).click();
  const summary = editor.locator(".summary");
  await summary.waitFor();
  await awake(editor);
  await summary.getByRole("link", { name: "サムネイル" }).first().click();
  assert.equal(await editor.evaluate(() => document.activeElement?.id), "field-thumbnail");
  assert.equal(await field("thumbnail").getAttribute("aria-invalid"), "true");
  assert.match(String(await field("category").getAttribute("aria-describedby")), /field-category-error/);
});

test("ten thousand tags stay a text that can be edited, and none is lost", async () => {
  const tags = Array.from({ length: 10_000 }, (_, index) => `タグ${index}`);
  const guideId = await openNew({ fields: { tags } });
  const lines = field("tags");
  assert.equal(await lines.evaluate((one) => one.localName), "textarea");
  // Not typed: Chromium takes minutes to type over so many lines.
  await lines.evaluate((area) => {
    if (!(area instanceof HTMLTextAreaElement)) throw new Error("no text area");
    area.value += "\nもう一つ";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await untilSaved(editor);
  await saveRevision(editor);
  assert.deepEqual(await saved("tags", guideId), [...tags, "もう一つ"]);
});

test("a full list takes no more, and loses nothing", async () => {
  const tags = Array.from({ length: 70 }, (_, index) => `タグ${index}`);
  await openNew({ fields: { tags } });
  await field("tags").fill("もう一つ");
  await field("tags").press("Enter");
  await editor.getByText(ja("js.at_most", { max: 64 })).first().waitFor({ state: "attached" });
  assert.deepEqual(await items("tags"), tags);
});

test("nothing is normalised: decomposed kana, a family, marks of direction", async () => {
  const guideId = await openNew();
  const tags = ["か\u3099っこ", "👨‍👩‍👧", "\u202eabc\u202c", "ﬁle", "שלום"];
  for (const tag of tags) {
    await field("tags").fill(tag);
    await field("tags").press("Enter");
  }
  await saveRevision(editor);
  assert.deepEqual(await saved("tags", guideId), tags);
});

test("without scripts the form shows and takes everything", async () => {
  const source = guideFile("no_scripts", { fields: { own: { a: 1 }, related_jobs: ["github_one"] } });
  const guideId = await createGuide(editor, source);
  const plain = await world.stranger({ javaScriptEnabled: false });
  await plain.goto(`/admin/guides/${guideId}`);
  await world.signIn(plain, "editor");
  await plain.waitForURL(`**/admin/guides/${guideId}`);
  assert.match(String(await plain.locator("[data-card-url]").textContent()), /no_scripts/);
  await field("related_jobs", plain).fill("github_two\ngithub_one");
  await plain.locator(".other-keys summary").click();
  await plain.locator("#other").fill('{ "own": { "a": 1 }, "more": [1] ');
  await plain.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await plain.getByText(ja("refused.other_keys")).waitFor();
  await plain.locator("#other").fill('{ "own": {"a":2}, "more": [1] }');
  await plain.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await said(plain, "guide_saved");
  assert.deepEqual(await saved("related_jobs", guideId), ["github_two", "github_one"]);
  assert.deepEqual([await saved("own", guideId), await saved("more", guideId)], [{ a: 2 }, [1]]);
  await close(plain);
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
