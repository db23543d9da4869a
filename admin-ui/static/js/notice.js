// @ts-check
/** Notices above the text. */

/** @param {string} text @param {() => void} act */
export function button(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
}

/**
 * @param {string} text
 * @param {HTMLElement[]} parts shown below it
 * @returns {HTMLElement}
 */
export function showNotice(text, parts) {
  const notice = document.createElement("div");
  notice.className = "notice notice-warn";
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  const row = document.createElement("div");
  row.className = "buttons";
  row.append(...parts);
  notice.append(paragraph, row);
  const same = [...document.querySelectorAll("#notices > .notice")].find((other) => other.querySelector("p")?.textContent === text);
  if (same) same.replaceWith(notice);
  else document.getElementById("notices")?.append(notice);
  return notice;
}
