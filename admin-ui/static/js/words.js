// @ts-check
/** Messages for scripts, in the language of the page. */

/** @type {Record<string, string> | undefined} */
let words;

/**
 * Returns the text of a message, with its arguments filled in.
 * @param {string} key the part of the message key after `js.`
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function word(key, values = {}) {
  words ??= /** @type {Record<string, string>} */ (JSON.parse(document.getElementById("words")?.textContent || "{}"));
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
