// @ts-check
/** The guide as a search engine may show it. It follows the form. */
import { textOfRole } from "./form-fields.js";
import { cut } from "./measure.js";
import { word } from "./words.js";

/** @param {HTMLFormElement} form */
export function startSearchCard(form) {
  const card = form.querySelector("[data-card]");
  if (!(card instanceof HTMLElement)) return;
  const pattern = card.dataset.url ?? "";
  const put = (/** @type {string} */ name, /** @type {string} */ text, /** @type {string} */ otherwise) => {
    const place = card.querySelector(`[data-card-${name}]`);
    if (!(place instanceof HTMLElement)) return;
    const shown = (place.dataset.room ? cut(text, Number(place.dataset.room)) : text) || otherwise;
    if (place.textContent !== shown) place.textContent = shown;
  };
  const show = () => {
    const slug = textOfRole(form, "slug");
    put("url", /^[a-z0-9]+(_[a-z0-9]+)*$/u.test(slug) ? pattern.replace("{slug}", () => slug) : "", word("card_no_url"));
    put("title", textOfRole(form, "title"), word("card_no_title"));
    put("description", textOfRole(form, "summary"), word("card_no_description"));
  };
  form.addEventListener("input", (event) => {
    // The target is the form itself after a script filled in all fields.
    if (event.target === form || (event.target instanceof Element && event.target.closest("#settings"))) show();
  });
}
