// @ts-check
/** Small choices that this device remembers. */

/** @param {string} name @returns {string | null} null without storage in the browser */
export function recall(name) {
  try {
    return localStorage.getItem(`annai.${name}`);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function remember(name, value) {
  try {
    localStorage.setItem(`annai.${name}`, value);
  } catch {
    // Without storage the choice holds for this page only.
  }
}
