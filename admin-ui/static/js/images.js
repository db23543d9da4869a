// @ts-check
/**
 * Images beside the fields that name them. Only images of the site itself load, as the page's policy demands.
 */
import { word } from "./words.js";

/**
 * Returns the address of an image, or the reason why it cannot be shown.
 * @param {string} text the value of the field
 * @param {string} site the address of the site's images; empty without the setting
 * @returns {{ address: string } | { reason: string } | undefined} undefined for an empty field
 */
export function pictureOf(text, site) {
  if (text === "") return undefined;
  const isPath = /^\/(?!\/)\S*$/u.test(text);
  if (!isPath && !/^https:\/\/\S+$/u.test(text)) return { reason: "image_malformed" };
  if (site === "") return { reason: "image_no_site" };
  const address = URL.parse(isPath ? site + text : text);
  if (!address) return { reason: "image_malformed" };
  return address.origin === URL.parse(site)?.origin ? { address: address.href } : { reason: "image_elsewhere" };
}

/** @param {HTMLFormElement} form */
export function startImages(form) {
  const site = form.querySelector("[data-site-assets]")?.getAttribute("data-site-assets") ?? "";
  for (const field of form.querySelectorAll("input[data-image]")) {
    if (field instanceof HTMLInputElement) startImage(field, site);
  }
}

/** @param {HTMLInputElement} field @param {string} site */
function startImage(field, site) {
  const figure = document.createElement("div");
  figure.className = "picture";
  const note = document.createElement("p");
  note.className = "help";
  note.setAttribute("role", "status");
  figure.append(note);
  field.after(figure);
  let shown = "";
  const show = () => {
    const picture = pictureOf(field.value.trim(), site);
    const address = picture && "address" in picture ? picture.address : "";
    note.textContent = picture && "reason" in picture ? word(picture.reason) : "";
    if (address === shown) return;
    shown = address;
    figure.querySelector("img")?.remove();
    if (address === "") return;
    const image = new Image();
    image.referrerPolicy = "no-referrer";
    image.alt = word("image_alt", { label: field.labels?.[0]?.textContent?.trim() ?? "" });
    image.addEventListener("error", () => {
      if (!image.isConnected) return;
      image.remove();
      note.textContent = word("image_failed");
    });
    figure.prepend(image);
    image.src = address;
  };
  // On "change", because "input" would request an image for every letter of an address.
  for (const event of ["change", "annai:filled"]) field.addEventListener(event, show);
  show();
}
