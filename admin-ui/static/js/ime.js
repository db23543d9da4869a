// @ts-check
/**
 * Whether a key press belongs to the input method: it converts or confirms text and is no
 * command to us. Safari reports the confirming Enter after the composition with code 229.
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
export function isInputMethod(event) {
  return event.isComposing || event.keyCode === 229;
}
