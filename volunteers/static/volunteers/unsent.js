// Weeks that are saved on this device and not sent yet: the page writes them down (offline.js), the worker sends them.
const unsent = {
  ask: (mode, what) => new Promise((done, fail) => {
    const opening = indexedDB.open("relais-unsent", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("weeks", { keyPath: "draft" });
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const base = opening.result;
      const asked = base.transaction("weeks", mode);
      const answer = what(asked.objectStore("weeks"));
      asked.oncomplete = () => { base.close(); done(answer.result); };
      asked.onabort = () => { base.close(); fail(asked.error); };
    };
  }),
  all: () => unsent.ask("readonly", (weeks) => weeks.getAll()),
  put: (entry) => unsent.ask("readwrite", (weeks) => weeks.put(entry)),
  drop: (draft) => unsent.ask("readwrite", (weeks) => weeks.delete(draft)),
  // What became of it; not where it was written anew meanwhile.
  settle: (entry, change) => unsent.ask("readwrite", (weeks) => {
    const asked = weeks.get(entry.draft);
    asked.onsuccess = () => { if (asked.result?.id === entry.id) weeks.put({ ...entry, ...change }); };
    return asked;
  }),
};
