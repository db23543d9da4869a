/**
 * The look of the desk where it can be measured: room for the text, messages that leave, and no codes in place of words.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, openEditor, typeAtEnd, untilSaved } from "./lib/desk.mjs";
import { guideIdOf } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { close, openWorld } from "./lib/world.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {string} */
let guideId;

before(async () => {
  world = await openWorld({ people: ["everything", "english"] });
  const page = await world.as("everything");
  await page.goto("/admin");
  guideId = await guideIdOf(page, "sre_engineer");
  await close(page);
});

/** @param {Page} page @param {string} selector */
const box = (page, selector) => page.locator(selector).evaluate((element) => {
  const { top, bottom, height } = element.getBoundingClientRect();
  return { top, bottom, height };
});

for (const person of /** @type {const} */ (["everything", "english"])) test(`the text begins near the top and has most of a small window of ${person}`, async () => {
  const page = await world.as(person, { viewport: { width: 1280, height: 720 } });
  await openEditor(page, guideId);
  const text = await box(page, ".rich");
  assert.ok(text.top <= 130, `the text begins at ${text.top} px`);
  assert.ok(text.height >= 0.7 * 720, `the text has ${text.height} px`);
  assert.ok(text.bottom <= 720, `the text ends at ${text.bottom} px`);
  await page.locator(".rich .cm-content").focus();
  assert.equal(await page.locator(".rich").evaluate((field) => getComputedStyle(field).outlineWidth), "2px");
  await close(page);
});

test("on a phone the text begins in the upper third, and panels and acts are at the bottom", async () => {
  const page = await world.as("everything", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await openEditor(page, guideId);
  assert.equal(await page.evaluate(() => window.scrollY), 0);
  const text = await box(page, ".rich");
  assert.ok(text.top <= 844 / 3, `the text begins at ${text.top} px`);
  const [tabs, acts] = [await box(page, ".tabs"), await box(page, ".desk-actions")];
  assert.ok(tabs.height <= 48, `the tabs take ${tabs.height} px`);
  assert.deepEqual([Math.round(tabs.bottom <= acts.top ? 0 : tabs.bottom - acts.top), acts.bottom], [0, 844]);

  const preview = page.getByRole("tab").filter({ hasText: ja("editor.preview") });
  const panel = page.locator("#preview");
  assert.equal(await panel.isVisible(), false);
  await preview.tap();
  await panel.waitFor();
  await preview.tap();
  await panel.waitFor({ state: "hidden" });

  // With a working copy there is one more act.
  await typeAtEnd(page, "書きかけ。");
  await untilSaved(page);
  await openEditor(page, guideId);
  const outside = await page.locator(".desk-actions > :is(form, button, input)").evaluateAll((all) => all.filter((one) => {
    const { left, right, bottom } = one.getBoundingClientRect();
    return left < 0 || right > 390 || bottom > 844;
  }).map((one) => one.outerHTML));
  assert.deepEqual(outside, []);
  assert.equal(await page.locator('.desk-actions [data-confirm]').count(), 1);
  assert.ok((await box(page, ".tabs")).bottom <= (await box(page, ".desk-actions")).top + 1);
  await close(page);
});

test("a toggle that is off is not struck through, and one that is on looks pressed", async () => {
  const page = await world.as("everything");
  await openEditor(page, guideId);
  await page.getByRole("tab").filter({ hasText: ja("editor.preview") }).click();
  const toggle = page.locator("[data-preview-width]");
  const look = () => toggle.evaluate((button) => {
    const { backgroundColor, textDecorationLine } = getComputedStyle(button);
    return { backgroundColor, textDecorationLine };
  });
  const off = await look();
  await toggle.click();
  const on = await look();
  assert.deepEqual([off.textDecorationLine, on.textDecorationLine], ["none", "none"]);
  assert.notEqual(off.backgroundColor, on.backgroundColor);
  await close(page);
});

test("a message of success leaves by itself, but not from under the pointer", async () => {
  const page = await world.as("everything");
  await page.clock.install();
  await page.goto("/admin/account");
  await page.locator("main form button.primary").first().click();
  const toast = page.locator("[data-toast]");
  await toast.filter({ hasText: ja("flash.profile_saved") }).waitFor();
  await awake(page);
  await toast.hover();
  await page.clock.runFor(10_000);
  assert.equal(await toast.isVisible(), true);
  await page.mouse.move(5, 5);
  await page.clock.runFor(5_000);
  assert.equal(await toast.isVisible(), true);
  await page.clock.runFor(2_000);
  assert.equal(await toast.count(), 0);
  await close(page);
});

test("a browser has a short name, and the audit log shows no hashes before they are asked for", async () => {
  const page = await world.as("everything");
  await page.goto("/admin/account");
  await page.getByText("Chrome・Linux").first().waitFor();
  assert.equal(await page.getByText("AppleWebKit").count(), 0);
  await page.goto("/admin/audit");
  await page.locator(".table tbody").getByText(ja("actor.operator")).first().waitFor();
  assert.doesNotMatch(await page.locator(".table tbody").innerText(), /[0-9a-f]{64}|content_hash|operator/);
  await page.locator(".table details summary").first().click();
  await page.locator(".table details[open] code").first().waitFor();
  await close(page);
});

test("a time names its zone where the clock of the device shows another one", async () => {
  const here = await world.as("everything");
  await here.goto("/admin/audit");
  await awake(here);
  assert.equal(await here.locator("time[data-zone]").count(), 0);
  await close(here);
  const abroad = await world.as("everything", { timezoneId: "Europe/London" });
  await abroad.goto("/admin/audit");
  await awake(abroad);
  assert.equal(await abroad.locator("time").first().getAttribute("data-zone"), "JST");
  await close(abroad);
});

test("the list of guides says how long ago a guide was changed, and the day of what is older", async () => {
  const page = await world.as("everything");
  await page.clock.install({ time: Date.now() + 5 * 60_000 });
  await page.goto("/admin/guides");
  const changed = page.locator("[data-ago] time").first();
  await changed.filter({ hasText: /^[4-6]分前$/ }).waitFor();
  assert.match(await changed.getAttribute("title") ?? "", /年.*UTC$/);
  await close(page);

  const later = await world.as("everything");
  await later.clock.install({ time: Date.now() + 48 * 60 * 60_000 });
  await later.goto("/admin/guides");
  await later.locator("[data-ago] time").first().filter({ hasText: "年" }).waitFor();
  await close(later);
});

test("an address that does not exist is a page for a browser and a problem for a program", async () => {
  const stranger = await world.stranger();
  const answer = await stranger.goto("/nowhere");
  assert.equal(answer?.status(), 404);
  await stranger.getByRole("heading", { name: ja("error.not_found.title") }).waitFor();
  const problem = await fetch(`${world.server.url}/nowhere`);
  assert.deepEqual([problem.status, problem.headers.get("content-type")], [404, "application/problem+json"]);
  const api = await fetch(`${world.server.url}/v1/nowhere`, { headers: { accept: "text/html" } });
  assert.equal(api.headers.get("content-type"), "application/problem+json");
  await close(stranger);
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
