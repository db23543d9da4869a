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

/** Every screen shows times in the zone of the server's setting. */
export const timeZone = () => document.documentElement.dataset.timeZone ?? "UTC";

/** @param {Date} at */
export function clock(at) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: timeZone() }).format(at);
}
