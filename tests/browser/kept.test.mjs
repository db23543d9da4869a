/**
 * What people type into any form stays on this device until the server took it.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { said } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { fillForm, openForm, sendButton, typedForms, untilKept, valuesOf } from "./lib/forms.mjs";
import { api } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { PASSWORD, emailOf, openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */
/** @typedef {import("./lib/forms.mjs").TypedForm} TypedForm */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let page;
/** @type {TypedForm[]} */
let forms;

before(async () => {
  world = await openWorld({ people: ["everything", "editor"], seed: false });
  page = await world.as("everything");
  const editor = await world.as("editor");
  for (const one of [page, editor]) await one.goto("/admin");
  forms = await typedForms(page, editor);
  await editor.context().close();
});

/** @param {string} name */
function form(name) {
  const found = forms.find((form) => form.name === name);
  assert.ok(found, name);
  return found;
}

/** Makes the last proof of a password older than administration accepts. */
const forgetPassword = () => world.database.query("UPDATE sessions SET reauthenticated_at = now() - interval '20 minutes'");

/** @param {Page} page @param {TypedForm} form */
async function send(page, form) {
  const button = (await sendButton(page, form)).asElement();
  await button?.click();
}

/** @param {string} password */
async function confirm(password) {
  const dialog = page.getByRole("dialog", { name: ja("confirm.title") });
  await dialog.getByLabel(ja("field.password")).fill(password);
  await dialog.getByRole("button", { name: ja("confirm.send") }).click();
}

for (const [name, saying] of /** @type {const} */ ([["a person", "users.link_text"], ["a key", "keys.made"], ["a webhook", "webhooks.secret_made"]])) {
  test(`${name}: looking asks for no password, making one asks in place and goes on`, async () => {
    await forgetPassword();
    await openForm(page, form(name), ja);
    assert.equal(new URL(page.url()).pathname, form(name).path);
    await fillForm(page, form(name));
    await send(page, form(name));
    await confirm("違うパスワードです");
    await page.getByRole("dialog").getByText(ja("js.sign_in_refused")).waitFor();
    assert.deepEqual(await valuesOf(page, form(name)), form(name).fields);
    await confirm(PASSWORD);
    await page.getByText(ja(saying)).first().waitFor();
    await openForm(page, form(name), ja);
    assert.notDeepEqual(await valuesOf(page, form(name)), form(name).fields, "the taken form is empty again");
  });
}

test("a password that is not confirmed leaves the form as it was, and nothing is made", async () => {
  const { keys } = await (await api(page, "GET", "/keys")).json();
  await forgetPassword();
  await openForm(page, form("a key"), ja);
  await fillForm(page, form("a key"));
  await send(page, form("a key"));
  await page.getByRole("dialog").getByRole("button", { name: ja("form.cancel") }).click();
  assert.deepEqual(await valuesOf(page, form("a key")), form("a key").fields);
  assert.equal((await (await api(page, "GET", "/keys")).json()).keys.length, keys.length);
  await page.reload();
  await page.getByText(ja("js.form_restored")).waitFor();
  await page.getByRole("button", { name: ja("js.local_forget") }).click();
  assert.equal(await page.locator("#name").inputValue(), "");
});

test("without scripts the question for the password carries the form along, and never the password", async () => {
  await forgetPassword();
  const plain = await world.as("everything", { javaScriptEnabled: false });
  await plain.goto("/admin/users");
  await plain.locator("#email").fill("carried@example.jp");
  await plain.locator("#display_name").fill("運ばれた 人");
  await plain.locator('form[action="/admin/users"] [name=roles]').first().check();
  await plain.locator('form[action="/admin/users"] button').last().click();
  const password = plain.locator("#confirm_password");
  await password.fill("違うパスワードです");
  await plain.locator("main form button.primary").click();
  await plain.locator("main [role=alert]").waitFor();
  assert.equal(await plain.locator('main input[name="email"]').inputValue(), "carried@example.jp");
  assert.doesNotMatch(await plain.content(), /違うパスワードです/);
  await password.fill(PASSWORD);
  await plain.locator("main form button.primary").click();
  await plain.getByText(ja("users.link_text")).waitFor();
  const { users } = await (await api(page, "GET", "/users")).json();
  const made = users.find((/** @type {{ email: string }} */ user) => user.email === "carried@example.jp");
  assert.equal(made?.display_name, "運ばれた 人");
  await plain.context().close();
});

test("a session that ended: signing in where one is sends the form", async () => {
  const own = await world.stranger();
  await own.goto("/admin/guides/new");
  await world.signIn(own, "editor");
  await own.waitForURL("**/admin/guides/new");
  await openForm(own, form("a new guide"), ja);
  await fillForm(own, form("a new guide"));
  await untilKept(own, form("a new guide"));
  await api(own, "DELETE", "/session");
  await send(own, form("a new guide"));
  const dialog = own.getByRole("dialog", { name: ja("editor.session_over") });
  await dialog.getByLabel(ja("field.email")).fill(emailOf("editor"));
  await dialog.getByLabel(ja("field.password")).fill(PASSWORD);
  await dialog.getByRole("button", { name: ja("editor.session_over_send") }).click();
  await said(own, "guide_created");
  assert.match(await own.locator("#body").inputValue(), /大切な本文。/);
  await openForm(own, form("a new guide"), ja);
  assert.equal(await own.locator("#body").inputValue(), "");
  await own.context().close();
});

test("the reason of sending back survives a session that ended while reading, and nothing was decided", async () => {
  const own = await world.stranger();
  const reason = form("the reason of sending back");
  await own.goto(reason.path);
  await world.signIn(own, "everything");
  await own.waitForURL(`**${reason.path}`);
  await openForm(own, reason, ja);
  await api(own, "DELETE", "/session");
  await fillForm(own, reason);
  await own.getByRole("dialog", { name: ja("editor.session_over") }).waitFor();
  await untilKept(own, reason);
  await own.goto(reason.path);
  await world.signIn(own, "everything");
  await own.waitForURL(`**${reason.path}`);
  await eventually(async () => assert.deepEqual(await valuesOf(own, reason), reason.fields));
  const { decisions } = (await (await api(own, "GET", "/reviews")).json()).reviews[0];
  assert.deepEqual(decisions ?? [], []);
  await own.context().close();
});

test("a form in hand stays with its person: somebody else on this device does not see it", async () => {
  const own = await world.stranger();
  await own.goto("/admin/guides/new");
  await world.signIn(own, "everything");
  await own.waitForURL("**/admin/guides/new");
  await fillForm(own, form("a new guide"));
  await untilKept(own, form("a new guide"));
  await api(own, "DELETE", "/session");
  await own.goto("/admin/guides/new");
  await world.signIn(own, "editor");
  await own.waitForURL("**/admin/guides/new");
  await own.locator("html[data-filled]").waitFor({ state: "attached" });
  assert.equal(await own.locator("#title").inputValue(), "");
  await own.context().close();
});

test("passwords are never kept, also while they are shown", async () => {
  await page.goto("/admin/account");
  await page.locator("#display_name").fill("全権 みどり改");
  await page.locator("[data-reveal='new_password']").click();
  await page.locator("#old_password").fill("古いひみつ");
  await page.locator("#new_password").fill("新しいひみつ");
  await untilKept(page, { name: "", path: "", action: "", fields: { "#display_name": "全権 みどり改" } });
  const stored = await page.evaluate(async () => {
    /** @type {IDBDatabase} */
    const database = await new Promise((resolve) => {
      const request = indexedDB.open("annai");
      request.onsuccess = () => resolve(request.result);
    });
    const texts = await new Promise((resolve) => {
      const request = database.transaction("texts").objectStore("texts").getAll();
      request.onsuccess = () => resolve(request.result);
    });
    database.close();
    return JSON.stringify(texts);
  });
  assert.match(stored, /みどり改/);
  assert.doesNotMatch(stored, /ひみつ/);
});

test("typing in a form renews the session", async () => {
  await openForm(page, form("a new guide"), ja);
  await world.database.query("UPDATE sessions SET last_seen_at = now() - interval '5 minutes'");
  const renewed = page.waitForResponse("**/api/v1/session");
  await page.locator("#title").fill("長く考えた題");
  await renewed;
  const rows = await world.database.query("SELECT 1 AS one FROM sessions WHERE last_seen_at > now() - interval '1 minute'");
  assert.ok(rows.length > 0);
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
