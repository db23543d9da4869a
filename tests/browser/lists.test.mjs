/**
 * The lists of the desk in a browser: on a phone, and the message that offers to undo.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { awake, submitButton, openEditor, said, told } from "./lib/desk.mjs";
import { createGuide, guideFile } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

const PHONE = { width: 390, height: 844 };

const world = await openWorld({ people: ["editor", "everything", "publisher_alone"] });
const phone = await world.as("everything", { viewport: PHONE });

test("on a phone the navigation shows the place that one is at", async () => {
  for (const path of ["/admin", "/admin/guides", "/admin/keys", "/admin/audit", "/admin/developers"]) {
    await phone.goto(path);
    await awake(phone);
    const here = await phone.locator(".top-nav [aria-current]").boundingBox();
    assert.ok(here && here.x >= 0 && here.x + here.width <= PHONE.width, `${path}: ${JSON.stringify(here)}`);
  }
});

test("on a phone the guides are cards: a title has the width of the screen, and nothing is cut", async () => {
  await phone.goto("/admin/guides");
  await awake(phone);
  const card = phone.locator(".guides tbody tr").first();
  const [box, title] = [await card.boundingBox(), await card.locator("th").boundingBox()];
  assert.ok(box && box.x >= 0 && box.x + box.width <= PHONE.width, JSON.stringify(box));
  assert.ok(title && title.width > 0.8 * box.width, JSON.stringify(title));
  const hidden = await phone.locator(".table-scroll").evaluate((region) => region.scrollWidth - region.clientWidth);
  assert.equal(hidden, 0);
  await phone.getByLabel(ja("guides.sort")).selectOption("title");
  await phone.getByRole("button", { name: ja("guides.search"), exact: true }).click();
  await phone.waitForURL("**/admin/guides?sort=title");
});

test("a list is sorted by its heads, and says so", async () => {
  const page = await world.as("editor");
  await page.goto("/admin/guides");
  await page.getByRole("columnheader", { name: ja("guides.title_column") }).getByRole("link").click();
  await page.waitForURL("**/admin/guides?sort=title");
  const head = page.getByRole("columnheader", { name: ja("guides.title_column") });
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  await head.getByRole("link").click();
  await page.waitForURL("**/admin/guides?sort=-title");
  assert.equal(await head.getAttribute("aria-sort"), "descending");
});

test("a message that offers to undo stays for twenty seconds, and as long as somebody is in it", async () => {
  const editor = await world.as("editor");
  await editor.goto("/admin/guides");
  const guideId = await createGuide(editor, guideFile("undo_me"));
  await openEditor(editor, guideId);
  await submitButton(editor).click();
  await said(editor, "guide_submitted");
  const judge = await world.as("everything");
  await judge.clock.install();
  await judge.goto(`/admin/guides/${guideId}/review`);
  await judge.getByRole("button", { name: ja("review.approve_and_publish"), exact: true }).click();
  await told(judge, "published", "案内 undo_me");
  await awake(judge);
  const toast = judge.locator("[data-toast]");
  await judge.clock.runFor(15_000);
  assert.equal(await toast.isVisible(), true);
  await toast.getByRole("button", { name: ja("toast.undo"), exact: true }).focus();
  await judge.clock.runFor(30_000);
  assert.equal(await toast.isVisible(), true, "the focus is in it");
  await judge.locator("#main").focus();
  await judge.clock.runFor(21_000);
  assert.equal(await toast.count(), 0);
});

test("who only publishes opens the queue on what waits for publication", async () => {
  const publisher = await world.as("publisher_alone");
  await publisher.goto("/admin");
  await publisher.getByRole("heading", { name: ja("home.to_publish") }).waitFor();
  await publisher.locator(".top-nav").getByRole("link", { name: ja("nav.reviews") }).click();
  await publisher.locator(".status-tabs [aria-current]").filter({ hasText: ja("queue_state.approved") }).waitFor();
});
