// @ts-check
/** Signing in again without leaving the page, when the session is over in the middle of writing. */
import { word } from "./words.js";

/**
 * @param {string} person the id of whose page this is: nobody else may go on in it
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
 * @returns {Promise<string>} what stands in the way; empty when the person is signed in
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
