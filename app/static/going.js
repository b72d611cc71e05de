// A tap that leads to another page shows at once that it was taken: a line at the top runs until the page is there.
"use strict";

(() => {
  const LONGEST = 15000; // milliseconds; a file that is fetched ends nothing
  const root = document.documentElement;
  let timer = null;

  function stop() {
    clearTimeout(timer);
    delete root.dataset.going;
  }

  function start() {
    stop();
    root.dataset.going = "";
    timer = setTimeout(stop, LONGEST);
  }

  function leads(link) {
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return false;
    return link.pathname + link.search !== location.pathname + location.search || !link.hash;
  }

  addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (leads(event.target.closest?.("a[href]"))) start();
  });
  addEventListener("submit", (event) => event.defaultPrevented || start());
  addEventListener("pageshow", stop);

  // Some browsers show nothing as pressed unless somebody listens.
  document.addEventListener("touchstart", () => {}, { passive: true });

  // Of tabs in one line, the chosen one is in sight.
  for (const tabs of document.querySelectorAll(".chips")) {
    const chosen = tabs.querySelector(".is-current");
    if (chosen) tabs.scrollLeft = chosen.offsetLeft - tabs.offsetLeft - 48;
  }
})();
