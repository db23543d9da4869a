// @ts-check
/**
 * Counts characters (文字数) as people do, and widths in full-width units: the same rule as `measure.rs` of the
 * content crate. `tests/fixtures/measure.json` holds both to it.
 */

const segmenter = new Intl.Segmenter("ja", { granularity: "grapheme" });

/** Controls, soft hyphen, combining marks, joiners, marks of direction, variation selectors. */
const NONE = /^[\0-\x1f\x7f-\x9f\xad\u0300-\u036f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3099\u309a\ufe00-\ufe0f\ufeff]/u;
/** Latin-1 letters, then the scripts outside East Asia. */
const HALF = /^[\x20-\x7e\xa0\xaa\xba\xc0-\xd6\xd8-\xf6\xf8-\u10ff\u1160-\u1fff\uff61-\uffdc\uffe8-\uffee]/u;
/** Drawn as an emoji. */
const EMOJI = /[\ufe0f\u20e3]/u;
/** Anything but white space. Unlike `\S`, it follows Unicode, as the server does. */
const LETTER = /\P{White_Space}/u;
/** The reading speed for Japanese prose. */
const LETTERS_A_MINUTE = 500;

/** @param {string} text */
export const clusters = (text) => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** @param {string} text */
export function graphemes(text) {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/**
 * Returns the number of letters of a Markdown body: its grapheme clusters that are not white space. The API gives
 * the same number.
 * @param {string} body
 */
export function bodyLetters(body) {
  let count = 0;
  for (const { segment } of segmenter.segment(body)) if (LETTER.test(segment)) count += 1;
  return count;
}

/**
 * Returns the minutes needed to read this number of letters, rounded up.
 * @param {number} letters
 */
export const readingMinutes = (letters) => Math.ceil(letters / LETTERS_A_MINUTE);

/** @param {string} cluster */
function clusterWidth(cluster) {
  if (EMOJI.test(cluster)) return 1;
  if (NONE.test(cluster)) return 0;
  return HALF.test(cluster) ? 0.5 : 1;
}

/**
 * Returns the width in full-width units; a half-width character counts half.
 * @param {string} text
 */
export function width(text) {
  let units = 0;
  for (const { segment } of segmenter.segment(text)) units += clusterWidth(segment);
  return units;
}

/**
 * Cuts a text to `limit` full-width units: all of it, or its beginning and `…`.
 * @param {string} text
 * @param {number} limit
 */
export function cut(text, limit) {
  if (width(text) <= limit) return text;
  let left = limit - width("…");
  let shown = "";
  for (const { segment } of segmenter.segment(text)) {
    left -= clusterWidth(segment);
    if (left < 0) break;
    shown += segment;
  }
  return `${shown}…`;
}
