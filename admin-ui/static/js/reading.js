// @ts-check
/**
 * The guide as readers see it, in the place of the text, for people who may not write it. A place in the text is
 * shown in the page.
 */
import { bodyField, standIn } from "./body.js";
import { startPassages } from "./passages.js";

/** @param {HTMLFormElement} form */
export function startReading(form) {
  const frame = form.querySelector("iframe[data-reading]");
  const area = bodyField();
  if (!(frame instanceof HTMLIFrameElement) || !area) return;
  standIn({
    selection: () => ({ from: area.selectionStart, to: area.selectionEnd }),
    select: (from) => show(frame, area.value.slice(0, from).split("\n").length),
    replace: () => {},
  });
  const panel = form.querySelector("[data-threads]");
  if (panel instanceof HTMLElement) startPassages(panel);
}

/** Scrolls the page to a line of the text. @param {HTMLIFrameElement} frame @param {number} line */
function show(frame, line) {
  const blocks = [...(frame.contentDocument?.querySelectorAll("[data-line]") ?? [])];
  const block = blocks.findLast((one) => Number(one.getAttribute("data-line")) <= line) ?? blocks[0];
  if (block) frame.contentWindow?.scrollBy(0, block.getBoundingClientRect().top - 16);
}
