// A button that prints the page, once its pictures are there: those further down load when one comes near.
"use strict";

document.querySelectorAll("[data-print]").forEach((button) => {
  button.addEventListener("click", async () => {
    const pictures = [...document.images];
    for (const one of pictures) one.loading = "eager";
    await Promise.all(pictures.map((one) => one.decode().catch(() => {})));
    window.print();
  });
});
