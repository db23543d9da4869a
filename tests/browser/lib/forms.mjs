/**
 * Every form that a person types into, and whether this device keeps it.
 */
import { openEditor } from "./desk.mjs";
import { api, createGuide, guideFile } from "./guides.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * @typedef {object} TypedForm
 * @property {string} name
 * @property {string} path - The page with the form.
 * @property {string} action - The end of the path that it is sent to.
 * @property {Record<string, string>} fields - What is typed, by selector.
 * @property {string} [tab] - The panel to open first.
 */

/**
 * Makes what the forms are about, and lists them. Every one has all rights of `everything`.
 *
 * @param {Page} all - Signed in as `everything`.
 * @param {Page} editor - Signed in as an editor.
 * @returns {Promise<TypedForm[]>}
 */
export async function typedForms(all, editor) {
  const reviewed = await createGuide(editor, guideFile("kept_reviewed"));
  const { latest } = await (await api(editor, "GET", `/guides/${reviewed}`)).json();
  await api(editor, "POST", `/guides/${reviewed}/submit`, { data: { revision_id: latest.revision_id } });
  await api(editor, "POST", `/guides/${reviewed}/threads`, { data: { body: "始めのコメント。" } });
  const own = await createGuide(all, guideFile("kept_own"));
  const contested = await contestedGuide(all, editor);
  const hook = { name: "サイト", url: "https://example.jp/hooks", event_types: ["guide.published"] };
  const webhook = (await (await api(all, "POST", "/webhooks", { data: hook })).json()).webhook_endpoint_id;
  const review = `/admin/guides/${reviewed}/review`;
  return [
    { name: "a new guide", path: "/admin/guides/new", action: "/new", fields: { "#title": "長い新規ガイド", "#slug": "long_new_guide", "#body": `# 新規\n\n${"大切な本文。".repeat(200)}` } },
    { name: "the reason of sending back", path: review, action: "/approve", fields: { "#judge-form textarea": "差し戻しの長い理由" } },
    { name: "a comment", path: review, action: "/threads", fields: { "#comment": "書きかけの長いコメント" } },
    { name: "a reply", path: review, action: "/comments", fields: { ".reply textarea": "書きかけの返事" } },
    { name: "a comment beside the text", path: `/admin/guides/${own}`, action: "/threads", tab: "editor.comments", fields: { "#comment": "本文の横のコメント" } },
    { name: "the message of a revision", path: `/admin/guides/${own}`, action: "", fields: { "#message": "年収の節を更新" } },
    { name: "a person", path: "/admin/users", action: "/users", fields: { "#email": "new@example.jp", "#display_name": "新しい 人" } },
    { name: "a key", path: "/admin/keys", action: "/keys", fields: { "#name": "本番サイト" } },
    { name: "a webhook", path: "/admin/webhooks", action: "/webhooks", fields: { "#name": "別のサイト", "#url": "https://example.jp/other" } },
    { name: "a webhook that exists", path: `/admin/webhooks/${webhook}`, action: webhook, fields: { "#name": "名前を変えたサイト" } },
    { name: "the reason of an emergency publication", path: `/admin/guides/${own}/break-glass`, action: "/break-glass", fields: { "#reason": "誤った電話番号が公開されているため。" } },
    { name: "the account", path: "/admin/account", action: "/profile", fields: { "#display_name": "全権 みどり改" } },
    { name: "the name of a revision", path: `/admin/guides/${own}/history`, action: "/name-revision", fields: { '.revision-naming [name="name"]': "秋の改訂" } },
    { name: "a choice in a conflict", path: `/admin/guides/${contested}/conflict`, action: "/merge", fields: { '[name="own.0"]': "どちらでもない文。" } },
  ];
}

/**
 * A guide in which two people changed the same sentence.
 *
 * @param {Page} all
 * @param {Page} editor
 */
async function contestedGuide(all, editor) {
  const source = (/** @type {string} */ text) => guideFile("kept_contested", { body: `# 題\n\n${text}\n` });
  const guideId = await createGuide(editor, source("元の文。"));
  const { latest } = await (await api(editor, "GET", `/guides/${guideId}`)).json();
  const mine = { base_revision_id: latest.revision_id, sequence: 1, source: source("自分の文。") };
  await api(all, "PUT", `/guides/${guideId}/working-copy`, { data: mine });
  await api(editor, "POST", `/guides/${guideId}/revisions`, {
    data: { source: source("相手の文。") },
    headers: { "If-Match": `"${latest.revision_id}"`, "Idempotency-Key": crypto.randomUUID() },
  });
  return guideId;
}

/**
 * Opens the page of a form, once what this device keeps is in its fields.
 *
 * @param {Page} page
 * @param {TypedForm} form
 * @param {import("./words.mjs").Words} words
 */
export async function openForm(page, form, words) {
  if (/^\/admin\/guides\/[\w-]{36}$/.test(form.path)) await openEditor(page, form.path.split("/").at(-1) ?? "");
  else await page.goto(form.path);
  await page.locator("html[data-filled]").waitFor({ state: "attached" });
  if (form.tab) await page.getByRole("tab").filter({ hasText: words(form.tab) }).click();
  for (const selector of Object.keys(form.fields)) await page.locator(selector).first().evaluate(unfold);
}

/** Opens everything around a field; runs in the page. @param {Element} field */
function unfold(field) {
  for (let at = field.closest("details"); at; at = at.parentElement?.closest("details") ?? null) at.open = true;
}

/** @param {Page} page @param {TypedForm} form */
export async function fillForm(page, form) {
  for (const [selector, value] of Object.entries(form.fields)) await page.locator(selector).first().fill(value);
}

/** What the fields of a form hold. @param {Page} page @param {TypedForm} form */
export async function valuesOf(page, form) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const selector of Object.keys(form.fields)) values[selector] = await page.locator(selector).first().inputValue();
  return values;
}

/**
 * Waits until this device holds what was typed.
 *
 * @param {Page} page
 * @param {TypedForm} form
 */
export const untilKept = (page, form) => page.waitForFunction(areKept, Object.values(form.fields), { polling: 5 });

/** Runs in the page. @param {string[]} values */
async function areKept(values) {
  /** @type {IDBDatabase} */
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("annai");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  try {
    /** @type {{ fields: [string, string][] }[]} */
    const texts = await new Promise((resolve, reject) => {
      const request = database.transaction("texts").objectStore("texts").getAll();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return texts.some(({ fields }) => values.every((value) => fields.some(([, kept]) => kept === value)));
  } finally {
    database.close();
  }
}

/** The button that sends a form. @param {Page} page @param {TypedForm} form */
export const sendButton = (page, form) =>
  page.locator(Object.keys(form.fields)[0] ?? "").first().evaluateHandle((field) => {
    const owner = /** @type {HTMLInputElement} */ (field).form;
    return [...(owner?.elements ?? [])].find((element) => element instanceof HTMLButtonElement && element.type === "submit");
  });
