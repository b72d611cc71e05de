// One box ticks all rows of a list.
"use strict";

(() => {
  for (const all of document.querySelectorAll("[data-ticks]")) {
    const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${all.dataset.ticks}"]`)];
    const show = () => {
      all.checked = boxes.every((box) => box.checked);
      all.indeterminate = !all.checked && boxes.some((box) => box.checked);
    };
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
    boxes.forEach((box) => box.addEventListener("change", show));
    show();
  }
})();
