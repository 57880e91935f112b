// What is typed survives an expired session, an error, a closed tab: kept on this device and given back when the form
// opens again to the same person; what was corrected by hand, and the key by which it is taken once, come with it.
(() => {
  "use strict";
  const TRAVELS = ["once", "corrected", "written_on", "seen_version"];
  const here = location.pathname + location.search;
  const drafts = {}; // the key of the draft of the form at an address, on this page
  const refused = new WeakSet();
  const asServed = new WeakMap();

  const addressOf = (form) => form.getAttribute("action") || here;
  const keyOf = (form) => {
    const address = addressOf(form);
    return (drafts[address] ??= `${portal.MINE}${address}:${Math.random().toString(36).slice(2)}`);
  };
  const nameOf = (form) => {
    const page = document.querySelector("main h1")?.textContent.trim() || document.title;
    const button = form.querySelector("button.btn-primary, button:not([type=button])")?.textContent.trim();
    return document.querySelectorAll("form[data-draft]").length > 1 && button ? `${page} · ${button}` : page;
  };
  const fieldsOf = (form) =>
    [...form.elements].filter((e) => e.name && !["submit", "button", "password", "file"].includes(e.type));
  const read = (form) =>
    fieldsOf(form)
      .filter((e) => e.name !== "csrfmiddlewaretoken")
      .map((e) => [e.name, ["checkbox", "radio"].includes(e.type) ? [e.value, e.checked] : e.value]);
  const isChanged = (e) => {
    if (e.options) return [...e.options].some((o) => o.selected !== o.defaultSelected);
    return ["checkbox", "radio"].includes(e.type) ? e.checked !== e.defaultChecked : e.value !== e.defaultValue;
  };
  const holdsSomething = (form) => refused.has(form) || fieldsOf(form).some(isChanged) || portal.chosenIn(form).length > 0;

  const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  const say = (form, text) => {
    const bar = form.querySelector(".submit-bar, .step-buttons") || [...form.querySelectorAll("button")].pop()?.parentElement;
    const said = form.querySelector(".kept-at") || (bar && bar.insertBefore(document.createElement("small"), bar.firstChild));
    if (!said) return;
    said.className = "help kept-at";
    said.textContent = text;
  };
  const forget = (form) => {
    const key = keyOf(form);
    delete drafts[addressOf(form)];
    portal.release(key);
    say(form, "");
    return portal.drop(key);
  };
  const keep = (form, more = {}) => {
    if (!holdsSomething(form)) return forget(form); // typed and wiped
    const key = keyOf(form);
    const inTab = form.dataset.draft === "tab";
    const draft = { name: nameOf(form), address: addressOf(form), page: here, fields: read(form), inTab, at: Date.now() };
    portal.hold(key);
    try {
      portal.put(key, { ...draft, ...more });
      say(form, `已自动保存 ${clock(draft.at)}`);
    } catch {
      say(form, "本机存不下，没有自动保存，请尽快提交");
    }
  };
  const keepFiles = async (form) => {
    keep(form);
    const files = portal.chosenIn(form);
    const isKept = form.dataset.draft === "tab" || (await portal.putFiles(keyOf(form), files));
    if (files.length && !isKept) say(form, "已自动保存文字；照片和文件本机存不下，请尽快提交");
  };

  const fill = (form, saved) => {
    const found = (name) => fieldsOf(form).filter((e) => e.name === name && (e.type !== "hidden" || TRAVELS.includes(name)));
    asServed.set(form, TRAVELS.flatMap(found).map((e) => [e, e.value]));
    for (const [name, value] of saved.fields) {
      if (Array.isArray(value)) found(name).filter((e) => e.value === value[0]).forEach((e) => (e.checked = value[1]));
      else if (found(name)[0]) found(name)[0].value = value;
    }
  };
  const empty = (form) => {
    form.reset();
    asServed.get(form)?.forEach(([field, value]) => (field.value = value));
  };
  const tellFilled = (form) => {
    const told = document.createElement("p");
    told.className = "notice align-items-center";
    told.setAttribute("role", "status");
    told.textContent = "已填回上次没有提交成功的内容。";
    const clear = portal.add(told, "button", "清除", "btn btn-link");
    clear.type = "button";
    clear.addEventListener("click", () => {
      forget(form);
      empty(form);
      told.remove();
    });
    form.before(told);
  };
  const restore = async (form) => {
    const address = addressOf(form);
    const found = portal.all().filter((draft) => draft.address === address);
    for (const draft of found.sort((one, other) => other.at - one.at)) {
      if (!(await portal.hold(draft.key))) continue; // another tab is writing it
      if (holdsSomething(form)) return portal.release(draft.key);
      drafts[address] = draft.key;
      fill(form, draft);
      portal.choose(form, await portal.filesOf(draft.key));
      say(form, `已自动保存 ${clock(draft.at)}`);
      form.dispatchEvent(new CustomEvent("filled", { bubbles: true, detail: draft }));
      if (!draft.waiting) tellFilled(form);
      return;
    }
  };
  portal.begin(async (part) => {
    const forms = portal.person ? [...part.querySelectorAll("form[data-draft]")] : [];
    forms.forEach((form) => form.setAttribute("autocomplete", "off")); // what was sent is not put back by the browser
    if (part !== document) return;
    for (const form of forms) await restore(form);
    document.dispatchEvent(new Event("drafts-are-back"));
  });
  const listen = (event, act) =>
    document.addEventListener(event, ({ target }) => {
      const form = portal.person && target.closest?.("form[data-draft]");
      if (form) act(form, target);
    });
  listen("input", (form, field) => field.type !== "file" && keep(form));
  listen("chosen", keepFiles);

  // Logging out removes what is typed and not sent: it is named first, and asked about.
  const leave = document.querySelector("[data-forget]");
  const aSecond = () => new Promise((done) => setTimeout(done, 1000)); // a database that does not answer holds nobody
  const go = () => Promise.race([portal.dropAll(), aSecond()]).then(() => leave.submit());
  leave?.addEventListener("submit", (event) => {
    event.preventDefault();
    const unsent = portal.all().map((draft) => (draft.waiting ? `${draft.name}（待发送）` : draft.name));
    if (unsent.length) askToLeave(unsent);
    else go();
  });
  function askToLeave(unsent) {
    const { add } = portal;
    const dialog = add(document.body, "dialog", "", "card ask");
    add(dialog, "h2", "还有没提交的内容").id = "ask-title";
    dialog.setAttribute("aria-labelledby", "ask-title");
    add(dialog, "p", "退出后，下面填了没提交的内容会从本机删除：");
    const list = add(dialog, "ul", "");
    unsent.forEach((name) => add(list, "li", name));
    const buttons = add(dialog, "div", "", "actions");
    const back = add(buttons, "button", "返回", "btn btn-primary");
    const on = add(buttons, "button", "继续退出", "btn btn-outline-primary");
    back.type = on.type = "button";
    back.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    on.addEventListener("click", go);
    dialog.showModal();
  }

  const isHere = (key) => Object.values(drafts).includes(key);
  const comeBack = (form, files) => {
    refused.add(form);
    portal.choose(form, files);
    keep(form);
  };
  Object.assign(portal, { addressOf, clock, here, keep, forget, empty, isHere, comeBack });
})();
