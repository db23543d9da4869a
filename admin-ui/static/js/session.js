// @ts-check
/** The session of this page's person: keeps it alive while they type, and checks it before a form is sent. */
import { confirmPassword, signInAgain } from "./sign-in-again.js";

/** The shortest time between two renewals, in milliseconds. */
const EVERY = 60_000;

const person = document.documentElement.dataset.person ?? "";
let renewedAt = 0;

/** @typedef {"open" | "stale" | "over" | "away"} SessionState */

/** @returns {Promise<SessionState>} `stale`: administration asks for the password; `away`: no answer */
async function look() {
  try {
    const answer = await fetch("/api/v1/session", { headers: { accept: "application/json" } });
    if (answer.status === 401) return "over";
    if (!answer.ok) return "away";
    /** @type {{ user: { user_id: string }, is_fresh: boolean }} */
    const { user, is_fresh } = await answer.json();
    if (user.user_id !== person) return "over";
    return is_fresh ? "open" : "stale";
  } catch {
    return "away";
  }
}

/** Renews the session while the person types, and asks them to sign in where it is over. */
export async function renew() {
  if (Date.now() - renewedAt < EVERY) return;
  renewedAt = Date.now();
  if ((await look()) === "over") await signInAgain();
}

/**
 * Makes a form ready to be sent: the server answers, and the person is signed in and confirmed.
 *
 * @param {boolean} isAdministration whether it needs the password of the last minutes
 * @returns {Promise<"ready" | "away" | "refused">}
 */
export async function ready(isAdministration) {
  for (;;) {
    const state = await look();
    if (state === "away") return "away";
    if (state === "over") {
      if (!(await signInAgain())) return "refused";
    } else if (state === "stale" && isAdministration) {
      if (!(await confirmPassword())) return "refused";
    } else return "ready";
  }
}
