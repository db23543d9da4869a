// @ts-check
/**
 * Folds a text for comparison, as `fold` of the content crate does: `ＳＲＥ` is `sre`, `クラウド` is `くらうど`.
 * @param {string} text
 */
export const fold = (text) =>
  text.normalize("NFKC").toLowerCase().normalize("NFKC").replace(/[ァ-ヶヽヾ]/gu, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));

/**
 * Returns the common form of all spellings of a word: `Git-hub`, `Github` and `GitHub`.
 * @param {string} text
 */
export const core = (text) => fold(text).replace(/[\s\-_・]/gu, "");
