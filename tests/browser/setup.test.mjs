/**
 * From the link that a new server prints to a second person who can sign in.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { exactly } from "./lib/desk.mjs";
import { ja } from "./lib/words.mjs";
import { PASSWORD, close, openWorld } from "./lib/world.mjs";

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {string} */
let link;

before(async () => {
  world = await openWorld({});
  link = world.server.setupLink();
});

test("the link that a new server prints makes the first administrator, once", async () => {
  const page = await world.stranger();
  await page.goto(link);
  await page.getByLabel(ja("field.email")).fill("hanako@example.jp");
  await page.getByLabel(ja("field.display_name")).fill("管理 花子");
  await page.locator("#password").fill(PASSWORD);
  await page.getByRole("button", { name: ja("accept.setup.send"), exact: true }).click();
  await page.waitForURL("**/admin");
  await page.getByRole("heading", { level: 1, name: ja("home.title", { name: "管理 花子" }) }).waitFor();

  await page.goto(link);
  await page.getByText(ja("accept.setup.dead")).waitFor();
  world.watch.assertQuiet();
  await close(page);
});

test("an administrator invites a person, who chooses a password and signs in with it", async () => {
  const admin = await world.stranger();
  await admin.goto("/admin/sign-in");
  await admin.getByLabel(ja("field.email")).fill("hanako@example.jp");
  await admin.locator("#password").fill(PASSWORD);
  await admin.getByRole("button", { name: ja("sign_in.send"), exact: true }).click();
  await admin.waitForURL("**/admin");

  await admin.goto("/admin/users");
  const form = admin.locator('form[action="/admin/users"]');
  await form.getByLabel(ja("field.email")).fill("madoka@example.jp");
  await form.getByLabel(ja("field.display_name")).fill("編集 まどか");
  await form.getByLabel(ja("role.editor"), { exact: true }).check();
  await form.getByRole("button", { name: ja("users.invite_send"), exact: true }).click();
  const invitation = await admin.locator("#one-time").inputValue();

  const guest = await world.stranger();
  await guest.goto(invitation);
  await guest.locator("#password").fill(PASSWORD);
  await guest.getByRole("button", { name: ja("accept.invite.send"), exact: true }).click();
  await guest.waitForURL("**/admin");
  await guest.getByRole("button", { name: ja("nav.sign_out"), exact: true }).click();
  await guest.waitForURL("**/admin/sign-in*");

  await guest.goto("/admin/guides");
  await guest.waitForURL("**/admin/sign-in?next=**");
  await guest.getByLabel(ja("field.email")).fill("madoka@example.jp");
  await guest.locator("#password").fill(PASSWORD);
  await guest.getByRole("button", { name: ja("sign_in.send"), exact: true }).click();
  await guest.waitForURL("**/admin/guides");
  await guest.getByRole("heading", { level: 1 }).filter({ hasText: ja("nav.guides") }).waitFor();

  assert.equal(await guest.getByRole("link", { name: exactly(ja("nav.users")) }).count(), 0);
  const forbidden = await guest.goto("/admin/users");
  assert.equal(forbidden?.status(), 403);
  world.watch.assertQuiet();
});
