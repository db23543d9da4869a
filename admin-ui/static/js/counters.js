// @ts-check
/** 文字数 as people count it, and widths in full-width units. */
import { word } from "./words.js";

const segmenter = new Intl.Segmenter("ja", { granularity: "grapheme" });
/** Characters a minute, for the reading time. */
const READING_SPEED = 500;

/** @param {string} text */
export function graphemes(text) {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/**
 * Full-width units: a half-width character counts half.
 * @param {string} text
 */
export function width(text) {
  let units = 0;
  for (const { segment } of segmenter.segment(text)) {
    const code = segment.codePointAt(0) ?? 0;
    const isHalf = segment.length === 1 && ((code >= 0x20 && code < 0x2000) || (code >= 0xff61 && code <= 0xff9f));
    if (code >= 0x20) units += isHalf ? 0.5 : 1;
  }
  return units;
}

/** @param {HTMLFormElement} form */
export function startCounters(form) {
  for (const output of form.querySelectorAll("output[data-counter]")) {
    if (!(output instanceof HTMLOutputElement)) continue;
    const field = document.getElementById(output.dataset.counter ?? "");
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) continue;
    const show = () => showWidth(output, field.value);
    field.addEventListener("input", show);
    show();
  }
  const body = form.querySelector("#body");
  const output = form.querySelector("output[data-body-counter]");
  if (!(body instanceof HTMLTextAreaElement) || !(output instanceof HTMLOutputElement)) return;
  let timer = 0;
  const count = () => {
    const letters = graphemes(body.value.replace(/\s+/gu, ""));
    output.textContent = word("body_count", { count: letters.toLocaleString(), minutes: Math.max(1, Math.round(letters / READING_SPEED)) });
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
