// Lists keep their place: the way back from a page leads to the list as it was left – its filters, page, scroll.
//
// A page whose header has no way back (a.back) is a list, unless it is a form. Its address and scroll are kept in this tab only
// (sessionStorage), under its own address and for the same person. A page with a way back that was entered from a list leads back to
// that list, also after something was done on it. Only addresses this script has kept itself are used, and of
// those only path and query: nothing from outside can lead anywhere else.
"use strict";

(() => {
  const KEPT = "lvyue-places";
  const RETURN = "lvyue-return";
  const MOST = 30;
  const here = location.pathname + location.search;
  const person = document.body.dataset.person;
  const back = document.querySelector(".page-header a.back");

  // Forms to enter something, answers to a form and messages are no lists to go back to.
  const isList = () =>
    !("answer" in document.body.dataset) && !document.querySelector("main form.card[method=post], .error-card, main.alone");

  function read() {
    try {
      const found = JSON.parse(sessionStorage.getItem(KEPT));
      if (found && found.lists && found.from && found.person === person) return found;
    } catch {
      // nothing that can be read
    }
    return { person, lists: {}, from: {} };
  }

  function write(kept) {
    for (const part of [kept.lists, kept.from]) {
      for (const key of Object.keys(part).slice(0, -MOST)) delete part[key];
    }
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      // a browser that keeps nothing follows the links as they are
    }
  }

  // A path of this site, as the address of a page may be; anything else is none.
  function own(key) {
    if (typeof key !== "string" || !key.startsWith("/") || key.startsWith("//") || key.includes("\\")) return null;
    const url = new URL(key, location.origin);
    return url.origin === location.origin ? url.pathname + url.search : null;
  }

  const pathOf = (key) => key.split("?")[0];

  function keepList() {
    const kept = read();
    delete kept.lists[here]; // the latest one last
    kept.lists[here] = { title: document.title.split(" · ")[0], y: Math.round(scrollY) };
    write(kept);
  }

  function scrollBack() {
    let wanted = null;
    try {
      wanted = sessionStorage.getItem(RETURN);
      sessionStorage.removeItem(RETURN);
    } catch {
      return;
    }
    const y = wanted === here ? read().lists[here]?.y : 0;
    if (y) addEventListener("load", () => scrollTo({ top: y, behavior: "instant" }), { once: true });
  }

  function cameFrom(kept) {
    let referrer = null;
    try {
      const url = new URL(document.referrer);
      if (url.origin === location.origin) referrer = url.pathname + url.search;
    } catch {
      // opened by itself
    }
    if (referrer && kept.lists[referrer] && pathOf(referrer) !== location.pathname) {
      delete kept.from[location.pathname];
      kept.from[location.pathname] = referrer;
      write(kept);
    }
    const entered = own(kept.from[location.pathname]);
    if (entered) return entered;
    // Never entered from a list in this tab: the list the link names, as it was last looked at.
    const path = new URL(back.href).pathname;
    return own(Object.keys(kept.lists).reverse().find((key) => pathOf(key) === path) || null);
  }

  if (!back) {
    if (!isList()) return;
    scrollBack();
    addEventListener("pagehide", keepList);
    return;
  }
  const kept = read();
  const to = cameFrom(kept);
  if (!to) return;
  const title = kept.lists[to]?.title;
  if (title && pathOf(to) !== new URL(back.href).pathname) back.lastChild.textContent = title;
  back.href = to;
  back.addEventListener("click", () => {
    try {
      sessionStorage.setItem(RETURN, to);
    } catch {
      // then the list begins at its top
    }
  });
})();
