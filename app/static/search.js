// The key / goes to the search box of the page, unless somebody is typing; Escape leaves it.
"use strict";

(() => {
  const types = (element) => element?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element?.tagName || "");
  const isShown = (element) => element.offsetParent !== null || element.getClientRects().length > 0;

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches?.("[data-search]")) return event.target.blur();
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (types(document.activeElement)) return;
    const boxes = [...document.querySelectorAll("[data-search-page]"), ...document.querySelectorAll("[data-search]")];
    const box = boxes.find(isShown);
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
})();
