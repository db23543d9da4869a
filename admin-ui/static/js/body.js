// @ts-check
/**
 * The guide's text, in either field. The form sends the text area `#body`, and all scripts read it;
 * the Markdown editor may cover it. Positions are UTF-16 offsets into its value.
 */

/**
 * A field in place of the text area.
 * @typedef {object} Surface
 * @property {() => { from: number, to: number }} selection
 * @property {(from: number, to: number) => void} select selects, shows and focuses
 * @property {(from: number, to: number, text: string) => void} replace
 */

/** @type {Surface | undefined} */
let surface;

/** The text area, on pages that have one. @returns {HTMLTextAreaElement | null} */
export const bodyField = () => /** @type {HTMLTextAreaElement | null} */ (document.getElementById("body"));

/** Puts another field in place of the text area, or takes it away. @param {Surface} [other] */
export function standIn(other) {
  surface = other;
}

/**
 * Returns the selection and the whole text.
 * @returns {{ from: number, to: number, text: string }}
 */
export function bodySelection() {
  const area = bodyField();
  if (!area) return { from: 0, to: 0, text: "" };
  const { from, to } = surface?.selection() ?? { from: area.selectionStart, to: area.selectionEnd };
  return { from, to, text: area.value };
}

/** Selects a part of the guide's text and shows it. @param {number} from @param {number} to */
export function selectInBody(from, to) {
  const area = bodyField();
  if (surface) surface.select(from, to);
  else if (area) selectIn(area, from, to);
}

/** @param {HTMLTextAreaElement} area @param {number} from @param {number} to */
function selectIn(area, from, to) {
  area.focus();
  area.setSelectionRange(from, to);
  const lines = area.value.split("\n").length;
  const above = area.value.slice(0, from).split("\n").length;
  area.scrollTop = Math.max(0, (area.scrollHeight / lines) * (above - 4));
}

/**
 * Selects from a place to the end of its line, in the guide's text or in another text area.
 * @param {HTMLTextAreaElement} area
 * @param {number} line from 1
 * @param {number} column from 1
 */
export function selectLine(area, line, column) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const end = start + (lines[line - 1]?.length ?? 0);
  const from = Math.min(start + column - 1, end);
  if (area === bodyField()) selectInBody(from, end);
  else selectIn(area, from, end);
}

/** Replaces a part of the text as one undo step. @param {number} from @param {number} to @param {string} text */
export function replaceInBody(from, to, text) {
  const area = bodyField();
  if (!area) return;
  if (surface) return surface.replace(from, to, text);
  area.focus();
  area.setSelectionRange(from, to);
  // The only change of a text area that its own undo records.
  const isDone = document.execCommand(text === "" ? "delete" : "insertText", false, text);
  if (isDone) return;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
