/**
 * The screens before and just after the door, in an installation where nobody has written anything:
 * accessible, in our words, within their width.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { root } from "./lib/environment.mjs";
import { eventually } from "./lib/eventually.mjs";
import { assertWellMade, screen, screenAt, send, strangeWords } from "./lib/screens.mjs";
import { ja } from "./lib/words.mjs";
import { close, emailOf, openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** Somebody who writes, judges and publishes, but does not administer. @type {Page} */
let editor;
/** Nobody in particular. @type {Page} */
let stranger;
/** Somebody who only reads and judges. @type {Page} */
let reviewer;

before(async () => {
  world = await openWorld({ people: ["editor", "reviewer"], seed: false });
  editor = await world.as("editor");
  reviewer = await world.as("reviewer");
  stranger = await world.stranger();
});

test("the check itself notices a strange word, a faint one, a nameless button and a wide table", async () => {
  await stranger.goto("/admin/sign-in");
  await stranger.locator("main").evaluate((main) => {
    const word = document.createElement("p");
    word.textContent = "sign_in.title";
    main.append(word);
  });
  await assert.rejects(assertWellMade(stranger, "a strange word"), /sign_in\.title/);
  await stranger.goto("/admin/sign-in");
  await stranger.locator("main").evaluate((main) => {
    const faint = document.createElement("p");
    faint.textContent = "薄い文字";
    faint.style.color = "light-dark(#ddd, #444)";
    const wide = document.createElement("div");
    wide.style.width = "600px";
    wide.style.height = "1px";
    main.append(faint, document.createElement("button"), wide);
  });
  await assert.rejects(assertWellMade(stranger, "three faults"), (error) => {
    assert.ok(error instanceof assert.AssertionError);
    const found = String(error.actual);
    for (const look of ["desktop, light", "desktop, dark", "phone, light", "phone, dark"]) assert.match(found, new RegExp(`${look}: color-contrast`));
    assert.match(found, /button-name/);
    assert.match(found, /phone, light: \d+ px wider/);
    return true;
  });
});

screenAt("sign in", () => stranger, () => "/admin/sign-in");
screen("sign in, refused", async () => {
  await stranger.goto("/admin/sign-in");
  await stranger.getByLabel(ja("field.email")).fill("nobody@example.jp");
  await stranger.locator("#password").fill("wrong password, long enough");
  await send(stranger, "main form");
  await stranger.getByText(ja("sign_in.refused")).waitFor();
  return stranger;
});
screen("sign in, slowed down", async () => {
  const headers = { Origin: world.server.url };
  const form = { next: "", email: "nobody@example.jp", password: "wrong password, long enough" };
  await eventually(async () => {
    const answer = await stranger.request.post("/admin/sign-in", { headers, form });
    assert.equal(answer.status(), 429);
  });
  const told = stranger.getByText(ja("sign_in.wait", { seconds: 0 }).split("0")[0] ?? "");
  // The first waits are shorter than a slow machine needs; each further failure doubles them.
  await eventually(async () => {
    await stranger.goto("/admin/sign-in");
    await stranger.getByLabel(ja("field.email")).fill(form.email);
    await stranger.locator("#password").fill(form.password);
    await send(stranger, "main form");
    assert.ok(await told.isVisible());
  });
  return stranger;
});
screenAt("a set-up link that is dead", () => stranger, () => "/admin/setup/annai_setup_x", 404);
screen("the set-up link", async () => {
  await stranger.goto((await world.server.run("setup-link")).trim());
  return stranger;
});
screen("the set-up link, with errors", async () => {
  await stranger.locator("#email").fill("no address");
  await stranger.locator("#password").fill("short");
  await send(stranger, "main form");
  await stranger.getByRole("alert").waitFor();
  return stranger;
});
screen("an invitation", async () => {
  const link = await world.server.run("user", "create", "guest@example.jp", "--name", "客", "--roles", "author");
  await stranger.goto(link.trim());
  return stranger;
});
screen("an invitation, with errors", async () => {
  await stranger.locator("#password").fill("short");
  await send(stranger, "main form");
  await stranger.getByRole("alert").waitFor();
  return stranger;
});
screenAt("an invitation that is dead", () => stranger, () => "/admin/invite/annai_invite_x", 404);
screenAt("a reset link that is dead", () => stranger, () => "/admin/reset/annai_reset_x", 404);
screen("a reset link", async () => {
  await stranger.goto((await world.server.run("user", "reset", emailOf("reviewer"))).trim());
  return stranger;
});
screenAt("home, empty", () => editor, () => "/admin");
screenAt("home, empty, for somebody who does not write", () => reviewer, () => "/admin");
screenAt("guides, none", () => editor, () => "/admin/guides");
screenAt("reviews, none", () => editor, () => "/admin/reviews");
screenAt("a new guide", () => editor, () => "/admin/guides/new");
screen("a new guide, with errors", async () => {
  await editor.goto("/admin/guides/new");
  await editor.locator("#slug").fill("Not A Slug!");
  await send(editor, "main form");
  await editor.getByRole("alert").waitFor();
  return editor;
});

test("a visitor whose browser prefers English is asked in English", async () => {
  const visitor = await world.stranger({ locale: "en-GB" });
  await visitor.goto("/admin/sign-in");
  assert.equal(await visitor.locator("html").getAttribute("lang"), "en");
  assert.deepEqual(await strangeWords(visitor), []);
  await close(visitor);
});

test("both languages have the same words", () => {
  const keys = (/** @type {string} */ locale) =>
    Object.keys(JSON.parse(readFileSync(join(root, "admin-ui", "locales", `${locale}.json`), "utf8"))).sort();
  assert.deepEqual(keys("en"), keys("ja"));
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
