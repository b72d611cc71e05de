// Puts into the start page what takes longer to reckon than the page may; without it a link stands there.
"use strict";

for (const place of document.querySelectorAll("[data-fill]")) {
  fetch(place.dataset.fill, { credentials: "same-origin", redirect: "error" })
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((part) => {
      if (part.trim()) place.innerHTML = part;
    })
    .catch(() => {});
}
