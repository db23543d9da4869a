/**
 * Looking back and judging: differences, history, and a queue of reviews.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, countClicks, exactly, openEditor, said, saveRevision, told, writeBody } from "./lib/desk.mjs";
import { api, createGuide, guideFile, latestSource, revisionsOf, specimens } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let editor;
/** @type {Page} */
let publisher;

const WORK = "## 仕事\n\n毎日の仕事は基盤の運用です。設計も監視もします。\n";
const PAY = "## 年収\n\n年収は600万円からです。\n";

before(async () => {
  world = await openWorld({ people: ["editor", "other_editor", "publisher"], seed: false });
  editor = await world.as("editor");
  publisher = await world.as("publisher");
  await editor.goto("/admin");
  await publisher.goto("/admin");
});

/** A header that names one request. */
const key = () => ({ "Idempotency-Key": crypto.randomUUID() });

/** @param {Page} page @param {string} guideId @param {string} body */
async function save(page, guideId, body) {
  await openEditor(page, guideId);
  await writeBody(page, body);
  await saveRevision(page);
}

/** @param {string} guideId */
async function submit(guideId) {
  const [latest] = await revisionsOf(editor, guideId);
  await api(editor, "POST", `/guides/${guideId}/submit`, { data: { revision_id: latest?.revision_id, message: "お願いします。" }, headers: key() });
}

/** A guide that waits for a decision. @param {string} slug @param {Parameters<typeof guideFile>[1]} [parts] */
async function waiting(slug, parts) {
  const guideId = await createGuide(editor, guideFile(slug, parts));
  await submit(guideId);
  return guideId;
}

/** @param {Page} page @param {string} text */
const tab = (page, text) => page.getByRole("tab").filter({ hasText: text });

test("a moved section is shown as moved, with the one changed letter marked in it, in three views", async () => {
  const guideId = await createGuide(editor, guideFile("moved", { body: `# 案内 moved\n\n${WORK}\n${PAY}` }));
  await save(editor, guideId, `# 案内 moved\n\n${PAY.replace("万円", "億円")}\n${WORK}`);

  await editor.goto(`/admin/guides/${guideId}/diff?from=previous`);
  await awake(editor);
  const moved = editor.locator("details.diff-moved");
  assert.deepEqual(await moved.locator("del, ins").allTextContents(), ["万", "億"]);
  assert.equal(await editor.locator(".diff-moved_away").count(), 1);
  assert.equal(await editor.locator(".diff-added, .diff-removed").count(), 0);

  await tab(editor, ja("diff.settings")).click();
  await editor.getByText(ja("diff.no_settings")).waitFor();
  await tab(editor, ja("diff.rendered")).click();
  const page = editor.frameLocator("#diff-rendered iframe");
  await page.locator(".diff-moved ins.diff").waitFor();
  assert.deepEqual(await page.locator("ins, del").allTextContents(), ["万", "億"]);
});

test("any two revisions can be picked", async () => {
  const guideId = await createGuide(editor, guideFile("picked", { body: "# 案内 picked\n\n一。\n" }));
  await save(editor, guideId, "# 案内 picked\n\n二。\n");
  await save(editor, guideId, "# 案内 picked\n\n三。\n");
  const [newest, , oldest] = await revisionsOf(editor, guideId);

  await editor.goto(`/admin/guides/${guideId}/diff`);
  assert.deepEqual(await editor.locator(".diff-body del").allTextContents(), ["二"]);
  await editor.getByLabel(ja("diff_pick.from")).selectOption(oldest?.revision_id ?? "");
  await editor.getByLabel(ja("diff_pick.to")).selectOption(newest?.revision_id ?? "");
  await editor.getByRole("button", { name: ja("history.compare"), exact: true }).click();
  await editor.getByRole("heading", { name: ja("diff.title", { from: 1, to: 3 }) }).waitFor();
  assert.deepEqual(await editor.locator(".diff-body del").allTextContents(), ["一"]);
  await editor.locator(".diff-by").filter({ hasText: world.nameOf("editor") }).first().waitFor();
});

test("a row of the history opens its change, and two rows with Shift the changes between them", async () => {
  const guideId = await createGuide(editor, guideFile("rows", { body: "# 案内 rows\n\n一。\n" }));
  await save(editor, guideId, "# 案内 rows\n\n二。\n");
  await save(editor, guideId, "# 案内 rows\n\n三。\n");

  await editor.goto(`/admin/guides/${guideId}/history`);
  await awake(editor);
  // The row, and not the words in it.
  await editor.locator(".revision").first().click({ position: { x: 400, y: 20 } });
  await editor.getByRole("heading", { name: ja("diff.title", { from: 2, to: 3 }) }).waitFor();

  await editor.goto(`/admin/guides/${guideId}/history`);
  await awake(editor);
  await editor.locator(".revision-open").nth(1).click({ modifiers: ["Shift"] });
  await editor.getByRole("status").filter({ hasText: ja("revision.save") }).waitFor();
  await editor.locator(".revision-open").first().click({ modifiers: ["Shift"] });
  await editor.getByRole("heading", { name: ja("diff.title", { from: 2, to: 3 }) }).waitFor();
});

test("one changed 漢字 of a real page marks one 漢字", async () => {
  for (const { bytes, slug } of specimens().slice(-1)) {
    const guideId = await createGuide(editor, bytes.toString("utf8").replaceAll(`"${slug}"`, `"${slug}_copy"`));
    await openEditor(editor, guideId);
    const body = await bodyText(editor);
    const at = body.search(/[一-龠](?!.*[#|])/u);
    await save(editor, guideId, `${body.slice(0, at)}謎${body.slice(at + 1)}`);
    await editor.goto(`/admin/guides/${guideId}/diff`);
    assert.deepEqual(await editor.locator(".diff-body ins").allTextContents(), ["謎"]);
    assert.deepEqual(await editor.locator(".diff-body del").allTextContents(), [body[at]]);
  }
});

test("hostile text is text in the rendered differences too", async () => {
  const hostile = "<img src=x onerror=alert(1)>\n\n<script>alert(2)</script>\n\n[押す](javascript:alert(3))\n";
  const guideId = await createGuide(editor, guideFile("hostile_diff", { body: `# 案内 hostile_diff\n\n${hostile}` }));
  await save(editor, guideId, `# 案内 hostile_diff\n\n前置き。\n\n${hostile.replace("alert(1)", "alert(4)")}`);
  const [newest] = await revisionsOf(editor, guideId);
  const response = await editor.request.get(`/admin/guides/${guideId}/diff/rendered?to=${newest?.revision_id}`);
  const html = await response.text();
  for (const markup of ["<img", "<script", "javascript:"]) assert.ok(!html.includes(markup), markup);
  assert.match(response.headers()["content-security-policy"] ?? "", /script-src 'none'|default-src 'none'/);
  await editor.goto(`/admin/guides/${guideId}/diff#diff-rendered`);
  await editor.frameLocator("#diff-rendered iframe").getByText("前置き。").waitFor();
});

test("what was saved in one sitting is folded; a named revision is not, and no two have one name", async () => {
  const guideId = await createGuide(editor, guideFile("named", { body: "# 案内 named\n\n一。\n" }));
  for (const text of ["二", "三", "四"]) await save(editor, guideId, `# 案内 named\n\n${text}。\n`);
  const history = `/admin/guides/${guideId}/history`;
  await editor.goto(history);
  await editor.getByText(ja("history.folded", { count: 2 })).waitFor();

  const name = async (/** @type {number} */ number, /** @type {string} */ text) => {
    const row = editor.locator(".revision:not(:has(.revision))").filter({ has: editor.locator(".number", { hasText: exactly(String(number)) }) });
    await row.locator("summary", { hasText: ja("history.acts") }).click();
    await row.getByLabel(ja("history.name"), { exact: true }).fill(text);
    await row.getByRole("button", { name: ja("history.name_send"), exact: true }).click();
  };
  await name(2, " 秋の改訂 ");
  await said(editor, "revision_named");
  await editor.locator(".timeline > .revision").filter({ hasText: "秋の改訂" }).waitFor();
  await name(1, "秋の改訂");
  await editor.locator("input[name=name][aria-invalid=true]").waitFor();
  assert.equal(await editor.locator("input[aria-invalid=true]").inputValue(), "秋の改訂");
});

test("an older revision comes back as a new draft that says where it is from", async () => {
  const guideId = await createGuide(editor, guideFile("restored", { body: "# 案内 restored\n\n一。\n" }));
  await save(editor, guideId, "# 案内 restored\n\n二。\n");
  await editor.goto(`/admin/guides/${guideId}/history`);
  const row = editor.locator(".timeline > .revision").last();
  await row.locator("summary", { hasText: ja("history.acts") }).click();
  await row.locator('form[action$="/restore"] button').click();
  await said(editor, "guide_restored");
  await editor.getByText(ja("revision.restored", { number: 1 })).waitFor();
  assert.match((await latestSource(editor, guideId)).toString("utf8"), /一。/);
});

test("each block says who changed it last", async () => {
  const guideId = await createGuide(editor, guideFile("written_by_two", { body: "# 案内 written_by_two\n\n最初の段落です。\n\n次の段落です。\n" }));
  const other = await world.as("other_editor");
  await save(other, guideId, "# 案内 written_by_two\n\n最初の段落です。\n\n次の段落を直しました。\n");
  await editor.goto(`/admin/guides/${guideId}/authors`);
  const row = (/** @type {string} */ text) => editor.locator(".authors tbody tr").filter({ hasText: text });
  assert.match((await row("案内 written_by_two").textContent()) ?? "", new RegExp(world.nameOf("editor")));
  assert.match((await row("次の段落を直しました。").textContent()) ?? "", new RegExp(world.nameOf("other_editor")));
});

test("the queue is filtered by its address, and counts what it shows", async () => {
  const guideId = await waiting("queue_cloud", { fields: { category: "cloud-infra" } });
  await waiting("queue_data");
  await publisher.goto("/admin/reviews");
  const all = await publisher.locator(".rows .row").count();
  await publisher.getByLabel(ja("guides.category")).selectOption("cloud-infra");
  await publisher.getByRole("button", { name: ja("review.filter"), exact: true }).click();
  await publisher.waitForURL("**/admin/reviews?category=cloud-infra");
  assert.equal(await publisher.locator(".rows .row").count(), 1);
  assert.ok(all > 1);
  assert.match((await publisher.locator(".status-tabs [aria-current]").textContent()) ?? "", /1\s*$/);
  await publisher.locator(".rows a").click();
  await publisher.waitForURL(`**/admin/guides/${guideId}/review?category=cloud-infra`);
  await publisher.getByText(ja("review.left", { count: 1 })).waitFor();
});

test("a reviewer goes through the queue by key, and no key acts while typing, while converting or when turned off", async () => {
  const first = await waiting("key_one", { fields: { category: "security" } });
  const second = await waiting("key_two", { fields: { category: "security" } });
  await publisher.goto(`/admin/guides/${first}/review?category=security`);
  await awake(publisher);
  await publisher.locator("#comment-reason").focus();
  await publisher.keyboard.press("]");
  assert.equal(await publisher.locator("#comment-reason").inputValue(), "]");
  await publisher.locator("#comment-reason").fill("");
  await publisher.locator("#main").focus();
  const converted = await publisher.evaluate(() => {
    const event = new KeyboardEvent("keydown", { key: "]", keyCode: 229, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
    return event.defaultPrevented;
  });
  assert.equal(converted, false);
  await publisher.keyboard.press("]");
  await publisher.waitForURL(`**/admin/guides/${second}/review?category=security`);
  await awake(publisher);
  await publisher.keyboard.press("[");
  await publisher.waitForURL(`**/admin/guides/${first}/review?category=security`);
  await awake(publisher);

  await publisher.getByRole("button", { name: ja("review.shortcuts") }).click();
  const acted = await publisher.evaluate(() => {
    const event = new KeyboardEvent("keydown", { key: "]", bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
    return event.defaultPrevented;
  });
  assert.equal(acted, false);
  await publisher.getByRole("button", { name: ja("review.shortcuts") }).click();
});

test("a key leads to approving and to sending back, and decides nothing", async () => {
  const guideId = await waiting("key_judge");
  await publisher.goto(`/admin/guides/${guideId}/review`);
  await awake(publisher);
  await publisher.locator("#main").focus();
  await publisher.keyboard.press("a");
  const focused = () => publisher.evaluate(() => document.activeElement?.textContent?.trim());
  assert.equal(await focused(), ja("review.approve_and_publish"));
  await publisher.keyboard.press("r");
  assert.equal(await publisher.evaluate(() => document.activeElement?.id), "comment-reason");
  assert.equal(await publisher.locator("#comment-reason").inputValue(), "");
  await publisher.locator("#main").focus();
  await publisher.keyboard.press("a");
  await publisher.keyboard.press("Enter");
  await told(publisher, "published", "案内 key_judge");
});

test("a reason at hand fills the field and the guide goes back in three clicks", async () => {
  const guideId = await waiting("canned");
  await publisher.goto(`/admin/guides/${guideId}/review`);
  await awake(publisher);
  const clicks = countClicks();
  await clicks.click(publisher.getByLabel(ja("review.canned")));
  await publisher.getByLabel(ja("review.canned")).selectOption({ label: ja("canned.source") });
  assert.equal(await publisher.getByLabel(ja("review.reason")).inputValue(), ja("canned.source"));
  await clicks.click(publisher.getByRole("button", { name: ja("review.request_changes"), exact: true }));
  await told(publisher, "sent_back", "案内 canned");
  assert.ok(clicks.count() <= 3);
});

test("after a decision the next review opens on what changed since it", async () => {
  const guideId = await waiting("again", { body: "# 案内 again\n\n一つ目の文です。\n\n二つ目の文です。\n" });
  await publisher.goto(`/admin/guides/${guideId}/review`);
  await publisher.getByLabel(ja("review.reason")).fill("二つ目の根拠を。");
  await publisher.getByRole("button", { name: ja("review.request_changes"), exact: true }).click();
  await told(publisher, "sent_back", "案内 again");
  await save(editor, guideId, "# 案内 again\n\n一つ目の文です。\n\n二個目の文です。\n");
  await submit(guideId);

  await publisher.goto(`/admin/guides/${guideId}/review`);
  await publisher.getByRole("heading", { name: ja("review.diff_judged", { number: 1 }) }).waitFor();
  assert.deepEqual(await publisher.locator(".diff-body del, .diff-body ins").allTextContents(), ["つ", "個"]);
  await publisher.getByRole("link", { name: ja("review.against_nothing") }).click();
  await publisher.getByRole("heading", { name: ja("review.diff_first") }).waitFor();
});

test("nobody judges by a page that was overtaken: the page says so, and the server does", async () => {
  const guideId = await waiting("overtaken", { body: "# 案内 overtaken\n\n見ていた文です。\n" });
  await publisher.goto(`/admin/guides/${guideId}/review`);
  await awake(publisher);
  const blind = await publisher.context().newPage();
  await blind.route("**/review/newest", (route) => route.abort());
  await blind.goto(`/admin/guides/${guideId}/review`);
  await awake(blind);
  await save(editor, guideId, "# 案内 overtaken\n\n差し替えた文です。\n");
  await submit(guideId);

  await publisher.evaluate(() => window.dispatchEvent(new Event("focus")));
  await publisher.locator("#review-changed").waitFor({ state: "visible" });
  assert.equal(await publisher.getByRole("button", { name: ja("review.approve_and_publish"), exact: true }).isDisabled(), true);

  await blind.locator("#comment-reason").fill("良いと思います。");
  await blind.getByRole("button", { name: ja("review.approve_and_publish"), exact: true }).click();
  const notice = blind.getByRole("alert").filter({ hasText: ja("review.changed_now_text", { seen: 1, newest: 2 }) });
  await notice.waitFor();
  assert.match((await notice.locator(".diff-body ins").allTextContents()).join(""), /差し替え/);
  assert.equal(await blind.locator("#comment-reason").inputValue(), "良いと思います。");
  assert.equal((await fetch(`${world.server.url}/v1/guides/overtaken`)).status, 404);

  await blind.getByRole("button", { name: ja("review.approve_and_publish"), exact: true }).click();
  await told(blind, "published", "案内 overtaken");
});
