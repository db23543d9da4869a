// @ts-check
/** Behaviour that every page shares. The template of a page names the script that only this page needs. */
import "./kept-forms.js";
import { isInputMethod } from "./ime.js";
import { startToasts } from "./toast.js";
import { startTimes } from "./times.js";
import { word } from "./words.js";

document.documentElement.classList.add("js");
start();

function start() {
  keepEnterForTheInputMethod();
  sendOnce();
  startToasts();
  startTimes();
  showPlace();
  for (const element of document.querySelectorAll("[data-reveal]")) if (element instanceof HTMLButtonElement) reveal(element);
  for (const element of document.querySelectorAll("[data-copy]")) if (element instanceof HTMLButtonElement) copy(element);
  closeMenus();
  document.addEventListener("click", (event) => {
    const asked = event.target instanceof Element ? event.target.closest("[data-confirm]") : null;
    if (asked instanceof HTMLElement && !window.confirm(asked.dataset.confirm)) event.preventDefault();
  });
  for (const form of document.querySelectorAll("form[data-filters]")) if (form instanceof HTMLFormElement) shortAddress(form);
  const first = document.querySelector("[data-focus]");
  if (first instanceof HTMLElement) first.focus();
}

/** Scrolls the navigation of a narrow window to the place that the person is at. */
function showPlace() {
  for (const nav of document.querySelectorAll(".top-nav, .status-tabs")) {
    const here = nav.querySelector("[aria-current]");
    if (!(here instanceof HTMLElement) || !(nav instanceof HTMLElement)) continue;
    nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  }
}

/** Keeps the Enter that confirms a conversion from submitting. */
function keepEnterForTheInputMethod() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && isInputMethod(event) && event.target instanceof HTMLInputElement) event.preventDefault();
  }, { capture: true });
}

/** Keeps a second click from sending a form twice. */
function sendOnce() {
  /** @type {WeakSet<HTMLFormElement>} */
  let sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
  });
  window.addEventListener("pageshow", () => { sent = new WeakSet(); });
}

/** @param {HTMLButtonElement} button */
function reveal(button) {
  const field = document.getElementById(button.dataset.reveal ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = field.type === "password";
    field.type = isShown ? "text" : "password";
    button.textContent = isShown ? word("hide") : word("show");
    button.setAttribute("aria-pressed", String(isShown));
  });
}

/** @param {HTMLButtonElement} button */
function copy(button) {
  const source = document.getElementById(button.dataset.copy ?? "");
  if (!source) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = source instanceof HTMLInputElement ? source : null;
    field?.select();
    await navigator.clipboard.writeText(field?.value ?? source.textContent);
    button.textContent = word("copied");
  });
}

/** Closes menus on a click elsewhere, and on Escape. */
function closeMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || isInputMethod(event) || !(event.target instanceof Element)) return;
    const menu = event.target.closest("details[data-menu]");
    menu?.removeAttribute("open");
    menu?.querySelector("summary")?.focus();
  });
}

/** Leaves empty filters out of the address. @param {HTMLFormElement} form */
function shortAddress(form) {
  const fields = () => [...form.elements].filter((field) => field instanceof HTMLInputElement || field instanceof HTMLSelectElement);
  form.addEventListener("submit", () => {
    for (const field of fields()) field.disabled = field.value === "";
  });
  window.addEventListener("pageshow", () => { for (const field of fields()) field.disabled = false; });
}
