/**
 * The editor's desk: what people do there, in their words.
 */
import assert from "node:assert/strict";

import { ja } from "./words.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * A person's clicks, counted.
 *
 * @typedef {{ click: (target: import("playwright-core").Locator) => Promise<void>, count: () => number }} Clicks
 */

/** @returns {Clicks} */
export function countClicks() {
  let clicks = 0;
  return {
    async click(target) {
      clicks += 1;
      await target.click();
    },
    count: () => clicks,
  };
}

/**
 * The beginning of the save state that says when the text was kept, such as 保存済み 12:04.
 *
 * @param {import("./words.mjs").Words} [words]
 */
export const savedAt = (words = ja) => new RegExp(escape(words("js.saved_at")).replace("\\{time\\}", "\\d{1,2}:\\d{2}"));

/**
 * Opens a guide and waits until its script is awake. Fails at once on an error page, where a wait for the editor
 * would last until its time is over.
 *
 * @param {Page} page
 * @param {string} guideId
 */
export async function openEditor(page, guideId) {
  const response = await page.goto(`/admin/guides/${guideId}`);
  assert.equal(response?.status(), 200, "the editor opens");
  await awake(page);
}

/**
 * Waits until the editor's script has taken the form over.
 *
 * @param {Page} page
 */
export async function awake(page) {
  await page.locator("html.js").waitFor({ state: "attached" });
  // The field for the text is the one it will stay: the Markdown editor arrives a moment later.
  await page.locator("form[data-editor]:not([data-field]) #body").waitFor({ state: "detached" });
}

/**
 * The text of the guide as the editor shows it.
 *
 * @param {Page} page
 */
export const bodyText = (page) => page.locator("#body").inputValue();

/** Returns the Markdown editor that replaces the text area. @param {Page} page */
export const richField = (page) => page.locator(".rich .cm-content");

/**
 * The field in which one writes: the Markdown editor, or the plain text area.
 *
 * @param {Page} page
 */
export const textField = (page) => page.locator("#body:not([hidden]), .rich .cm-content");

/**
 * Puts a text in the place of the whole body.
 *
 * @param {Page} page
 * @param {string} text
 */
export async function writeBody(page, text) {
  const field = textField(page);
  if ((await richField(page).count()) === 0) return field.fill(text);
  await field.focus();
  await page.keyboard.press("ControlOrMeta+a");
  if (text === "") await page.keyboard.press("Delete");
  else await page.keyboard.insertText(text);
}

/**
 * Types at the end of the body.
 *
 * @param {Page} page
 * @param {string} text
 */
export async function typeAtEnd(page, text) {
  await textField(page).focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.insertText(text);
}

/**
 * Waits until the screen says that the working copy is kept.
 *
 * @param {Page} page
 */
export async function untilSaved(page) {
  await page.locator("#save-state").filter({ hasText: savedAt() }).waitFor();
}

/**
 * Saves a revision with the button, and waits for the answer. The page stays.
 *
 * @param {Page} page
 * @param {"revision_saved" | "revision_unchanged"} [outcome] what the save state says afterwards; by default either
 */
export async function saveRevision(page, outcome) {
  await page.getByRole("button", { name: ja("editor.save"), exact: true }).click();
  await untilRevision(page, outcome);
}

/**
 * Waits until the save state says that the text is a revision.
 *
 * @param {Page} page
 * @param {"revision_saved" | "revision_unchanged"} [outcome]
 */
export async function untilRevision(page, outcome) {
  const said = (outcome ? [outcome] : ["revision_saved", "revision_unchanged"]).map((key) =>
    escape(ja(`js.${key}`)).replace("\\{number\\}", "\\d+").replace("\\{time\\}", "\\d{1,2}:\\d{2}"));
  await page.locator('#save-state[data-state="saved"]').filter({ hasText: new RegExp(said.join("|")) }).waitFor();
}

/**
 * The editor's first button: it saves and submits.
 *
 * @param {Page} page
 */
export const submitButton = (page) => page.getByRole("button", { name: ja("action.submit"), exact: true });

/**
 * The menu of what else can be done with a guide, and one thing in it.
 *
 * @param {Page} page
 */
export const menu = (page) => page.locator("details[data-menu]:not([data-rich]) > summary");

/**
 * @param {Page} page
 * @param {"submit" | "withdraw" | "publish" | "break_glass" | "rollback" | "unpublish" | "archive" | "unarchive"} action
 */
export const choice = (page, action) =>
  page.locator(".menu-list").locator("a, button").filter({ hasText: exactly(ja(`action.${action}`)) });

/**
 * The message of the last act.
 *
 * @param {Page} page
 * @param {string} key
 */
export async function said(page, key) {
  await page.locator(".flash").filter({ hasText: exactly(ja(`flash.${key}`)) }).waitFor();
}

/**
 * The message after a decision: another page is open, and it names the guide.
 *
 * @param {Page} page
 * @param {"published" | "approved" | "approved_not_published" | "sent_back"} key
 * @param {string} title
 */
export async function told(page, key, title) {
  await page.locator(".flash span").filter({ hasText: exactly(ja(`toast.${key}`, { title })) }).waitFor();
}

/** @param {string} text */
export const exactly = (text) => new RegExp(`^\\s*${escape(text)}\\s*$`);

/** @param {string} text */
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
