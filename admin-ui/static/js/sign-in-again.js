// @ts-check
/** Signs the person in again without leaving the page, after the session expired during writing. */
import { word } from "./words.js";

/**
 * @param {string} person the id of the page's user; nobody else may continue here
 * @param {() => void} onSignedIn
 * @returns {{ ask: () => void }}
 */
export function signInAgain(person, onSignedIn) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("session-over"));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const password = /** @type {HTMLInputElement} */ (dialog.querySelector("[name=password]"));
  const email = /** @type {HTMLInputElement} */ (dialog.querySelector("[name=email]"));
  const error = /** @type {HTMLElement} */ (dialog.querySelector("[role=alert]"));
  const goOn = () => {
    dialog.close();
    password.value = error.textContent = "";
    onSignedIn();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = await signIn(person, email.value, password.value);
    if (error.textContent === "") goOn();
    else password.select();
  });
  dialog.querySelector("[data-retry]")?.addEventListener("click", goOn);
  return { ask: () => { if (!dialog.open) dialog.showModal(); } };
}

/**
 * @param {string} person
 * @param {string} email
 * @param {string} password
 * @returns {Promise<string>} the reason for a failure; empty on success
 */
async function signIn(person, email, password) {
  try {
    const answer = await fetch("/api/v1/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (answer.status === 429) return word("sign_in_wait", { seconds: answer.headers.get("retry-after") ?? "" });
    if (answer.status >= 500) return word("offline");
    if (!answer.ok) return word("sign_in_refused");
    const { user } = await answer.json();
    return user.user_id === person ? "" : word("sign_in_other");
  } catch {
    return word("offline");
  }
}
