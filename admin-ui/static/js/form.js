// @ts-check
/** The front matter form: puts its parts together. */
import { startImages } from "./images.js";
import { startLists } from "./list-fields.js";
import { startOtherKeys } from "./other-keys.js";
import { startSearchCard } from "./search-card.js";
import { startSlug } from "./slug.js";

/** @param {HTMLFormElement} form */
export function startForm(form) {
  startLists(form);
  startSlug(form);
  startImages(form);
  startSearchCard(form);
  startOtherKeys(form);
}
