// @ts-check
/** Signs the person in again, or confirms their password, without leaving the page. */
import { word } from "./words.js";

/** The person of the page. Nobody else may continue here. */
const person = document.documentElement.dataset.person ?? "";

/** @type {Promise<boolean> | undefined} */
let asked;

/** Asks the person to sign in again. @returns {Promise<boolean>} whether they did */
export function signInAgain() {
  asked ??= ask("session-over", signIn).finally(() => { asked = undefined; });
  return asked;
}

/** Asks for the password, which administration needs. @returns {Promise<boolean>} whether it was right */
export const confirmPassword = () => ask("confirm-password", confirm);

/**
 * Opens a dialog until its form succeeds or the person closes it.
 *
 * @param {string} id
 * @param {(form: FormData) => Promise<string>} send returns the reason of a failure; empty on success
 * @returns {Promise<boolean>}
 */
function ask(id, send) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById(id));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const password = /** @type {HTMLInputElement} */ (dialog.querySelector("[name=password]"));
  const error = /** @type {HTMLElement} */ (dialog.querySelector("[role=alert]"));
  const listening = new AbortController();
  return new Promise((resolve) => {
    let isDone = false;
    const goOn = () => { isDone = true; dialog.close(); };
    const { signal } = listening;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      error.textContent = await send(new FormData(form));
      if (error.textContent === "") goOn();
      else password.select();
    }, { signal });
    dialog.querySelector("[data-retry]")?.addEventListener("click", goOn, { signal });
    dialog.querySelector("[data-cancel]")?.addEventListener("click", () => dialog.close(), { signal });
    dialog.addEventListener("close", () => {
      listening.abort();
      password.value = error.textContent = "";
      resolve(isDone);
    }, { signal });
    dialog.showModal();
  });
}

/** @param {FormData} form */
async function signIn(form) {
  const answer = await post("/api/v1/session", { email: form.get("email"), password: form.get("password") });
  if (!(answer instanceof Response)) return answer;
  const { user } = await answer.json();
  return user.user_id === person ? "" : word("sign_in_other");
}

/** @param {FormData} form */
async function confirm(form) {
  const answer = await post("/api/v1/session/reauthenticate", { password: form.get("password") });
  return answer instanceof Response ? "" : answer;
}

/**
 * @param {string} path
 * @param {Record<string, FormDataEntryValue | null>} body
 * @returns {Promise<Response | string>} the reason of a failure
 */
async function post(path, body) {
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (answer.status === 429) return word("sign_in_wait", { seconds: answer.headers.get("retry-after") ?? "" });
    if (answer.status >= 500) return word("offline");
    return answer.ok ? answer : word("sign_in_refused");
  } catch {
    return word("offline");
  }
}
