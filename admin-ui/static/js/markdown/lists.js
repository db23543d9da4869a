// @ts-check
/** Enter in a list or a quotation: the beginning of the next line. */

const MARKER = /^((?:[ \t]*>)*[ \t]*)(?:([-*+])|(\d{1,9})([.)]))([ \t]+)(\[[ xX]\][ \t]+)?/;
const INDENT = /^(?:[ \t]*>)*[ \t]*/;
const QUOTE = /^(?:[ \t]*>[ \t]?)+/;

/**
 * @typedef {object} Continuation
 * @property {string} begins the beginning of the next line
 * @property {number} length of this line's own beginning
 * @property {boolean} isEmpty whether the line holds nothing else, which ends the list
 * @property {number | undefined} number of the next item, in a numbered list
 */

/**
 * Returns the parts of a line that may be an item of a list.
 * @param {string} line
 * @returns {{ indent: string, isNumbered: boolean | undefined, rest: string }} `isNumbered` is undefined outside of lists
 */
export function itemOf(line) {
  const marker = MARKER.exec(line);
  const indent = marker?.[1] ?? INDENT.exec(line)?.[0] ?? "";
  return { indent, isNumbered: marker ? marker[3] !== undefined : undefined, rest: line.slice(marker?.[0].length ?? indent.length) };
}

/** @param {string} line @returns {Continuation | null} */
export function continuation(line) {
  const marker = MARKER.exec(line);
  if (marker) {
    const [all, indent = "", bullet, digits, delimiter = "", space = " ", task] = marker;
    const number = digits === undefined ? undefined : Number(digits) + 1;
    const begins = indent + (bullet ?? `${number}${delimiter}`) + space + (task ? "[ ] " : "");
    return { begins, length: all.length, isEmpty: line.slice(all.length).trim() === "", number };
  }
  const quote = QUOTE.exec(line)?.[0];
  if (quote === undefined) return null;
  return { begins: quote, length: quote.length, isEmpty: line.slice(quote.length).trim() === "", number: undefined };
}

/**
 * Raises the number of a line that is the item `number` of the list with `begins`.
 * @param {string} line
 * @param {string} begins
 * @param {number} number
 * @returns {{ from: number, to: number, insert: string } | null} within the line
 */
export function renumbered(line, begins, number) {
  const marker = MARKER.exec(line);
  const indent = marker?.[1] ?? "";
  if (!marker?.[3] || Number(marker[3]) !== number || MARKER.exec(begins)?.[1] !== indent) return null;
  return { from: indent.length, to: indent.length + marker[3].length, insert: String(number + 1) };
}
