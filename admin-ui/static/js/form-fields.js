// @ts-check
/** The editor's form as a list of names and values. */

/** Fields that hold the state of a form rather than text. */
const BOOKKEEPING = ["base", "sequence", "person", "window", "message"];

/** @typedef {[name: string, value: string][]} Fields */

/**
 * Returns the text in the form, with its base revision.
 *
 * @param {HTMLFormElement} form
 * @returns {Fields}
 */
export function fieldsOf(form) {
  /** @type {Fields} */
  const fields = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && (name === "base" || !BOOKKEEPING.includes(name))) fields.push([name, value.replaceAll("\r\n", "\n")]);
  }
  return fields;
}

/**
 * Returns whether two forms hold the same text, regardless of their base revisions.
 *
 * @param {Fields} one
 * @param {Fields} other
 */
export function isSameText(one, other) {
  const text = (/** @type {Fields} */ fields) => JSON.stringify(fields.filter(([name]) => name !== "base"));
  return text(one) === text(other);
}

/**
 * Returns whether two forms have the same fields.
 *
 * @param {Fields} one
 * @param {Fields} other
 */
export function hasSameNames(one, other) {
  const names = (/** @type {Fields} */ fields) => JSON.stringify(fields.map(([name]) => name));
  return names(one) === names(other);
}

/**
 * Writes a text into the form, as if it were typed.
 *
 * @param {HTMLFormElement} form
 * @param {Fields} fields
 */
export function fill(form, fields) {
  for (const [name, value] of fields) {
    if (BOOKKEEPING.includes(name)) continue;
    const found = form.elements.namedItem(name);
    for (const field of found instanceof RadioNodeList ? found : [found]) {
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value === "true";
      else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) field.value = value;
      if (field instanceof HTMLElement) field.dispatchEvent(new Event("annai:filled"));
    }
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Returns the text of the field with that role; empty without one.
 *
 * @param {HTMLFormElement} form
 * @param {"title" | "slug" | "summary"} role
 */
export function textOfRole(form, role) {
  const field = form.querySelector(`[data-role="${role}"]`);
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement ? field.value : "";
}
