// Whoever works through a list stays where they are: a form sent from a page that leads back to the same page
// leaves it scrolled as it was, with the keyboard at the thing that has taken the place of the one dealt with.
// What is said at the top of the page is said at the bottom of the screen as well, for a while.
//
// Only pages without a way back (a.back) are such lists; an address with a # goes where it says.
"use strict";

(() => {
  const KEPT = "lvyue-stay";
  const SOON = 30 * 1000; // milliseconds: what comes later is another visit
  const SHOWN = 8 * 1000;
  const THINGS = "main :is(li, article, tr)";
  const CAN = "a[href], button:not([disabled]), summary, input:not([type=hidden]), select";
  const person = document.body.dataset.person;
  if (document.querySelector(".page-header a.back") || "answer" in document.body.dataset) return;

  const alike = (name) => [...document.querySelectorAll(THINGS)].filter((one) => `${one.tagName}.${one.className}` === name);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || !form.closest("main")) return;
    const thing = form.closest(THINGS);
    const name = thing && `${thing.tagName}.${thing.className}`;
    const keyboard = Boolean(event.submitter?.matches(":focus-visible"));
    const kept = { person, path: location.pathname, at: Date.now(), y: Math.round(scrollY), name, nth: name ? alike(name).indexOf(thing) : -1, keyboard };
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      // a browser that keeps nothing begins at the top
    }
  });

  function taken() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
      const fits = kept && kept.person === person && kept.path === location.pathname && Date.now() - kept.at < SOON;
      return fits && !location.hash ? kept : null;
    } catch {
      return null;
    }
  }

  function sayBelow() {
    const said = document.querySelector("main > [data-flash]");
    if (!said || said.getBoundingClientRect().bottom > 0) return;
    const shown = said.cloneNode(true);
    shown.classList.add("notice-below", "no-print");
    shown.removeAttribute("role");
    shown.removeAttribute("data-flash");
    shown.setAttribute("aria-hidden", "true"); // it was read out already
    document.body.append(shown);
    setTimeout(() => shown.remove(), SHOWN);
  }

  const kept = taken();
  if (!kept) return;
  addEventListener("load", () => {
    scrollTo({ top: kept.y, behavior: "instant" });
    sayBelow();
    if (!kept.keyboard || !kept.name) return;
    const things = alike(kept.name);
    const next = things[Math.min(kept.nth, things.length - 1)];
    [...(next?.querySelectorAll(CAN) || [])].find((one) => one.checkVisibility())?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" }); // no further than it takes to be seen
  }, { once: true });
})();
