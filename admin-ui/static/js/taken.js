// @ts-check
/** Names a sent form to the server, and forgets its copy on this device once the server took it. */
import { findSent, forget, keep } from "./kept.js";

/** The time within which a sent form arrives, in seconds. */
const ARRIVING = 60;
const person = document.documentElement.dataset.person ?? "";

/**
 * Names a copy in a cookie for the request that follows. A success repeats the name in another cookie.
 *
 * @param {Omit<import("./kept.js").Kept, "place">} copy
 * @param {string} path the path that the form is sent to
 */
export async function announce(copy, path) {
  const sent = crypto.getRandomValues(new Uint32Array(4)).join("-");
  await keep({ ...copy, sent });
  document.cookie = `annai_sent=${sent}@${path}; path=/admin; max-age=${ARRIVING}; samesite=strict`;
}

/** Is over once no copy is left that the server took before this page. */
export const takenForgotten = forgetTaken();

/** Returns the copy of the form that was sent just now, if the server did not take it. */
export async function findRefused() {
  const sent = /(?:^|; )annai_sent=([\w-]+)@/.exec(document.cookie)?.[1];
  await takenForgotten;
  return sent === undefined ? undefined : (await findSent(person, sent))[0];
}

async function forgetTaken() {
  const taken = /(?:^|; )annai_taken=([\w-]+)/.exec(document.cookie)?.[1];
  if (taken === undefined) return;
  for (const copy of await findSent(person, taken)) await forget(copy);
  document.cookie = "annai_taken=; path=/admin; max-age=0";
}
