/**
 * A person's actions in the Markdown editor.
 */
import { bodyText, textField, writeBody } from "./desk.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof compose>>} Composition */

/**
 * Puts the cursor before the `|` of a text, and the text without it into the field.
 *
 * @param {Page} page
 * @param {string} text
 */
export async function writeAt(page, text) {
  const at = text.indexOf("¦");
  await writeBody(page, text.replace("¦", ""));
  await page.evaluate(async ([path, place]) => {
    const { selectInBody } = await import(String(path));
    selectInBody(place, place);
  }, /** @type {const} */ ([await module(page, "body"), at < 0 ? text.length : at]));
}

/**
 * The address of one of the modules of the page's own script.
 *
 * @param {Page} page
 * @param {string} name
 */
export async function module(page, name) {
  const script = await page.locator("script[src*='/pages/']").getAttribute("src");
  return String(script).replace(/\.js$/, `/${name}.js`);
}

/**
 * Begins to convert kana in the field that has the focus, as an input method does.
 *
 * @param {Page} page
 * @param {string} kana
 */
export async function compose(page, kana) {
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: kana, selectionStart: kana.length, selectionEnd: kana.length });
  return {
    /** @param {string} text */
    commit: async (text) => {
      await session.send("Input.insertText", { text });
      await session.detach();
    },
  };
}

/**
 * A key that the browser marks as the input method's, where no composition runs: as Safari does
 * with the Enter that confirms one.
 *
 * @param {Page} page
 * @param {string} key
 * @returns {Promise<boolean>} Whether the browser would act on it.
 */
export function inputMethodKey(page, key) {
  return textField(page).evaluate((field, name) => {
    const event = new KeyboardEvent("keydown", { key: name, keyCode: 229, bubbles: true, cancelable: true });
    return field.dispatchEvent(event);
  }, key);
}

/**
 * Pastes what another program put into the clipboard.
 *
 * @param {Page} page
 * @param {Record<string, string>} data - By type.
 */
export async function paste(page, data) {
  await textField(page).evaluate((field, parts) => {
    const clipboardData = new DataTransfer();
    for (const [type, text] of Object.entries(parts)) clipboardData.setData(type, text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, data);
}

/**
 * The text with `¦` where the cursor is, or around what is selected.
 *
 * @param {Page} page
 */
export async function textWithCursor(page) {
  const text = await bodyText(page);
  const { from, to } = await page.evaluate(async (path) => {
    const { bodySelection } = await import(path);
    return bodySelection();
  }, await module(page, "body"));
  return `${text.slice(0, from)}¦${from === to ? "" : `${text.slice(from, to)}¦`}${text.slice(to)}`;
}
