// What this device keeps, in one database of the browser. Whatever is somebody's carries their number.
"use strict";

self.Lvyue = self.Lvyue || {};

Lvyue.store = (() => {
  // entries: forms not sent yet; data: fetched for work without network; drafts: half filled in; meta: the rest
  const STORES = { entries: "key", data: "person", drafts: "id", meta: "name" };
  let opening = null;

  function open() {
    opening ||= new Promise((resolve, reject) => {
      const asked = indexedDB.open("lvyue", 1);
      asked.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(STORES)) asked.result.createObjectStore(name, { keyPath });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    opening.catch(() => (opening = null));
    return opening;
  }

  // Resolved when it is written, not when it was asked for: what counts as kept has to be on the disk.
  async function run(name, mode, work) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const asked = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    get: (name, key) => run(name, "readonly", (store) => store.get(key)),
    all: (name) => run(name, "readonly", (store) => store.getAll()),
    put: (name, value) => run(name, "readwrite", (store) => store.put(value)),
    remove: (name, key) => run(name, "readwrite", (store) => store.delete(key)),
    clear: (name) => run(name, "readwrite", (store) => store.clear()),
  };
})();

Lvyue.current = async () => (await Lvyue.store.get("meta", "current"))?.person || null;

// Forms of one person that were not sent, the oldest first; nobody else's are ever given out.
Lvyue.unsent = async (person) => {
  const found = (await Lvyue.store.all("entries")).filter((one) => person && one.person === person);
  return found.sort((a, b) => a.saved - b.saved);
};

// Tell every open page, this one too, that something was kept, sent or discarded.
Lvyue.changed = () => {
  const channel = new BroadcastChannel("lvyue");
  channel.postMessage("changed");
  channel.close();
};
