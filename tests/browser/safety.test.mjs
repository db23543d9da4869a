/**
 * Hostile text in a guide stays text, wherever a person of the team sees it.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { openEditor, said, saveRevision, submitButton, told, writeBody } from "./lib/desk.mjs";
import { createGuide, guideFile } from "./lib/guides.mjs";
import { readAsSite } from "./lib/site.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** HTML and events, which are shown as text. */
const MARKUP = `# <script>window.parent.hurt = 1</script>

<script>window.hurt = window.parent.hurt = window.top.hurt = 1; alert(1)</script>

<img src="x" onerror="window.parent.hurt = 1; alert(1)"> <svg onload="alert(1)"></svg>

<iframe src="javascript:alert(1)"></iframe> <form action="/admin/sign-out" method="post"><button>送る</button></form>

<style>body { display: none }</style><meta http-equiv="refresh" content="0;url=https://example.com/">
`;

/** Addresses that would run something. */
const ADDRESSES = `
[押す](javascript:alert(1)) [これも](JaVaScRiPt&#58;alert(1)) [データ](data:text/html,<script>alert(1)</script>)

![絵](javascript:alert(1)) ![絵](x" onerror="alert(1))
`;

const TITLE = "<img src=x onerror=alert(1)>";

/** Returns the parts of a page that a text must not bring into it. */
const UNSAFE = () => {
  /** @type {string[]} */
  const found = [];
  for (const element of document.querySelectorAll("main *")) {
    if (["script", "style", "iframe", "form", "svg", "meta", "object", "embed"].includes(element.localName)) {
      if (element.localName !== "iframe") found.push(element.outerHTML);
    }
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || /^\s*(javascript|data|vbscript):/i.test(value)) found.push(element.outerHTML);
    }
  }
  return found;
};

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {import("./lib/world.mjs").Page} */
let page;
/** @type {string} */
let guideId;
/** @type {string[]} */
const dialogs = [];

before(async () => {
  world = await openWorld({ people: ["everything", "publisher"], seed: false });
  page = await world.as("everything");
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto("/admin");
  guideId = await createGuide(page, guideFile("hostile", { title: TITLE, body: MARKUP + ADDRESSES }));
});

test("the preview frame runs no script, and can be told apart from a page that could", async () => {
  await openEditor(page, guideId);
  await page.getByRole("tab").filter({ hasText: ja("editor.preview") }).click();
  const sandbox = await page.locator("#preview iframe").getAttribute("sandbox");
  assert.equal(sandbox, "allow-same-origin");
  const frame = page.frameLocator("#preview iframe");
  await frame.getByText("押す").waitFor();
  assert.deepEqual(await frame.locator("html").evaluate(UNSAFE), []);
  assert.equal(await page.evaluate(() => "hurt" in window), false);

  const response = await page.request.get(`/admin/guides/${guideId}/preview`);
  const policy = response.headers()["content-security-policy"] ?? "";
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /sandbox allow-same-origin/);
  assert.doesNotMatch(policy, /script-src|unsafe|allow-scripts/);
});

test("opened by itself, the preview runs nothing either", async () => {
  const tab = await page.context().newPage();
  await tab.goto(`/admin/guides/${guideId}/preview`);
  assert.deepEqual(await tab.evaluate(UNSAFE), []);
  assert.equal(await tab.evaluate(() => "hurt" in window), false);
  await tab.close();
});

test("an address that would run something stands against submitting and publishing", async () => {
  await openEditor(page, guideId);
  await submitButton(page).click();
  await page.getByText(ja("editor.saved_not_submitted", { number: 1 })).waitFor();
  await page.goto(`/admin/guides/${guideId}/break-glass`);
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByRole("button", { name: ja("break_glass.send") }).count(), 0);
});

test("in differences, history, review, lists and the audit log it is text as well", async () => {
  const reviewed = await createGuide(page, guideFile("hostile_markup", { title: TITLE, body: MARKUP }));
  await openEditor(page, reviewed);
  await writeBody(page, `${MARKUP}\n<script>alert(2)</script>\n`);
  await page.locator("#message").fill("<script>alert(3)</script>");
  await saveRevision(page);
  await submitButton(page).click();
  await said(page, "guide_submitted");

  const own = `/admin/guides/${reviewed}`;
  for (const path of ["/admin", "/admin/guides", `${own}/history`, `${own}/review`, "/admin/reviews", "/admin/audit"]) {
    await page.goto(path);
    assert.equal(await page.getByText(TITLE).first().isVisible(), true, `${path} shows the text`);
    assert.equal(await page.locator("main script, main img, main style").count(), 0, path);
    assert.equal(await page.evaluate(() => "hurt" in window), false, path);
  }
  await page.goto(`${own}/history`);
  await page.getByText("<script>alert(3)</script>").waitFor();
  await page.locator(".revision-open").first().click();
  await page.getByText("<script>alert(2)</script>").waitFor();
  assert.deepEqual(dialogs, []);
});

test("sites get it without anything that runs", async () => {
  const publisher = await world.as("publisher");
  await publisher.goto("/admin/reviews");
  await publisher.getByRole("link", { name: TITLE }).click();
  await publisher.getByRole("button", { name: ja("review.approve_and_publish"), exact: true }).click();
  await told(publisher, "published", TITLE);

  const html = await (await readAsSite(world, "/v1/guides/hostile_markup.html")).text();
  assert.match(html, /&lt;script&gt;alert\(2\)/);
  const tab = await publisher.context().newPage();
  await tab.setContent(`<main>${html}</main>`);
  assert.deepEqual(await tab.evaluate(UNSAFE), []);
});

test("every answer of the editors' side forbids foreign frames, guessing types and being kept", async () => {
  for (const path of ["/admin", `/admin/guides/${guideId}`, "/admin/sign-in", "/admin/nowhere", "/api/v1/session"]) {
    const headers = (await page.request.get(path)).headers();
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["cache-control"], "no-store", path);
    if (path.startsWith("/admin")) {
      const policy = headers["content-security-policy"] ?? "";
      assert.match(policy, /frame-ancestors 'none'/, path);
      assert.match(policy, /script-src 'self'(;|$)/, path);
      assert.match(policy, /require-trusted-types-for 'script'/, path);
      assert.doesNotMatch(policy, /unsafe/, path);
    }
  }
});

test("a state change asked for by another site's page is refused", async () => {
  const foreign = await page.request.post(`/admin/guides/${guideId}/withdraw`, { headers: { Origin: "https://evil.example" } });
  assert.equal(foreign.status(), 403);
  const session = await page.request.get("/api/v1/session");
  assert.equal(session.status(), 200);
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
