/**
 * The screens where guides are found and written: accessible, in our words, within their width.
 */
import { before, test } from "node:test";

import { awake, bodyText, choice, menu, openEditor, saveRevision, textField, typeAtEnd, untilSaved, writeBody } from "./lib/desk.mjs";
import { edit, fillDesk } from "./lib/full-desk.mjs";
import { api, createGuide, guideFile, latestSource, revisionsOf } from "./lib/guides.mjs";
import { screen, screenAt } from "./lib/screens.mjs";
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
/** Somebody who only reads and judges. @type {Page} */
let reviewer;

before(async () => {
  world = await openWorld({ people: ["editor", "reviewer", "everything"], seed: false });
  all = await world.as("everything");
  editor = await world.as("editor");
  reviewer = await world.as("reviewer");
  desk = await fillDesk(world, all, editor);
});

screenAt("home", () => all, () => "/admin");
screenAt("home of the editor", () => editor, () => "/admin");
screenAt("guides", () => all, () => "/admin/guides");
screenAt("guides, filtered", () => all, () => "/admin/guides?q=engineer&category=cloud-infra&status=published");
screenAt("guides, no match", () => all, () => "/admin/guides?q=%E7%84%A1%E3%81%84");
screenAt("guides, one word too many", () => all, () => "/admin/guides?q=engineer+%E7%84%A1%E3%81%84");
screenAt("guides, archived", () => all, () => "/admin/guides?status=archived");
screenAt("the editor with its settings", () => editor, () => desk.path("waiting"));

for (const panel of /** @type {const} */ (["preview", "outline", "checks", "comments"])) {
  screen(`the editor with its ${panel}`, async () => {
    await openEditor(editor, desk.id("errors"));
    await editor.getByRole("tab").filter({ hasText: ja(`editor.${panel}`) }).click();
    await editor.locator(`#${panel}`).waitFor();
    return editor;
  });
}

/** The panels that cover the text for a moment. @type {[name: string, open: (page: Page) => Promise<void>][]} */
const OVER_THE_TEXT = [
  ["its search", async (page) => {
    await textField(page).press("Control+f");
    await page.locator(".cm-search").waitFor();
  }],
  ["its parts on offer", async (page) => {
    await typeAtEnd(page, "\n");
    await page.keyboard.type("/");
    await page.locator(".cm-tooltip-autocomplete [role=option]").first().waitFor();
  }],
  ["the menu of its table", async (page) => {
    await page.locator("[data-writing-bar] summary").click();
    await page.locator("[data-run=insertTable]").waitFor();
  }],
  ["its keys", async (page) => {
    await page.getByRole("button", { name: ja("writing.help") }).click();
    await page.getByRole("dialog").waitFor();
  }],
  ["marks of the checks", async (page) => {
    await page.locator("#editor").evaluate((form) => {
      const detail = ["error", "warn", "hint"].map((level, index) => ({ level, code: "", message: "指摘", from: index * 5, to: index * 5 + 1 }));
      form.dispatchEvent(new CustomEvent("annai:findings", { detail }));
    });
    await page.locator(".mark-error").waitFor();
  }],
];

for (const [name, open] of OVER_THE_TEXT) {
  screen(`the editor with ${name}`, async () => {
    await openEditor(editor, desk.id("errors"));
    await open(editor);
    return editor;
  });
}

screen("the editor with the plain field", async () => {
  await openEditor(editor, desk.id("errors"));
  await editor.getByRole("button", { name: ja("writing.help") }).click();
  await editor.getByLabel(ja("writing.field"), { exact: true }).selectOption("plain");
  await editor.getByRole("button", { name: ja("help.close") }).click();
  await editor.locator("#body").waitFor();
  // For this screen only: the choice is remembered.
  await editor.evaluate(() => localStorage.clear());
  return editor;
});

/** A guide that is waiting for a decision and about which everything was said that can be. */
async function talkedAbout() {
  await reviewer.goto("/admin");
  const body = "# 案内 talked\n\n開発の現場は複雑です。複数の環境を複製します。\n";
  const guideId = await createGuide(editor, guideFile("talked", { body }));
  const [first] = await revisionsOf(editor, guideId);
  const quote = (/** @type {string} */ text) => ({ kind: "quote", revision_id: first?.revision_id, quote: text });
  /** @type {string[]} */
  const begun = [];
  for (const [page, thread] of /** @type {const} */ ([
    [reviewer, { body: `@${world.nameOf("editor")} 数字の出典を示してください。`, is_blocking: true, anchor: quote("複数の環境") }],
    [editor, { body: "この文は要りますか。", anchor: quote("現場は複雑") }],
    [editor, { body: "短くできますか。", anchor: { kind: "field", field: "title" } }],
    [editor, { body: "全体によいです。" }],
    [editor, { body: "直しました。", is_blocking: true }],
  ])) {
    const answer = await api(page, "POST", `/guides/${guideId}/threads`, { data: thread, headers: { "Idempotency-Key": crypto.randomUUID() } });
    begun.push((await answer.json()).thread_id);
  }
  await api(editor, "POST", `/guides/${guideId}/threads/${begun.at(-1)}/resolve`, { data: {} });
  await openEditor(editor, guideId);
  await writeBody(editor, body.replace("現場は複雑です。", ""));
  await saveRevision(editor);
  const [latest] = await revisionsOf(editor, guideId);
  await api(editor, "POST", `/guides/${guideId}/submit`, { data: { revision_id: latest?.revision_id } });
  return guideId;
}

screen("the editor with conversations of every kind", async () => {
  const guideId = await talkedAbout();
  await editor.goto(`/admin/guides/${guideId}#comments`);
  await awake(editor);
  await editor.locator(".resolved summary").first().click();
  await editor.locator(".reply summary").first().click();
  await editor.locator('.thread [data-state="gone"]:not([hidden])').waitFor();
  return editor;
});

screen("the editor while somebody is called", async () => {
  await editor.getByLabel(ja("comment.label")).fill("@");
  await editor.locator(".mention-list:not([hidden]) [role=option]").first().waitFor();
  return editor;
});

screen("a review that a conversation holds back", async () => {
  await reviewer.goto("/admin/reviews");
  await reviewer.getByRole("link", { name: "案内 talked" }).click();
  await reviewer.getByText(ja("refused.blocked")).waitFor();
  await awake(reviewer);
  return reviewer;
});

screenAt("home of somebody who was called", () => editor, () => "/admin");

screen("the editor with its menu open", async () => {
  await openEditor(all, desk.id("public"));
  await menu(all).click();
  await choice(all, "rollback").waitFor();
  return all;
});

screen("the editor after an autosave", async () => {
  await openEditor(editor, desk.id("approved"));
  await editor.locator("#field-title").fill("題名を考え中");
  await untilSaved(editor);
  await editor.reload();
  await awake(editor);
  return editor;
});

screenAt("the editor of a value that the form cannot show", () => editor, () => desk.path("odd"));
screenAt("the editor of a guide sent back", () => editor, () => desk.path("sent_back"));
screenAt("the editor of a guide with a broken relation", () => editor, () => desk.path("broken"));

screen("the editor of malformed front matter", async () => {
  const [latest] = await revisionsOf(editor, desk.id("raw"));
  await api(editor, "PUT", `/guides/${desk.id("raw")}/working-copy`, {
    data: { base_revision_id: latest?.revision_id, sequence: 1, source: "---json\n{\n---\n本文\n" },
  });
  await openEditor(editor, desk.id("raw"));
  await editor.locator("#raw-error").waitFor();
  return editor;
});

screen("the editor after a refused save", async () => {
  await openEditor(editor, desk.id("broken"));
  await editor.locator("#field-slug").fill("sre_engineer");
  await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await editor.getByText(ja("editor.text_is_kept")).waitFor();
  return editor;
});

screen("the editor offering words, and pointing out a spelling", async () => {
  await openEditor(editor, desk.id("waiting"));
  const tags = editor.locator("#field-tags");
  await tags.fill("Sre");
  await tags.press("Enter");
  await editor.getByText(ja("js.near_miss", { item: "Sre", usual: "SRE" })).waitFor();
  await tags.fill("e");
  await editor.locator("#field-tags-suggestions li").first().waitFor();
  await tags.press("ArrowDown");
  return editor;
});

screen("the editor with a slug that readers know, about to be changed", async () => {
  await openEditor(editor, desk.id("public"));
  await editor.getByText(ja("fields.slug_change"), { exact: true }).click();
  await editor.locator("#field-slug").waitFor();
  return editor;
});

screen("the editor with other keys that cannot be read", async () => {
  await openEditor(editor, desk.id("odd"));
  await editor.locator(".other-keys summary").click();
  await editor.locator("#other").fill('{ "own_key": ');
  await editor.locator("#other-error a").waitFor();
  await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await editor.getByText(ja("refused.other_keys")).waitFor();
  return editor;
});

screen("the editor with somebody else in the guide, who saved", async () => {
  await openEditor(editor, desk.id("sent_back"));
  await edit(all, desk.id("sent_back"), "ほかの人の文。");
  await editor.locator(".saved-by-other a").waitFor();
  await editor.locator("#presence li").waitFor();
  return editor;
});

screen("the editor offline", async () => {
  await openEditor(editor, desk.id("broken"));
  await editor.route("**/working-copy", (route) => route.abort("internetdisconnected"));
  await writeBody(editor, "オフラインで書いた文。");
  await editor.locator("#save-state").filter({ hasText: ja("js.offline") }).waitFor();
  return editor;
});

screen("the editor offering the text of this device", async () => {
  await editor.goto("about:blank");
  await editor.unroute("**/working-copy");
  const page = await editor.context().newPage();
  await openEditor(page, desk.id("waiting"));
  // In the page itself: leaving it flushes once more, and no route of ours sees that request for certain.
  await page.evaluate(() => { window.fetch = () => Promise.reject(new TypeError("no network")); });
  await writeBody(page, "この端末だけの文。");
  await page.locator("#save-state").filter({ hasText: ja("js.kept_here") }).waitFor();
  await page.close();
  await openEditor(editor, desk.id("waiting"));
  await editor.getByRole("button", { name: ja("js.local_restore") }).waitFor();
  return editor;
});

screen("the editor after its session ended", async () => {
  await openEditor(editor, desk.id("errors"));
  await editor.route("**/working-copy", (route) => route.fulfill({ status: 401, body: "" }));
  await writeBody(editor, "期限のあとの文。");
  await editor.getByRole("dialog").waitFor();
  return editor;
});

screen("a conflict", async () => {
  await editor.goto("about:blank");
  await editor.unroute("**/working-copy");
  await openEditor(editor, desk.id("conflict"));
  await edit(all, desk.id("conflict"), "相手の文。");
  await writeBody(editor, `${await bodyText(editor)}\n自分の文。\n`);
  await editor.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await editor.locator("[data-conflict]").waitFor();
  return editor;
});

screen("a conflict that was sent undecided", async () => {
  await editor.locator("form[data-conflicts]").evaluate((form) => form.setAttribute("novalidate", ""));
  await editor.getByRole("button", { name: ja("conflict.save"), exact: true }).click();
  await editor.getByText(ja("conflict.undecided")).waitFor();
  return editor;
});

screen("a merge that asks nothing", async () => {
  const [latest] = await revisionsOf(editor, desk.id("merge"));
  const source = (await latestSource(editor, desk.id("merge"))).toString();
  await edit(all, desk.id("merge"), "相手の文。");
  await api(editor, "PUT", `/guides/${desk.id("merge")}/working-copy`, {
    data: { base_revision_id: latest?.revision_id, sequence: 1, source: source.replace("本文です。", "自分の文です。") },
  });
  await editor.goto(`${desk.path("merge")}/conflict`);
  await editor.getByText(ja("conflict.clean")).waitFor();
  return editor;
});

screenAt("the editor after a conflict", () => editor, () => desk.path("conflict"));
screenAt("a guide that one may only read", () => reviewer, () => desk.path("waiting"));
screenAt("a guide that was put away", () => all, () => desk.path("archived"));

/**
 * Opens a preview without its sandbox: within it nothing runs, not even what checks it.
 *
 * @param {Page} page
 * @param {string} path
 */
async function openPreview(page, path) {
  await page.route(`**${path}`, async (route) => {
    const response = await route.fetch();
    const { "content-security-policy": _, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await page.goto(path);
  return page;
}

screen("the preview", () => openPreview(editor, `${desk.path("sent_back")}/preview`));
screen("the preview of a real page", () => openPreview(all, `${desk.path("public")}/preview`));
screen("the preview that is refused", () => openPreview(editor, `${desk.path("too_deep")}/preview`));

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
