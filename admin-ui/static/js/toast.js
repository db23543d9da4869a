// @ts-check
/** Messages of acts. They leave by themselves, so that nobody has to put them away. */

/** The times that a message stays, in milliseconds: a plain one, and one that offers an act. */
const STAYS = 6_000, STAYS_TO_ACT = 20_000;

/** Starts the messages that the server wrote into the page. */
export function startToasts() {
  for (const toast of document.querySelectorAll("[data-toast]")) if (toast instanceof HTMLElement) start(toast);
}

/** @param {HTMLElement} toast */
function start(toast) {
  const close = toast.querySelector("[data-close]");
  if (close instanceof HTMLButtonElement) {
    close.hidden = false;
    close.addEventListener("click", () => leave(toast));
  }
  // A refusal stays, because people must be able to read it twice.
  if (toast.dataset.toast === "done") leaveLater(toast);
}

/** Removes a message once nobody has pointed at it, or been in it, for a while. @param {HTMLElement} toast */
function leaveLater(toast) {
  let timer = 0;
  const stays = toast.querySelector("a, form") ? STAYS_TO_ACT : STAYS;
  const isHeld = () => toast.matches(":hover, :focus-within");
  const wait = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => { if (!isHeld()) leave(toast); }, stays);
  };
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
  wait();
}

/** @param {HTMLElement} toast */
function leave(toast) {
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) document.getElementById("main")?.focus();
}
