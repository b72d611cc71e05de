// Inspections: how much is filled in, which values lie outside, nothing lost by leaving; ticking all; printing.
"use strict";

(() => {
  function inspection(form) {
    const items = [...form.querySelectorAll(".item")];
    const told = form.querySelector(".progress-text");
    let touched = false;

    const number = (text) => {
      const plain = text.normalize("NFKC").trim();
      return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
    };
    const look = () => {
      let filled = 0;
      for (const item of items) {
        if (item.querySelector("input[type=radio]:checked")) {
          filled += 1;
          item.classList.remove("is-missing");
        }
        const abnormal = item.querySelector("input[value=abnormal]:checked");
        if (abnormal) item.querySelector("details").open = true;
        const box = item.querySelector("input[inputmode=decimal]");
        const said = item.querySelector(".outside");
        if (!box || !said) continue;
        const value = number(box.value);
        const { low, high } = item.dataset;
        const outside = value !== null && ((low && value < Number(low)) || (high && value > Number(high)));
        said.hidden = !outside || Boolean(abnormal);
        if (outside) item.querySelector("details").open = true;
      }
      if (told) told.textContent = `已填 ${filled} / ${told.dataset.of}`;
    };
    form.addEventListener("input", () => {
      touched = true;
      look();
    });
    const done = () => {
      touched = false;
    };
    form.addEventListener("submit", done);
    form.addEventListener("lvyue-kept", done);
    window.addEventListener("beforeunload", (event) => {
      if (touched && !("queue" in form.dataset)) event.preventDefault();
    });
    look();
  }
  document.querySelectorAll("[data-work]").forEach(inspection);
  self.Lvyue = self.Lvyue || {};
  Lvyue.inspection = inspection; // the page for work without network makes such a form itself

  for (const all of document.querySelectorAll("[data-ticks]")) {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll(`input[name="${all.dataset.ticks}"]`)) box.checked = all.checked;
    });
  }

  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
