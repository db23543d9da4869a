// @ts-check
/**
 * The guide's text: the text area `#body`, which the form sends. Positions are UTF-16 offsets into
 * its value.
 */

/** The text area, on pages that have one. @returns {HTMLTextAreaElement | null} */
export const bodyField = () => /** @type {HTMLTextAreaElement | null} */ (document.getElementById("body"));

/** Selects a part of the guide's text and shows it. @param {number} from @param {number} to */
export function selectInBody(from, to) {
  const area = bodyField();
  if (!area) return;
  area.focus();
  area.setSelectionRange(from, to);
  const lines = area.value.split("\n").length;
  const above = area.value.slice(0, from).split("\n").length;
  area.scrollTop = Math.max(0, (area.scrollHeight / lines) * (above - 4));
}

/** Replaces a part of the text, as one step that can be undone. @param {number} from @param {number} to @param {string} text */
export function replaceInBody(from, to, text) {
  const area = bodyField();
  if (!area) return;
  area.focus();
  area.setSelectionRange(from, to);
  // The only way to change a text area that its own undo knows of.
  const isDone = document.execCommand(text === "" ? "delete" : "insertText", false, text);
  if (isDone) return;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
