/**
 * The preview beside the text: the published rendering, in step with the text, and never in the way.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { openEditor, richField, typeAtEnd, writeBody } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { createGuide, guideFile } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";
import { compose } from "./lib/writing.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let page;
/** @type {string} */
let guideId;

const LONG = Array.from({ length: 60 }, (_, index) => `## 第${index + 1}節\n\n${"長い段落の文です。".repeat(12)}\n`).join("\n");

before(async () => {
  world = await openWorld({ people: ["editor", "other_editor"], seed: false });
  page = await world.as("editor");
  await page.goto("/admin");
  guideId = await createGuide(page, guideFile("sync", { body: `# 同期\n\n${LONG}` }));
  await openEditor(page, guideId);
  await page.getByRole("tab").filter({ hasText: ja("editor.preview") }).click();
  await frame().locator("h2", { hasText: "第60節" }).waitFor();
});

const frame = () => page.frameLocator("#preview iframe:not(.arriving)");

/** Returns whether a heading is within the preview's window. @param {string} text */
const isShown = (text) =>
  // From without: within, nothing may run.
  page.locator("#preview iframe:not(.arriving)").evaluate((one, wanted) => {
    const frame = /** @type {HTMLIFrameElement} */ (one);
    const heading = [...(frame.contentDocument?.querySelectorAll("h2") ?? [])].find(({ textContent }) => textContent === wanted);
    const top = heading?.getBoundingClientRect().top ?? -1;
    return top >= 0 && top < (frame.contentWindow?.innerHeight ?? 0);
  }, text);

/**
 * Selects a paragraph of the preview, or nothing.
 *
 * @param {string} [text]
 */
const select = (text) =>
  page.locator("#preview iframe:not(.arriving)").evaluate((one, wanted) => {
    const document = /** @type {HTMLIFrameElement} */ (one).contentDocument;
    const found = [...(document?.querySelectorAll("p") ?? [])].find(({ textContent }) => textContent === wanted);
    if (found) document?.getSelection()?.selectAllChildren(found);
    else document?.getSelection()?.removeAllRanges();
  }, text);

/** @param {string} text */
const untilShown = (text) => eventually(async () => assert.equal(await isShown(text), true, text));

/** Returns whether a line of the text is within the field. @param {string} text */
const isWritten = (text) =>
  page.locator(".rich .cm-scroller").evaluate((scroller, wanted) => {
    const line = [...scroller.querySelectorAll(".cm-line")].find((one) => one.textContent === wanted);
    if (!line) return false;
    const [outer, inner] = [scroller.getBoundingClientRect(), line.getBoundingClientRect()];
    return inner.bottom > outer.top && inner.top < outer.bottom;
  }, text);

test("blocks of the preview name their line, and the frame runs no script", async () => {
  assert.equal(await frame().locator("h2", { hasText: "第2節" }).getAttribute("data-line"), "7");
  assert.equal(await page.locator("#preview iframe").getAttribute("sandbox"), "allow-same-origin");
});

test("the preview goes where the cursor goes", async () => {
  await richField(page).focus();
  await page.keyboard.press("Control+End");
  await untilShown("第60節");
  await page.keyboard.press("Control+Home");
  await untilShown("第1節");
});

test("the preview scrolls with the text", async () => {
  await page.locator(".rich .cm-scroller").hover();
  await eventually(async () => {
    await page.mouse.wheel(0, 300);
    assert.equal(await isWritten("## 第30節"), true);
  });
  await eventually(async () => assert.ok((await isShown("第29節")) || (await isShown("第30節")) || (await isShown("第31節"))));
});

test("the text scrolls with the preview, and the cursor stays", async () => {
  await richField(page).focus();
  await page.keyboard.press("Control+Home");
  await untilShown("第1節");
  await page.locator("#preview iframe:not(.arriving)").hover();
  await eventually(async () => {
    await page.mouse.wheel(0, 300);
    assert.equal(await isShown("第40節"), true);
  });
  await eventually(async () => assert.ok((await isWritten("## 第39節")) || (await isWritten("## 第40節"))));
  await page.keyboard.insertText("先頭");
  await eventually(async () => assert.match(await page.locator("#body").inputValue(), /^先頭# 同期/));
});

test("while somebody converts or selects in the preview, it stays; afterwards it is new", async () => {
  await typeAtEnd(page, "\n\n確定。");
  const paragraph = (/** @type {string} */ text) => frame().locator("p", { hasText: text });
  await paragraph("確定。").waitFor();
  const name = await page.locator("#preview iframe:not(.arriving)").getAttribute("name");
  const composition = await compose(page, "へんかん");
  // Longer than the preview ever waits: the checks come later than it.
  await page.waitForResponse("**/checks");
  assert.equal(await page.locator("#preview iframe").last().getAttribute("name"), name);
  await composition.commit("変換");
  await paragraph("確定。変換").waitFor();

  await select("確定。変換");
  const checked = page.waitForResponse("**/checks");
  await typeAtEnd(page, "追記。");
  await checked;
  assert.equal(await paragraph("追記。").count(), 0);
  await select();
  await paragraph("追記。").waitFor();
});

test("typing moves nothing on the page", async () => {
  await writeBody(page, "# 短い\n\n");
  const boxes = () => page.evaluate(() => ["#text", ".rich", "#preview", ".guide-head", ".writing-bar", "#preview iframe:not(.arriving)"].map((one) => {
    const { x, y, width, height } = document.querySelector(one)?.getBoundingClientRect() ?? new DOMRect();
    return [one, x, y, width, height];
  }));
  const before = await boxes();
  await page.keyboard.type("一行\n\n| a | b |\n|---|---|\n", { delay: 5 });
  await frame().locator("table").waitFor();
  assert.deepEqual(await boxes(), before);
});

test("the preview of an unsaved text is kept by no cache and shown to nobody else", async () => {
  const answer = page.waitForResponse((response) => response.url().endsWith("/preview") && response.request().method() === "POST");
  await typeAtEnd(page, "内緒の一文。");
  const headers = (await answer).headers();
  assert.equal(headers["cache-control"], "no-store");
  assert.match(headers["content-security-policy"] ?? "", /frame-ancestors 'self'; sandbox allow-same-origin/);
  const other = await world.as("other_editor");
  await other.goto(`/admin/guides/${guideId}/preview`);
  assert.doesNotMatch(await other.content(), /内緒の一文/);
  await other.context().close();
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
