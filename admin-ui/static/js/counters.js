// @ts-check
/** Counters beside the fields and the text. */
import { bodyLetters, readingMinutes, width } from "./measure.js";
import { word } from "./words.js";

/** @param {HTMLFormElement} form */
export function startCounters(form) {
  for (const output of form.querySelectorAll("output[data-counter]")) {
    if (!(output instanceof HTMLOutputElement)) continue;
    const field = document.getElementById(output.dataset.counter ?? "");
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) continue;
    const show = () => showWidth(output, field.value);
    for (const event of ["input", "annai:filled"]) field.addEventListener(event, show);
    show();
  }
  const body = form.querySelector("#body");
  const output = form.querySelector("output[data-body-counter]");
  if (!(body instanceof HTMLTextAreaElement) || !(output instanceof HTMLOutputElement)) return;
  let timer = 0;
  const count = () => {
    const letters = bodyLetters(body.value);
    output.textContent = word("body_count", { count: letters.toLocaleString(), minutes: readingMinutes(letters) });
  };
  body.addEventListener("input", () => { window.clearTimeout(timer); timer = window.setTimeout(count, 300); });
  count();
}

/** @param {HTMLOutputElement} output @param {string} text */
function showWidth(output, text) {
  const units = width(text);
  const min = Number(output.dataset.min ?? 0);
  const max = Number(output.dataset.max ?? Infinity);
  const note = units > max ? ` ${word("too_wide")}` : units < min && units > 0 ? ` ${word("too_narrow")}` : "";
  const range = min > 0 && Number.isFinite(max) ? `${min}–${max}` : Number.isFinite(max) ? String(max) : `${min}–`;
  output.textContent = word("width", { width: units, max: range }) + note;
  output.classList.toggle("counter-over", note !== "");
}
