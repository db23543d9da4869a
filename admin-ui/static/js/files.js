// @ts-check
/**
 * Pasted and dropped files. Guides name the pictures of their site, so a file has no place here yet: the page
 * says so, and the browser does not open the file in place of the page.
 */
import { word } from "./words.js";

/** Starts to answer files. @param {HTMLElement} status the region that says what happened */
export function startFiles(status) {
  const say = (/** @type {string} */ text) => { status.textContent = text; };
  document.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data || data.files.length === 0 || hasText(data)) return;
    event.preventDefault();
    event.stopPropagation();
    say(answer([...data.files]));
  }, { capture: true });
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event) && !isFileField(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!hasFiles(event) || isFileField(event) || (isInRichField(event) && files.every(isText))) return;
    event.preventDefault();
    event.stopPropagation();
    say(answer(files));
  }, { capture: true });
  document.addEventListener("input", () => say(""));
}

/** Returns whether the clipboard holds text too, as office programs add a picture of their cells. @param {DataTransfer} data */
const hasText = (data) => data.getData("text/plain") !== "" || /<img[^>]+src=["']?https?:/i.test(data.getData("text/html"));

/** @param {DragEvent} event */
const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files") ?? false;

/** @param {Event} event */
const isFileField = ({ target }) => target instanceof HTMLInputElement && target.type === "file";

/** @param {Event} event */
const isInRichField = ({ target }) => target instanceof Element && target.closest(".cm-content") !== null;

/** Returns whether the Markdown editor inserts the text of a file. @param {File} file */
const isText = ({ name, type }) => type.startsWith("text/") || /\.(?:md|markdown|txt|csv)$/i.test(name);

/** @param {File[]} files */
const answer = (files) => word(files.some(({ type }) => type.startsWith("image/")) ? "picture_not_pasted" : "file_not_pasted");
