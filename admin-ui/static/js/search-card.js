// @ts-check
/** The guide as a search engine may show it. It follows the form. */
import { cut } from "./measure.js";
import { word } from "./words.js";

/** The room in a search result, in full-width characters. */
const TITLE = 32;
const DESCRIPTION = 125;

/** @param {HTMLFormElement} form */
export function startSearchCard(form) {
  const card = form.querySelector("[data-card]");
  if (!(card instanceof HTMLElement)) return;
  const pattern = card.dataset.url ?? "";
  const put = (/** @type {string} */ name, /** @type {string} */ text) => {
    const place = card.querySelector(`[data-card-${name}]`);
    if (place && place.textContent !== text) place.textContent = text;
  };
  const show = () => {
    const fields = new FormData(form);
    const text = (/** @type {string} */ key) => String(fields.get(`field.${key}`) ?? "");
    const slug = text("slug");
    put("url", /^[a-z0-9]+(_[a-z0-9]+)*$/u.test(slug) ? pattern.replace("{slug}", () => slug) : word("card_no_url"));
    put("title", cut(text("title"), TITLE) || word("card_no_title"));
    put("description", cut(text("meta_description"), DESCRIPTION) || word("card_no_description"));
  };
  form.addEventListener("input", (event) => {
    // The target is the form itself after a script filled in all fields.
    if (event.target === form || (event.target instanceof Element && event.target.closest("#settings"))) show();
  });
}
