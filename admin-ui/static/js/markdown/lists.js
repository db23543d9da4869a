// @ts-check
/** Enter in a list or a quotation: the beginning of the next line. */

const MARKER = /^((?:[ \t]*>)*[ \t]*)(?:([-*+])|(\d{1,9})([.)]))([ \t]+)(\[[ xX]\][ \t]+)?/;
const QUOTE = /^(?:[ \t]*>[ \t]?)+/;

/**
 * @typedef {object} Continuation
 * @property {string} begins the beginning of the next line
 * @property {number} length of this line's own beginning
 * @property {boolean} isEmpty whether the line holds nothing else, which ends the list
 * @property {number | undefined} number of the next item, in a numbered list
 */

/** Returns whether a line is an item of a numbered or of the other list. @param {string} line @param {boolean} isNumbered */
export function isItem(line, isNumbered) {
  const marker = MARKER.exec(line);
  return marker !== null && (marker[3] !== undefined) === isNumbered;
}

/** Returns a line without the marker of its item. @param {string} line */
export function withoutMarker(line) {
  const marker = MARKER.exec(line);
  return marker ? (marker[1] ?? "") + line.slice(marker[0].length) : line;
}

/** Returns a line as an item of a list. @param {string} line @param {number} [number] of a numbered list */
export function asItem(line, number) {
  const text = withoutMarker(line);
  const rest = text.trimStart();
  return `${text.slice(0, text.length - rest.length)}${number === undefined ? "-" : `${number}.`} ${rest}`;
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
