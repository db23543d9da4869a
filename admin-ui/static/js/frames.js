// @ts-check
/** Frames with a rendered text. No script runs inside them; the page around them listens. */
import { signInAgain } from "./sign-in-again.js";

/**
 * Calls `ready` with the document of a frame, now and after each load.
 *
 * @param {HTMLIFrameElement} frame
 * @param {(page: Document) => void} ready
 */
export function onLoaded(frame, ready) {
  /** @type {Document | undefined} */
  let known;
  const tell = () => {
    const page = frame.contentDocument;
    if (!page || page === known || page.readyState !== "complete" || page.body.childElementCount === 0) return;
    known = page;
    ready(page);
  };
  frame.addEventListener("load", tell);
  tell();
}

/**
 * Lets the person sign in where a frame says that the session is over, and loads the frame again. A frame that a
 * form was sent into gets the event `annai:again` instead.
 */
export function startFrames() {
  document.addEventListener("load", (event) => { if (event.target instanceof HTMLIFrameElement) void signIn(event.target); }, { capture: true });
  for (const frame of document.querySelectorAll("iframe")) void signIn(frame);
}

/** @param {HTMLIFrameElement} frame */
async function signIn(frame) {
  if (!frame.contentDocument?.querySelector("[data-signed-out]") || !(await signInAgain())) return;
  if (frame.hasAttribute("src")) frame.setAttribute("src", frame.src);
  else frame.dispatchEvent(new Event("annai:again", { bubbles: true }));
}

/** Gives a frame the height of its text, so that the page scrolls and not the frame. @param {HTMLIFrameElement} frame */
export function startGrowing(frame) {
  onLoaded(frame, (page) => {
    const grow = () => { frame.style.height = `${page.documentElement.offsetHeight + 2}px`; };
    new ResizeObserver(grow).observe(page.body);
    grow();
  });
}
