// @ts-check
/**
 * Panels beside the text as tabs. Without scripts they follow one below the other. With `data-sheets`
 * they are sheets over the text on a phone: all closed at first, and a second press closes one.
 */

export class Tabs extends EventTarget {
  /** @param {HTMLElement} bar links to the panels */
  constructor(bar) {
    super();
    const areSheets = () => bar.dataset.sheets !== undefined && window.matchMedia("(max-width: 40rem)").matches;
    bar.setAttribute("role", "tablist");
    /** @type {{ tab: HTMLAnchorElement, panel: HTMLElement }[]} */
    this.pairs = [];
    for (const tab of bar.querySelectorAll("a")) {
      const panel = document.getElementById(tab.hash.slice(1));
      if (panel) this.pairs.push({ tab, panel });
    }
    for (const { tab, panel } of this.pairs) {
      tab.setAttribute("role", "tab");
      tab.id = `tab-${panel.id}`;
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      panel.removeAttribute("aria-label");
      tab.addEventListener("click", (event) => { event.preventDefault(); this.open(areSheets() && this.current === panel.id ? "" : panel.id); });
      tab.addEventListener("keydown", (event) => this.#key(event));
    }
    this.open(this.#wanted() ?? (areSheets() ? "" : this.pairs[0]?.panel.id) ?? "");
    window.addEventListener("hashchange", () => this.open(this.#wanted() ?? this.current ?? ""));
  }

  /** Returns the panel named in the address. */
  #wanted() {
    return this.pairs.find(({ panel }) => `#${panel.id}` === window.location.hash)?.panel.id;
  }

  /** Returns the open panel. */
  get current() {
    return this.pairs.find(({ panel }) => !panel.hidden)?.panel.id;
  }

  /** @param {string} id */
  open(id) {
    const reached = this.pairs.find(({ panel }) => panel.id === id) ?? this.pairs[0];
    for (const pair of this.pairs) {
      const { tab, panel } = pair;
      tab.setAttribute("aria-selected", String(panel.id === id));
      tab.tabIndex = pair === reached ? 0 : -1;
      panel.hidden = panel.id !== id;
    }
    this.dispatchEvent(new Event("open"));
  }

  /** Opens a panel and puts the focus on its tab. @param {string} id */
  show(id) {
    this.open(id);
    this.pairs.find(({ panel }) => panel.id === id)?.tab.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = this.pairs.findIndex(({ tab }) => tab === event.currentTarget);
    const next = this.pairs[(index + step + this.pairs.length) % this.pairs.length];
    if (!next) return;
    this.open(next.panel.id);
    next.tab.focus();
  }
}
