// Photos and files of a form: one tap to the camera, one to what is on the device; what was picked is shown, can
// be taken out, and photos are made small before they are sent, not after. Without this script: the bare box.
"use strict";

(() => {
  const { smaller, draw } = Lvyue.photos;
  const byHand = matchMedia("(pointer: coarse)");

  function make(name, said, classes = "") {
    const one = document.createElement(name);
    one.className = classes;
    if (said) one.textContent = said;
    return one;
  }

  function icon(name) {
    const one = make("i", "", `bi bi-${name}`);
    one.ariaHidden = "true";
    return one;
  }

  // The one camera of the page, outside of all forms: it is never sent itself.
  let taker = null;

  function lens() {
    const there = document.getElementById("lens");
    if (there) return there;
    const one = make("input", "", "visually-hidden");
    Object.assign(one, { type: "file", id: "lens", accept: "image/jpeg,image/png,image/webp", capture: "environment", tabIndex: -1 });
    one.setAttribute("aria-hidden", "true");
    one.addEventListener("change", () => {
      taker?.([...one.files]);
      one.value = "";
    });
    document.body.append(one);
    return one;
  }

  const sizeOf = (file) => (file.size < 1024 * 1024 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / 1024 / 1024).toFixed(1)} MB`);

  async function small(file) {
    const blob = await smaller(file);
    if (blob === file) return file;
    return new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg", lastModified: file.lastModified });
  }

  function build(box) {
    if (box.dataset.picks) return;
    box.dataset.picks = "";
    const only = [...box.accept.split(",")].every((kind) => kind.startsWith("image/"));
    const holder = make("div", "", "picks");
    const list = make("ul", "", "picked");
    const shelf = make("label", "", "btn btn-outline-secondary");
    let files = [];
    box.before(holder);
    shelf.htmlFor = box.id;
    shelf.append(icon(only ? "images" : "paperclip"), only ? "选照片" : "选照片或文件");
    box.classList.add("visually-hidden");
    holder.append(box);
    if (byHand.matches) holder.append(camera());
    holder.append(shelf, list);
    list.hidden = true;

    // Whoever has no finger to tap with has the shelf, which offers the camera as well where there is one.
    function camera() {
      const button = make("label", "", "btn btn-outline-secondary");
      button.htmlFor = lens().id;
      button.append(icon("camera"), "拍照");
      button.addEventListener("click", () => (taker = add));
      return button;
    }

    function put() {
      const given = new DataTransfer();
      files.forEach((file) => given.items.add(file));
      box.files = given.files;
      show();
    }

    // Put in as they are first: whoever sends at once sends them large rather than not at all.
    async function add(more) {
      files = box.multiple ? [...files, ...more] : more.slice(-1);
      put();
      for (const file of more) {
        const made = await small(file);
        if (made !== file && files.includes(file)) {
          files = files.map((one) => (one === file ? made : one));
          put();
        }
      }
    }

    function line(file) {
      const one = make("li");
      const place = make("span", "", "picked-face");
      place.append(icon(file.type.startsWith("image/") ? "image" : "file-earmark"));
      if (file.type.startsWith("image/")) draw(file, 160).then((canvas) => place.replaceChildren(canvas), () => {});
      const away = make("button", "", "btn btn-outline-secondary");
      away.type = "button";
      away.ariaLabel = `去掉 ${file.name}`;
      away.append(icon("x-lg"));
      away.addEventListener("click", () => {
        files = files.filter((each) => each !== file);
        put();
      });
      const said = make("span", "", "picked-name");
      said.append(file.name, make("small", sizeOf(file)));
      one.append(place, said, away);
      return one;
    }

    // The keyboard stays where it was in the list; after the last one it is at the box.
    function show() {
      const at = [...list.children].findIndex((one) => one.contains(document.activeElement));
      list.replaceChildren(...files.map(line));
      list.hidden = !files.length;
      if (at < 0) return;
      const next = list.children[Math.min(at, files.length - 1)];
      (next?.querySelector("button") || box).focus({ preventScroll: true });
    }

    box.addEventListener("change", () => add([...box.files]));
    box.form?.addEventListener("reset", () => ((files = []), show()));
  }

  const all = (where) => where.querySelectorAll('main input[type="file"][accept*="image/"]').forEach(build);
  all(document);
  document.addEventListener("lvyue-live", () => all(document));
})();
