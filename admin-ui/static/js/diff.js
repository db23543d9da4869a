// @ts-check
/** The page that compares two revisions: its views are tabs. */
import { Tabs } from "./tabs.js";

const tabs = document.querySelector("[data-tabs]");
if (tabs instanceof HTMLElement) new Tabs(tabs);
