// @ts-check
import { startComments } from "./comments.js";
import { startEditor } from "./editor.js";
import { startPages } from "./pages.js";

document.documentElement.classList.add("js");
startPages();
const editor = document.querySelector("form[data-editor]");
if (editor instanceof HTMLFormElement) startEditor(editor);
startComments();
