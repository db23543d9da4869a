// @ts-check
/** The JSON of keys outside the schema. Faults show while people type. */
import { word } from "./words.js";

const DELAY = 400;

/** @param {HTMLFormElement} form */
export function startOtherKeys(form) {
  const field = form.querySelector("#other");
  const place = document.getElementById("other-error");
  if (!(field instanceof HTMLTextAreaElement) || !place) return;
  let timer = 0;
  let asked = 0;
  const check = async () => {
    asked += 1;
    const number = asked;
    const body = new FormData();
    body.set("other", field.value);
    try {
      const answer = await fetch("/admin/guides/other-keys", { method: "POST", body });
      if (!answer.ok) return;
      /** @type {{ text: string, line: number, column: number } | null} */
      const fault = await answer.json();
      if (number === asked) show(field, place, fault);
    } catch {
      // Offline: the server checks again at the next save.
    }
  };
  field.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void check(), DELAY);
  });
}

/**
 * @param {HTMLTextAreaElement} field
 * @param {HTMLElement} place
 * @param {{ text: string, line: number, column: number } | null} fault
 */
function show(field, place, fault) {
  if (!fault) {
    field.removeAttribute("aria-invalid");
    place.replaceChildren();
    return;
  }
  field.setAttribute("aria-invalid", "true");
  const link = document.createElement("a");
  link.href = "#other";
  link.dataset.line = String(fault.line);
  link.dataset.column = String(fault.column);
  link.textContent = word("line_column", { line: fault.line, column: fault.column });
  place.replaceChildren(fault.text, " ", link, " ", word("other_waits"));
}
