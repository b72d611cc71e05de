// A page that learns of changes by itself: it asks /pulse every few seconds whether anything has changed that
// its viewer may see, and if so fetches its own address and puts in the marked regions that are different.
//
// How a template marks a region
// -----------------------------
//   <div data-live="tickets">…</div>       any element, with a name that is there once on the page
//
// * The page asks as soon as there is a region in <main>; a page without one asks nothing. Regions outside of
//   <main> (bell, number in the menu) are brought up to date along with them.
// * The element itself must always be there, empty if need be: only its contents are replaced, and a region
//   that the fresh page does not have stays as it is. Regions do not stand in one another.
// * The page must look the same when it is fetched anew with GET. A page that may also be the answer to a form
//   names the address to fetch on its region: data-live-from="/tickets/5".
// * Kept: open <details>, focus, scroll. Whoever has typed, ticked or chosen anything in a region loses nothing:
//   it stays, and a bar says that there is something new. Scripts that prepare elements inside a region listen to
//   the event "lvyue-live" on document (detail: the regions' elements), or look elements up when they need them.
// * What differs by chance (tokens of forms, the remaining time of a clock) counts as no change.
//
// Asking is no use of the site: it carries the header Lvyue-Live, lengthens no sign-in and changes nothing.
"use strict";

(() => {
  const main = document.querySelector("main");
  if (!main?.querySelector("[data-live]") || !document.body.dataset.person) return;
  if ("answer" in document.body.dataset && !main.querySelector("[data-live-from]")) return;

  const EVERY = 7000; // milliseconds, and up to a fifth more, so that not all ask at once
  const LONGEST = 2 * 60 * 1000; // after errors
  const TOO_OLD = 10 * 60 * 60 * 1000;
  const since = document.querySelector('meta[name="server-time"]').content;
  const began = Date.now();
  const asks = { Accept: "application/json", "Lvyue-Live": "1" };
  const said = document.querySelector("[data-live-said]");
  let tag = null;
  let changes = 0;
  let failed = 0;
  let timer = null;
  let asking = false;
  let ended = false;

  // -- what a region says -------------------------------------------------------------------------------

  const regions = (page) => new Map([...page.querySelectorAll("[data-live]")].map((one) => [one.dataset.live, one]));

  // The contents without what differs by chance or was put there by scripts and readers.
  function plain(region) {
    const copy = region.cloneNode(true);
    copy.querySelectorAll("input[name=csrf_token], input[name=submission]").forEach((box) => box.setAttribute("value", ""));
    copy.querySelectorAll("[data-due]").forEach((clock) => {
      clock.textContent = "";
      clock.removeAttribute("class");
    });
    copy.querySelectorAll("details").forEach((one) => one.removeAttribute("open"));
    copy.querySelectorAll(".kept, .kept-notice, [data-added]").forEach((one) => one.remove());
    copy.querySelectorAll("[aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
    return copy.innerHTML;
  }

  const known = new Map([...regions(document)].map(([name, region]) => [name, plain(region)]));

  function changedBox(box) {
    if (box.type === "checkbox" || box.type === "radio") return box.checked !== box.defaultChecked;
    if (box.type === "file") return box.files.length > 0;
    if (box.tagName === "SELECT") {
      const first = [...box.options].find((option) => option.defaultSelected) || box.options[0];
      return Boolean(first) && box.value !== first.value;
    }
    return box.type !== "hidden" && box.value !== box.defaultValue;
  }

  function isBusy(region) {
    const active = document.activeElement;
    if (region.contains(active) && active.matches("input, textarea, select")) return true;
    if (region.querySelector("form[data-sent], form[data-keeping], form[data-passing], .kept, .kept-notice")) return true;
    // A form that was refused is shown with what was typed as if it had always stood there.
    if ("answer" in document.body.dataset && region.querySelector("form")) return true;
    return [...region.querySelectorAll("input, textarea, select")].some(changedBox);
  }

  // -- putting it in ------------------------------------------------------------------------------------

  // Names an element so that its like is found again among the fresh ones.
  function nameOf(element) {
    if (element.id) return `#${CSS.escape(element.id)}`;
    if (element.tagName === "A") return `a[href="${CSS.escape(element.getAttribute("href"))}"]`;
    if (element.tagName === "SUMMARY") return null;
    const form = element.closest("form");
    return form ? `form[action="${CSS.escape(form.getAttribute("action"))}"] ${element.tagName.toLowerCase()}` : null;
  }

  const summaryOf = (details) => details.querySelector("summary")?.textContent.replace(/\s+/g, " ").trim();

  function openOnes(region) {
    const seen = new Map();
    return [...region.querySelectorAll("details")].map((one) => {
      const text = summaryOf(one);
      seen.set(text, (seen.get(text) || 0) + 1);
      return { key: `${text} ${seen.get(text)}`, open: one.open, one };
    });
  }

  function fill(region, fresh) {
    const active = region.contains(document.activeElement) ? document.activeElement : null;
    const focus = active && nameOf(active);
    const folded = active?.tagName === "SUMMARY" ? active.parentElement : null;
    const before = openOnes(region);
    const focused = before.find((each) => each.one === folded)?.key;
    const states = new Map(before.map((each) => [each.key, each.open]));
    region.replaceChildren(...document.importNode(fresh, true).childNodes);
    for (const each of openOnes(region)) {
      if (states.has(each.key)) each.one.open = states.get(each.key);
      if (each.key === focused) each.one.querySelector("summary").focus({ preventScroll: true });
    }
    if (focus) region.querySelector(focus)?.focus({ preventScroll: true });
  }

  // What somebody reads stays where it is on the screen, whatever comes or goes above it: where the keyboard is,
  // if that is in sight, else the first link or heading in sight. One page may lead to the same address from
  // several places: what was replaced is looked for in its own region, and counted off among its likes.
  const MARKS = "a[href], h2";
  const markOf = (one) => one.getAttribute("href") || one.textContent;

  function holdingStill(change) {
    const placeOf = (one) => one.getBoundingClientRect().top;
    const inSight = (one) => placeOf(one) >= 0 && placeOf(one) < innerHeight && one.getClientRects().length;
    const active = main.contains(document.activeElement) && document.activeElement !== main ? document.activeElement : null;
    const marks = [...main.querySelectorAll(MARKS)];
    const anchor = scrollY > 0 && (active && active.matches(MARKS) && inSight(active) ? active : marks.find(inSight));
    if (!anchor) return change();
    const top = placeOf(anchor);
    const name = anchor.closest("[data-live]")?.dataset.live;
    const likes = () => {
      const within = name ? regions(document).get(name) : main;
      return [...within.querySelectorAll(MARKS)].filter((one) => markOf(one) === markOf(anchor));
    };
    const nth = likes().indexOf(anchor);
    change();
    const again = anchor.isConnected ? anchor : likes()[nth];
    if (again) scrollBy({ top: placeOf(again) - top, behavior: "instant" });
    return null;
  }

  function take(page) {
    const found = regions(page);
    const filled = [];
    let kept = 0;
    holdingStill(() => {
      for (const [name, region] of regions(document)) {
        const fresh = found.get(name);
        if (!fresh) continue;
        const text = plain(fresh);
        if (text === known.get(name)) continue;
        if (isBusy(region)) {
          kept += 1;
          continue;
        }
        fill(region, fresh);
        known.set(name, text);
        filled.push(region);
      }
    });
    if (filled.length) document.dispatchEvent(new CustomEvent("lvyue-live", { detail: filled }));
    if (kept) bar("有更新，点此刷新", address());
    else document.querySelector(".live-bar")?.remove();
    return filled.some((region) => main.contains(region));
  }

  // -- telling ------------------------------------------------------------------------------------------

  function address() {
    const named = main.querySelector("[data-live-from]");
    return named ? named.dataset.liveFrom : location.pathname + location.search;
  }

  function bar(text, href) {
    const shown = document.querySelector(".live-bar");
    if (shown?.textContent === text) return;
    shown?.remove();
    const made = document.createElement("div");
    made.className = "live-bar no-print";
    made.setAttribute("role", "status");
    const link = document.createElement("a");
    link.href = href;
    link.textContent = text;
    document.body.append(made);
    made.append(link); // after the box is there, or it is not read out
  }

  // Signed in again in another tab: the forms of this page get tokens that are good, and what was typed stays.
  async function again() {
    try {
      const answer = await fetch("/offline/token", { headers: asks, cache: "no-store" });
      const told = answer.ok ? await answer.json() : null;
      if (String(told?.person.id) !== document.body.dataset.person) return;
      document.querySelectorAll("input[name=csrf_token]").forEach((box) => { box.value = told.csrf; });
      ended = false;
      document.querySelector(".live-bar")?.remove();
      wake();
    } catch {
      // no network: the next look at this page tries again
    }
  }

  // Somebody else has signed in in this browser: nothing of theirs is put into a page that bears another name.
  function another() {
    ended = true;
    bar("已有另一位登录，点此刷新", address());
  }

  function end() {
    ended = true;
    const next = encodeURIComponent(address());
    bar("登录已结束，填的内容还在；点此重新登录", `/sign-in?next=${next}`);
    document.querySelector(".live-bar a").target = "_blank"; // what was typed stays on this page
  }

  // -- asking -------------------------------------------------------------------------------------------

  async function freshPage() {
    const headers = { Accept: "text/html", "Lvyue-Live": "1" };
    const answer = await fetch(address(), { headers, redirect: "error", cache: "no-store" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  async function look() {
    if (Date.now() - began > TOO_OLD) return bar("页面打开太久，点此刷新", address());
    const headers = tag ? { ...asks, "If-None-Match": tag } : asks;
    const answer = await fetch(`/pulse?since=${encodeURIComponent(since)}`, { headers, cache: "no-store" });
    if (answer.status === 401 || answer.status === 403) return end();
    if (answer.status === 304) return null;
    if (!answer.ok) throw new Error(`${answer.status}`);
    const told = await answer.json();
    const first = tag === null;
    const more = told.changes - changes;
    if (!first || told.changes) {
      const page = await freshPage();
      if (page.body.dataset.person !== document.body.dataset.person) return another();
      const shown = take(page);
      if (shown && said) said.textContent = more > 0 ? `有 ${more} 条新的变化` : "页面已更新";
    }
    // Remembered only now: what could not be fetched is asked for again.
    tag = answer.headers.get("ETag");
    changes = told.changes;
    return null;
  }

  async function beat() {
    timer = null;
    if (asking || ended || document.hidden || !navigator.onLine) return;
    asking = true;
    try {
      await look();
      failed = 0;
    } catch {
      failed += 1;
    }
    asking = false;
    next();
  }

  function next(soon = false) {
    if (timer !== null || ended || document.hidden || !navigator.onLine) return;
    const wait = Math.min(EVERY * 2 ** failed, LONGEST) * (1 + Math.random() / 5);
    timer = setTimeout(beat, soon ? 200 : wait);
  }

  function wake() {
    if (ended) {
      if (!document.hidden) again();
      return;
    }
    clearTimeout(timer);
    timer = null;
    next(true);
  }

  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  next();
})();
