/**
 * The screens where changes are compared, judged and published, and those of people, keys and the
 * log: accessible, in our words, within their width.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, said, writeBody } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { edit, fillDesk } from "./lib/full-desk.mjs";
import { api, revisionsOf } from "./lib/guides.mjs";
import { screen, screenAt, send, strangeWords } from "./lib/screens.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {import("./lib/full-desk.mjs").FullDesk} */
let desk;
/** Somebody who may do everything. @type {Page} */
let all;
/** @type {Page} */
let editor;

before(async () => {
  world = await openWorld({ people: ["editor", "everything", "english"], seed: false, settings: { ANNAI_CONNECTION_WAIT_SECONDS: "2" } });
  all = await world.as("everything");
  editor = await world.as("editor");
  desk = await fillDesk(world, all, editor);
});

screenAt("the history of one revision", () => all, () => `${desk.path("own")}/history`);
screenAt("the history of several revisions", () => all, () => `${desk.path("stale_review")}/history`);
screenAt("the history of a public guide", () => all, () => `${desk.path("public")}/history`);

screen("a difference", async () => {
  await all.goto(`${desk.path("stale_review")}/history`);
  await all.locator(".revision-open").first().click();
  await all.locator(".diff-body ins").first().waitFor();
  return all;
});

screen("a difference as readers see it", async () => {
  await all.goto(`${desk.path("stale_review")}/diff#diff-rendered`);
  await awake(all);
  await all.frameLocator("#diff-rendered iframe").locator("ins.diff").first().waitFor();
  return all;
});

screenAt("who wrote what", () => all, () => `${desk.path("stale_review")}/authors`);

screen("the history with a name that is taken", async () => {
  const [latest, first] = await revisionsOf(all, desk.id("stale_review"));
  for (const revision of [latest, first]) {
    await all.goto(`${desk.path("stale_review")}/history`);
    await awake(all);
    const form = all.locator(`form[action$="/name-revision"]:has([value="${revision?.revision_id}"])`);
    await all.locator(`details:has([value="${revision?.revision_id}"][name=revision_id]) > summary`).last().click();
    await form.locator("[name=name]").fill("秋の改訂");
    await form.locator("button").click();
    await all.locator(revision === latest ? ".flash" : "[name=name][aria-invalid=true]").waitFor();
  }
  return all;
});

screen("no difference", async () => {
  const [latest] = await revisionsOf(all, desk.id("own"));
  await all.goto(`${desk.path("own")}/diff?from=${latest?.revision_id}&to=${latest?.revision_id}`);
  await all.getByText(ja("diff.same")).waitFor();
  return all;
});

screenAt("the reviews", () => all, () => "/admin/reviews");
screenAt("the reviews that are approved", () => all, () => "/admin/reviews?status=approved");
screenAt("the reviews, no match", () => all, () => "/admin/reviews?category=security&whose=own");

screen("a review that was overtaken", async () => {
  await all.goto(`${desk.path("superseded")}/review`);
  await awake(all);
  await edit(editor, desk.id("superseded"), "見ている間に足した文。");
  await all.evaluate(() => window.dispatchEvent(new Event("focus")));
  await all.locator("#review-changed").waitFor({ state: "visible" });
  return all;
});

screenAt("a review of somebody else's change", () => all, () => `${desk.path("waiting")}/review`);
screenAt("a review of an own change", () => all, () => `${desk.path("own")}/review`);
screenAt("a review whose text was changed since", () => all, () => `${desk.path("stale_review")}/review`);
screenAt("a review after an earlier one", () => all, () => `${desk.path("superseded")}/review`);
screenAt("a review sent back", () => editor, () => `${desk.path("sent_back")}/review`);
screenAt("a review approved", () => all, () => `${desk.path("approved")}/review`);
screenAt("no review", () => all, () => `${desk.path("odd")}/review`);

screen("a review sent back without a reason", async () => {
  await all.goto(`${desk.path("waiting")}/review`);
  await awake(all);
  await all.locator("#judge-form [data-needs-comment]").evaluate((button) => {
    if (!(button instanceof HTMLButtonElement)) throw new Error("no button");
    button.form?.setAttribute("novalidate", "");
    button.click();
  });
  await all.locator("#comment-reason[aria-invalid=true]").waitFor();
  return all;
});

screenAt("publishing", () => all, () => `${desk.path("approved")}/publish`);
screenAt("publishing without a review", () => all, () => `${desk.path("own")}/break-glass`);
screenAt("publishing against errors", () => all, () => `${desk.path("errors")}/break-glass`);

screen("publishing without a review and without a reason", async () => {
  await all.goto(`${desk.path("own")}/break-glass`);
  await awake(all);
  await all.locator("#reason").fill("急");
  await send(all, 'form[action$="/break-glass"]');
  await all.locator("#reason[aria-invalid=true]").waitFor();
  return all;
});

screenAt("taking down what others refer to", () => all, () => `${desk.path("public")}/unpublish`);

screen("taking down without saying that one saw who refers to it", async () => {
  await all.goto(`${desk.path("public")}/unpublish`);
  await awake(all);
  await send(all, 'form[action$="/unpublish"]');
  await all.locator("#acknowledged-error").waitFor();
  return all;
});

screenAt("putting away", () => all, () => `${desk.path("own")}/archive`);
screenAt("rolling back", () => all, () => `${desk.path("public")}/rollback`);
screenAt("slugs of a public guide", () => all, () => `${desk.path("public")}/slugs`);
screenAt("slugs of a draft", () => all, () => `${desk.path("own")}/slugs`);

screen("a slug that cannot be redirected", async () => {
  await all.goto(`${desk.path("public")}/slugs`);
  await awake(all);
  await all.getByLabel(ja("slugs.slug"), { exact: true }).fill("Not a slug");
  await send(all, 'form[action$="/slugs"]');
  await all.locator("#slug-error").waitFor();
  return all;
});
screenAt("rolling back what was never public", () => all, () => `${desk.path("own")}/rollback`);

screenAt("users", () => all, () => "/admin/users");

screen("a user being changed", async () => {
  await all.goto("/admin/users");
  await all.locator(".person-edit > summary").nth(1).click();
  return all;
});

screen("users with a new link", async () => {
  await all.goto("/admin/users");
  const form = all.locator('form[action="/admin/users"]');
  await form.getByLabel(ja("field.email")).fill("new@example.jp");
  await form.getByLabel(ja("field.display_name")).fill("新しい 人");
  await form.getByLabel(ja("role.reviewer"), { exact: true }).check();
  await send(all, 'form[action="/admin/users"]');
  await all.locator("#one-time").waitFor();
  return all;
});

screen("users with errors", async () => {
  await all.goto("/admin/users");
  await send(all, 'form[action="/admin/users"]');
  await all.getByRole("alert").waitFor();
  return all;
});

screenAt("API keys, none", () => all, () => "/admin/keys");

screen("an API key, shown once", async () => {
  await all.goto("/admin/keys");
  await all.locator("#name").fill("本番サイト");
  await send(all, 'form[action="/admin/keys"]');
  await all.locator("#one-time").waitFor();
  return all;
});

test("the secret of an API key reads what is published, and is not shown again", async () => {
  const secret = await all.locator("#one-time").inputValue();
  const answer = await fetch(`${world.server.url}/v1/guides/sre_engineer`, { headers: { Authorization: `Bearer ${secret}` } });
  assert.equal(answer.status, 200);
  await all.goto("/admin/keys");
  assert.equal((await all.content()).includes(secret), false);
});

screen("API keys, one of them revoked", async () => {
  await all.goto("/admin/keys");
  all.once("dialog", (dialog) => void dialog.accept());
  await all.getByRole("button", { name: ja("keys.revoke") }).click();
  await said(all, "key_revoked");
  return all;
});

screen("an API key without a name", async () => {
  await all.goto("/admin/keys");
  await send(all, 'form[action="/admin/keys"]');
  await all.getByRole("alert").waitFor();
  return all;
});

screenAt("webhooks, none", () => all, () => "/admin/webhooks");

screen("a webhook endpoint without a name", async () => {
  await all.goto("/admin/webhooks");
  await send(all, 'form[action="/admin/webhooks"]');
  await all.getByRole("alert").waitFor();
  return all;
});

screen("a webhook endpoint, its secret shown once", async () => {
  await all.goto("/admin/webhooks");
  await all.locator("#name").fill("本番サイト");
  await all.locator("#url").fill("https://www.example.invalid/hooks/annai");
  await send(all, 'form[action="/admin/webhooks"]');
  await all.locator("#one-time").waitFor();
  return all;
});

screen("a webhook endpoint with a test that does not arrive", async () => {
  await all.goto("/admin/webhooks");
  await all.getByRole("link", { name: "本番サイト" }).click();
  await all.getByRole("button", { name: ja("webhooks.test") }).click();
  await said(all, "webhook_sent");
  // The name leads nowhere, or nobody answers in time who knows.
  const failed = new RegExp(`${ja("delivery_result.not_found")}|${ja("delivery_result.timed_out")}`);
  await eventually(async () => {
    await all.reload();
    assert.match(await all.locator("#log ~ *").innerText(), failed);
  });
  return all;
});

screen("a webhook endpoint that is disabled", async () => {
  await all.getByRole("button", { name: ja("webhooks.disable") }).click();
  await said(all, "webhook_disabled");
  return all;
});

screenAt("webhooks, one of them disabled", () => all, () => "/admin/webhooks");

screenAt("the audit log", () => all, () => "/admin/audit");
screenAt("the audit log, filtered", () => all, () => "/admin/audit?action=key.create");
screenAt("the account", () => all, () => "/admin/account");

screen("the account, with errors", async () => {
  await all.goto("/admin/account");
  await all.locator("#old_password").fill("not the password");
  await all.locator("#new_password").fill("short");
  await send(all, 'form[action="/admin/account/password"]');
  await all.getByRole("alert").first().waitFor();
  return all;
});

/** Sends a form of administration as a browser without scripts does, long after the password was asked for. */
async function sendUnconfirmed() {
  await world.database.query("UPDATE sessions SET reauthenticated_at = now() - interval '20 minutes'");
  await all.goto("/admin/users");
  await all.locator('form[action="/admin/users"]').evaluate((form) => { if (form instanceof HTMLFormElement) form.submit(); });
  await all.getByRole("heading", { name: ja("confirm.title") }).first().waitFor();
  await awake(all);
}

screen("the password once more", async () => {
  await sendUnconfirmed();
  return all;
});

screen("the password once more, refused", async () => {
  await sendUnconfirmed();
  await all.locator("#confirm_password").fill("not the password");
  await send(all, "main form");
  await all.getByRole("alert").waitFor();
  await world.database.query("UPDATE sessions SET reauthenticated_at = now()");
  return all;
});

screenAt("a page that is not there", () => all, () => "/admin/nowhere", 404);
screenAt("a guide that is not there", () => all, () => "/admin/guides/00000000-0000-7000-8000-000000000000", 404);
screenAt("a page that one may not see", () => editor, () => "/admin/users", 403);
screenAt("an address that is wrong", () => all, () => "/admin/guides?unknown=1", 400);

screen("what cannot be done in this state", async () => {
  await all.goto(`${desk.path("own")}/review`);
  await all.evaluate((action) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    form.id = "again";
    document.querySelector("main")?.append(form);
  }, `${desk.path("own")}/unarchive`);
  await send(all, "#again");
  await all.locator("[data-toast=refused]").getByText(ja("refused.not_archived")).waitFor();
  return all;
});

screen("a save by somebody who was signed out", async () => {
  const gone = await world.stranger();
  await gone.goto(desk.path("sent_back"));
  await world.signIn(gone, "editor");
  await gone.waitForURL(`**${desk.path("sent_back")}`);
  await awake(gone);
  await api(gone, "DELETE", "/session");
  await writeBody(gone, "失わない文。");
  await gone.keyboard.press("ControlOrMeta+s");
  await gone.getByRole("dialog", { name: ja("editor.session_over") }).waitFor();
  assert.match(await bodyText(gone), /失わない文。/);
  return gone;
});

screen("the database away", async () => {
  world.database.cut();
  try {
    await all.goto("/admin/guides");
    await all.getByText(ja("error.unavailable.title")).waitFor();
  } finally {
    world.database.mend();
  }
  return all;
});

test("in English every screen is said in words too, says that it is English, and fits a phone", async () => {
  const english = await world.as("english");
  const own = desk.path;
  const paths = [
    "/admin", "/admin/guides", "/admin/guides?q=none", "/admin/guides/new", own("waiting"), own("errors"), own("odd"),
    `${own("stale_review")}/history`, `${own("waiting")}/review`, `${own("stale_review")}/review`, `${own("superseded")}/review`,
    `${own("approved")}/publish`, `${own("own")}/break-glass`, `${own("public")}/unpublish`, `${own("own")}/archive`,
    `${own("public")}/rollback`, `${own("public")}/slugs`, "/admin/reviews", "/admin/users", "/admin/keys", "/admin/webhooks", "/admin/audit", "/admin/account",
    "/admin/nowhere", "/admin/guides?unknown=1",
  ];
  for (const path of paths) {
    await english.goto(path);
    await awake(english);
    assert.equal(await english.locator("html").getAttribute("lang"), "en", path);
    assert.deepEqual(await strangeWords(english), [], path);
    await english.setViewportSize({ width: 390, height: 844 });
    const isWide = await english.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(isWide, false, `${path} is wider than a phone`);
    await english.setViewportSize({ width: 1280, height: 900 });
  }
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
