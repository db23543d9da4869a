// @ts-check
/** The page that compares two revisions: its views are tabs, and keys lead through the changes. */
import { startChanges } from "./changes.js";
import { Tabs } from "./tabs.js";

const tabs = document.querySelector("[data-tabs]");
if (tabs instanceof HTMLElement) startChanges(new Tabs(tabs));
