// Makes photos smaller before they are kept or sent; the time they were taken goes along.
"use strict";

Lvyue.photos = (() => {
  const LONGEST = 1600; // pixels, as the site itself keeps them
  const SMALL = 400 * 1024; // bytes: not worth the trouble
  const FAIR = 1024 * 1024; // bytes: good enough for a photo that has its size already

  // The part of a JPEG in which its camera wrote, with the note of how it was held set to upright.
  function written(bytes) {
    const view = new DataView(bytes);
    for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      if (view.getUint8(at + 1) !== 0xe1 || view.getUint32(at + 4) !== 0x45786966) continue;
      const part = bytes.slice(at, at + 2 + view.getUint16(at + 2));
      upright(new DataView(part, 10));
      return part;
    }
    return null;
  }

  function upright(notes) {
    const little = notes.getUint16(0) === 0x4949;
    const first = notes.getUint32(4, little);
    for (let n = 0; n < notes.getUint16(first, little); n += 1) {
      const note = first + 2 + n * 12;
      if (notes.getUint16(note, little) === 0x0112) notes.setUint16(note + 8, 1, little);
    }
  }

  async function draw(blob, longest) {
    const picture = await createImageBitmap(blob);
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    canvas.isWhole = scale === 1;
    return canvas;
  }

  // Give a photo as a smaller JPEG; anything else, and whatever cannot be drawn, stays as it is.
  async function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= SMALL) return file;
    try {
      const canvas = await draw(file, LONGEST);
      if (canvas.isWhole && file.type === "image/jpeg" && file.size <= FAIR) return file; // not worse at each step
      const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      if (!drawn || drawn.size >= file.size) return file;
      const notes = file.type === "image/jpeg" ? written(await file.arrayBuffer()) : null;
      const parts = notes ? [drawn.slice(0, 2), notes, drawn.slice(2)] : [drawn];
      return new Blob(parts, { type: "image/jpeg" });
    } catch {
      return file;
    }
  }

  return { smaller, draw };
})();
