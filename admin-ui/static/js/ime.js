// @ts-check
/**
 * Returns whether a key press belongs to the input method, which converts or confirms text with it.
 * Safari reports the confirming Enter after the composition, with code 229.
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
export function isInputMethod(event) {
  return event.isComposing || event.keyCode === 229;
}
