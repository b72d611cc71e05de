// The board: says how many cards are ticked, and unfolds the form for them with the first.
"use strict";

(() => {
  const folded = () => document.querySelector("details.bulk");

  function count(event) {
    if (event && event.target.getAttribute("form") !== "bulk") return;
    const many = document.querySelectorAll("input[name=picks]:checked").length;
    const said = document.querySelector("[data-ticked]");
    if (!said) return;
    said.textContent = many ? `已勾选 ${many} 张` : "";
    if (many && event) folded().open = true;
  }

  document.addEventListener("change", count);
  document.addEventListener("lvyue-live", () => count());
  count();
})();
