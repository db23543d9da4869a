// @ts-check
import { startConflict } from "./conflict.js";
import { startEditor } from "./editor.js";
import { startPages } from "./pages.js";

document.documentElement.classList.add("js");
startPages();
const editor = document.querySelector("form[data-editor]");
if (editor instanceof HTMLFormElement) startEditor(editor);
const conflicts = document.querySelector("form[data-conflicts]");
if (conflicts instanceof HTMLFormElement) startConflict(conflicts);
