// @ts-check
/** Panels beside the text as tabs. Without scripts they follow one below the other. */

export class Tabs extends EventTarget {
  /** @param {HTMLElement} bar links to the panels */
  constructor(bar) {
    super();
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
      tab.addEventListener("click", (event) => { event.preventDefault(); this.open(panel.id); });
      tab.addEventListener("keydown", (event) => this.#key(event));
    }
    this.open(this.#wanted() ?? this.pairs[0]?.panel.id ?? "");
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
    for (const { tab, panel } of this.pairs) {
      const isOpen = panel.id === id;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      panel.hidden = !isOpen;
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
    const index = this.pairs.findIndex(({ panel }) => panel.id === this.current);
    const next = this.pairs[(index + step + this.pairs.length) % this.pairs.length];
    if (!next) return;
    this.open(next.panel.id);
    next.tab.focus();
  }
}
