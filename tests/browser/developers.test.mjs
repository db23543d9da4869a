/** The developers' page: its calls work, its references are whole, its screens are well made. */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { screen, screenAt, strangeWords } from "./lib/screens.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** Somebody who may do everything. @type {Page} */
let all;

before(async () => {
  world = await openWorld({ people: ["everything", "author"], seed: true });
  all = await world.as("everything");
});

screenAt("the developers' page", () => all, () => "/admin/developers");

screen("the reference of the delivery API, its first parts", async () => {
  await all.goto("/admin/developers/delivery");
  // The checks of every node would take minutes; the rest comes from the same template.
  await all.evaluate(() => {
    for (const part of [...document.querySelectorAll("main section .panel")].slice(4)) part.remove();
  });
  return all;
});

for (const api of ["delivery", "editors"]) {
  test(`the reference of ${api} is said in words and fits a phone`, async () => {
    await all.goto(`/admin/developers/${api}`);
    assert.deepEqual(await strangeWords(all), []);
    await all.setViewportSize({ width: 390, height: 844 });
    const isWide = await all.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(isWide, false);
    await all.setViewportSize({ width: 1280, height: 900 });
  });
}

test("the first call is copied with one click, and works", async () => {
  await all.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await all.goto("/admin/developers");
  await all.locator('[data-copy="curl-guide"]').click();
  const [program, url] = (await all.evaluate(() => navigator.clipboard.readText())).split(" ");
  assert.equal(program, "curl");
  const answer = await fetch(url ?? "");
  assert.equal(answer.status, 200);
  assert.equal(typeof (await answer.json()).data.title, "string");
});

test("a browser at /v1 comes to the developers' page, and an author is told who makes keys", async () => {
  const author = await world.as("author");
  await author.goto("/v1");
  assert.equal(new URL(author.url()).pathname, "/admin/developers");
  assert.equal(await author.locator('main a[href="/admin/keys"]').count(), 0);
});

test("nothing was complained about behind the developers' screens", () => {
  world.watch.assertQuiet();
});
