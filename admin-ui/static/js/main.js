// @ts-check
import { startComments } from "./comments.js";
import { startConflict } from "./conflict.js";
import { startEditor } from "./editor.js";
import { startPages } from "./pages.js";
import { startReview } from "./review.js";
import { Tabs } from "./tabs.js";

document.documentElement.classList.add("js");
startPages();
const editor = document.querySelector("form[data-editor]");
if (editor instanceof HTMLFormElement) startEditor(editor);
const queue = document.querySelector("[data-queue]");
if (queue instanceof HTMLElement) startReview(queue);
const tabs = document.querySelector("[data-tabs]");
if (tabs instanceof HTMLElement && !editor) new Tabs(tabs);
const conflicts = document.querySelector("form[data-conflicts]");
if (conflicts instanceof HTMLFormElement) startConflict(conflicts);
startComments();
