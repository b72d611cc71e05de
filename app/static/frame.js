// The menu of the phone and other folded boxes over the page: Escape closes them and gives the focus back,
// a tap beside them closes the menu. The bar at the bottom opens it too.
"use strict";

(() => {
  const menu = document.querySelector(".phone-menu");

  function close(folded) {
    folded.open = false;
    folded.querySelector("summary").focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const inside = document.activeElement?.closest?.(".confirm[open], .phone-menu[open]");
    const folded = inside || document.querySelector(".phone-menu[open]");
    if (folded) close(folded);
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-menu]");
    if (opener && menu) {
      event.preventDefault();
      menu.open = !menu.open;
      if (menu.open) menu.querySelector("summary").focus();
      return;
    }
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
  });
})();
