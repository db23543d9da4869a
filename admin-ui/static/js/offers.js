// @ts-check
/** Offers texts that this device kept and the server does not have. */
import { fieldsOf, fill, isSameText } from "./form-fields.js";
import { findOthers, forget, keep, onceGone } from "./kept.js";
import { button, showNotice } from "./notice.js";
import { timeZone, word } from "./words.js";

/** @typedef {import("./autosave.js").Autosave} Autosave */
/** @typedef {import("./form-fields.js").Fields} Fields */
/** @typedef {import("./kept.js").Kept} Kept */

/**
 * Offers unsaved texts that closed windows left on this device. Windows that close while this one is
 * open follow later.
 *
 * @param {Autosave} autosave
 */
export async function offerKept(autosave) {
  const own = await autosave.own;
  const { gone, open } = await findOthers(autosave.person, autosave.guide);
  if (own) await adopt(autosave, own);
  for (const kept of gone) await offer(autosave, kept);
  autosave.form.dataset.offered = "";
  for (const kept of open) void onceGone(kept).then((left) => left && offerLate(autosave, left));
}

/**
 * Goes on from what this window kept before a reload. Where that cannot be silent, it is offered.
 *
 * @param {Autosave} autosave
 * @param {Kept} own
 */
async function adopt(autosave, own) {
  if (isSameText(own.fields, fieldsOf(autosave.form))) return forget(own);
  if (autosave.adopt(own.fields)) return undefined;
  // The next text of this window takes the place of this one.
  const aside = { ...own, place: crypto.getRandomValues(new Uint32Array(4)).join("-") };
  await keep(aside);
  return offer(autosave, aside);
}

/**
 * Offers the text of a window that closed just now. Its last save may have reached the server unnoticed.
 *
 * @param {Autosave} autosave
 * @param {Kept} kept
 */
async function offerLate(autosave, kept) {
  if (!(await autosave.giveWayIfBehind())) await offer(autosave, kept);
}

/**
 * Offers one kept text, or forgets it if this window shows the same text.
 *
 * @param {Autosave} autosave
 * @param {Kept} kept
 */
async function offer(autosave, kept) {
  const { form } = autosave;
  if (isSameText(kept.fields, fieldsOf(form))) {
    await forget(kept);
    return;
  }
  const at = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone: timeZone() }).format(kept.at);
  const use = button(word("local_restore"), async () => {
    notice.remove();
    fill(form, kept.fields);
    if (await autosave.keepOnDevice()) await forget(kept);
  });
  const drop = button(word("local_forget"), () => {
    notice.remove();
    void forget(kept);
  });
  const notice = showNotice(word("local_newer", { time: at }), [use, drop, asText(kept.fields)]);
}

/** Shows the text for reading or copying. @param {Fields} fields */
function asText(fields) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = word("local_show");
  const text = document.createElement("textarea");
  text.readOnly = true;
  text.rows = 8;
  text.ariaLabel = word("local_show");
  text.value = fields.find(([name]) => name === "body" || name === "source")?.[1] ?? "";
  details.append(summary, text);
  return details;
}
