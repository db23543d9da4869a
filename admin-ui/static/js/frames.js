// @ts-check
/** Frames with a rendered text. No script runs inside them; the page around them listens. */

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

/** Gives a frame the height of its text, so that the page scrolls and not the frame. @param {HTMLIFrameElement} frame */
export function startGrowing(frame) {
  onLoaded(frame, (page) => {
    const grow = () => { frame.style.height = `${page.documentElement.offsetHeight + 2}px`; };
    new ResizeObserver(grow).observe(page.body);
    grow();
  });
}
