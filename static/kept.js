// What is typed and not sent, kept on this device: texts in the storage of the browser, files in its database. Nobody
// finds what another person left: it is removed as soon as somebody else is here, at sign-out, and after six days,
// one day before the server forgets by which key a form that is sent twice is known.
window.portal = (() => {
  "use strict";
  const DRAFT = "draft:";
  const KEPT_DAYS = 6;
  const person = document.body.dataset.person;
  const MINE = `${DRAFT}${person}:`;

  const keysOf = (store) => Object.keys(store).filter((key) => key.startsWith(DRAFT));
  const storeOf = (key) => (sessionStorage.getItem(key) ? sessionStorage : localStorage);
  const get = (key) => JSON.parse(storeOf(key).getItem(key) || "null");
  const keys = () => [...keysOf(sessionStorage), ...keysOf(localStorage)];
  const all = () => keys().filter((key) => key.startsWith(MINE)).map((key) => ({ ...get(key), key }));
  // What is said in confidence is kept in the tab alone, and goes with it.
  const put = (key, draft) => (draft.inTab ? sessionStorage : localStorage).setItem(key, JSON.stringify(draft));

  const open = () =>
    new Promise((done, failed) => {
      const asked = indexedDB.open("portal", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("files");
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  const ask = async (mode, act) => {
    const database = await open();
    try {
      return await new Promise((done, failed) => {
        const asked = act(database.transaction("files", mode).objectStore("files"));
        asked.transaction.oncomplete = () => done(asked.result);
        asked.transaction.onabort = () => failed(asked.error);
      });
    } finally {
      database.close();
    }
  };
  // A browser without a database, or one that is full, keeps the texts alone.
  const filesOf = (key) => ask("readonly", (files) => files.get(key)).then((found) => found || [], () => []);
  const putFiles = (key, files) => ask("readwrite", (all) => all.put(files, key)).then(() => true, () => false);
  const dropFiles = (key) => ask("readwrite", (files) => files.delete(key)).catch(() => {});

  const drop = (key) => {
    sessionStorage.removeItem(key);
    localStorage.removeItem(key);
    return dropFiles(key);
  };
  const dropAll = () => {
    sessionStorage.clear();
    keysOf(localStorage).forEach((key) => localStorage.removeItem(key));
    return ask("readwrite", (files) => files.clear()).catch(() => {});
  };
  const dropOld = async () => {
    const isOver = (key) => Date.now() - (get(key)?.at || 0) > KEPT_DAYS * 86_400_000;
    keys().filter((key) => !key.startsWith(MINE) || isOver(key)).forEach(drop);
    const files = await ask("readonly", (found) => found.getAllKeys()).catch(() => []);
    files.filter((key) => !get(key)).forEach(dropFiles);
  };
  if (person) dropOld();

  // A draft belongs to the tab that holds it, so that two tabs never write over each other; one that nobody holds waits
  // for whoever opens its form next. A browser without locks cannot tell, and takes it for one that nobody holds.
  const letGo = {};
  const hold = (key) =>
    new Promise((done) => {
      if (!navigator.locks || letGo[key]) return done(true);
      const until = new Promise((release) => (letGo[key] = release));
      const granted = () => {
        done(true);
        return until;
      };
      // The page that this tab has just left may take a moment to let go.
      const waited = new AbortController();
      setTimeout(() => waited.abort(), 300);
      navigator.locks.request(key, { signal: waited.signal }, granted).catch(() => {
        delete letGo[key];
        done(false);
      });
    });
  const release = (key) => {
    letGo[key]?.();
    delete letGo[key];
  };
  // A page that the browser sets aside for the way back holds nothing; shown again it is asked anew, with its draft.
  window.addEventListener("pagehide", () => Object.keys(letGo).forEach(release));
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted && navigator.onLine && document.querySelector("form[data-draft]")) location.reload();
  });

  // What a script does to a page, it does to a part of it that comes later as well.
  const starts = [];
  const beginIn = (part) => starts.forEach((start) => start(part));
  document.addEventListener("DOMContentLoaded", () => beginIn(document));

  return {
    ...{ person, MINE, get, put, drop, dropAll, all, filesOf, putFiles, dropFiles, hold, release },
    begin: (start) => starts.push(start),
    beginIn,
    add(parent, tag, text, className = "") {
      const made = document.createElement(tag);
      made.textContent = text;
      made.className = className;
      parent.append(made);
      return made;
    },
  };
})();
