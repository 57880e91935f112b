// Small helps that every page shares. Nothing here decides anything: the portal works without it.
(() => {
  "use strict";
  const DRAFT = "draft:";
  const here = location.pathname;

  // Large type, remembered on this device.
  const root = document.documentElement;
  const bigText = document.querySelector("[data-big-text]");
  const showSize = (big) => {
    root.classList.toggle("big-text", big);
    bigText?.setAttribute("aria-pressed", String(big));
  };
  showSize(localStorage.getItem("big-text") === "1");
  bigText?.addEventListener("click", () => {
    const big = !root.classList.contains("big-text");
    localStorage.setItem("big-text", big ? "1" : "0");
    showSize(big);
  });

  // After a refusal the summary of errors is where reading goes on.
  document.querySelector("[data-focus]")?.focus();

  // What is typed survives an expired session: kept in this tab only, given back when the form opens again to the same
  // person. Who that is says an opaque key; what another person typed on this tab is removed, never shown.
  const person = document.body.dataset.person;
  const MINE = `${DRAFT}${person}:`;
  const isRefused = Boolean(document.querySelector("[data-focus]"));
  const drafts = person ? [...document.querySelectorAll("form[data-draft]")] : [];
  const keyOf = (form) => MINE + (form.getAttribute("action") || here + location.search);
  const kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith(DRAFT));
  const nameOf = (form) => {
    const page = document.querySelector("main h1")?.textContent.trim() || document.title;
    const button = form.querySelector("button.btn-primary, button:not([type=button])")?.textContent.trim();
    return drafts.length > 1 && button ? `${page} · ${button}` : page;
  };
  const fieldsOf = (form) =>
    [...form.elements].filter((e) => e.name && !["hidden", "submit", "button", "password", "file"].includes(e.type));
  const read = (form) =>
    fieldsOf(form).map((e) => [e.name, ["checkbox", "radio"].includes(e.type) ? [e.value, e.checked] : e.value]);
  const isChanged = (e) => {
    if (e.options) return [...e.options].some((o) => o.selected !== o.defaultSelected);
    return ["checkbox", "radio"].includes(e.type) ? e.checked !== e.defaultChecked : e.value !== e.defaultValue;
  };
  const keep = (form) => {
    if (!isRefused && !fieldsOf(form).some(isChanged)) return sessionStorage.removeItem(keyOf(form)); // typed and wiped
    sessionStorage.setItem(keyOf(form), JSON.stringify({ name: nameOf(form), fields: read(form) }));
  };
  const fill = (form, saved) => {
    for (const [name, value] of saved) {
      const found = fieldsOf(form).filter((e) => e.name === name);
      if (Array.isArray(value)) found.filter((e) => e.value === value[0]).forEach((e) => (e.checked = value[1]));
      else if (found[0]) found[0].value = value;
    }
  };
  if (person) {
    kept().filter((key) => !key.startsWith(MINE)).forEach((key) => sessionStorage.removeItem(key));
    const sent = sessionStorage.getItem("sent");
    const back = sessionStorage.getItem("signed-out");
    // A form that was sent and did not come back was taken; one that met the log-in page was not.
    if (sent && !back && !isRefused) sessionStorage.removeItem(sent);
    sessionStorage.removeItem("sent");
    sessionStorage.removeItem("signed-out");
  } else if (document.querySelector("[data-login]")) {
    sessionStorage.setItem("signed-out", "1");
  } else if (document.body.hasAttribute("data-not-taken")) {
    sessionStorage.removeItem("sent"); // a page of an error: what was typed is kept for the form, wherever one goes first
  }
  const tellFilled = (form) => {
    const told = document.createElement("p");
    const forget = document.createElement("button");
    told.className = "notice align-items-center";
    told.setAttribute("role", "status");
    told.textContent = "已填回上次没有提交成功的内容。";
    forget.type = "button";
    forget.className = "btn btn-link";
    forget.textContent = "清除";
    forget.addEventListener("click", () => {
      sessionStorage.removeItem(keyOf(form));
      form.reset();
      told.remove();
    });
    told.append(forget);
    form.before(told);
  };
  for (const form of drafts) {
    const saved = sessionStorage.getItem(keyOf(form));
    if (saved && !isRefused) {
      fill(form, JSON.parse(saved).fields);
      tellFilled(form);
    }
    form.addEventListener("input", () => keep(form));
    form.addEventListener("submit", () => {
      keep(form);
      sessionStorage.setItem("sent", keyOf(form));
    });
  }

  // Logging out removes what is typed and not sent: it is named first, and asked about.
  const leave = document.querySelector("[data-forget]");
  leave?.addEventListener("submit", (event) => {
    const unsent = kept().map((key) => JSON.parse(sessionStorage.getItem(key)).name);
    if (!unsent.length) return sessionStorage.clear();
    event.preventDefault();
    askToLeave(unsent);
  });
  const add = (parent, tag, text, className = "") => {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = className;
    parent.append(made);
    return made;
  };
  function askToLeave(unsent) {
    const dialog = add(document.body, "dialog", "", "card ask");
    add(dialog, "h2", "还有没提交的内容").id = "ask-title";
    dialog.setAttribute("aria-labelledby", "ask-title");
    add(dialog, "p", "退出后，下面填了没提交的内容会从本机删除：");
    const list = add(dialog, "ul", "");
    unsent.forEach((name) => add(list, "li", name));
    const buttons = add(dialog, "div", "", "actions");
    const back = add(buttons, "button", "返回", "btn btn-primary");
    const go = add(buttons, "button", "继续退出", "btn btn-outline-primary");
    back.type = go.type = "button";
    back.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    go.addEventListener("click", () => {
      sessionStorage.clear();
      leave.submit();
    });
    dialog.showModal();
  }

  // The sum of a column of fields while it is typed, without the rows that are to be deleted.
  for (const total of document.querySelectorAll("[data-total]")) {
    const form = total.closest("form");
    const counts = (field) => !form.elements[field.name.replace(/-\w+$/, "-DELETE")]?.checked;
    const show = () => {
      const fields = [...form.querySelectorAll(`[name$="-${total.dataset.total}"]`)].filter(counts);
      const sum = fields.reduce((all, field) => all + Math.round(Number(field.value || 0) * 100), 0) / 100;
      total.querySelector("strong").textContent = String(sum);
      total.classList.toggle("notice-warning", sum !== 100);
      total.hidden = false;
    };
    form.addEventListener("input", show);
    form.addEventListener("reset", () => setTimeout(show));
    show();
  }

  // A number that was asked for in order to call is dialled as soon as it comes.
  document.addEventListener("htmx:afterSettle", () => {
    const number = document.querySelector("a[data-dial]");
    number?.removeAttribute("data-dial");
    number?.focus();
    number?.click();
  });

  // A log says by itself when, where and what for: asked while it is typed, never over what was corrected by hand.
  for (const form of document.querySelectorAll("form[data-guess]")) {
    let waiting;
    form.elements.previews.value = "1";
    form.addEventListener("change", (event) => {
      const field = event.target.closest("#guessed") && event.target.name;
      if (field) form.elements.corrected.value += `,${field}`;
    });
    form.elements.text.addEventListener("input", () => {
      form.elements.written_on.value = new Date().toLocaleDateString("sv"); // 2026-10-31
      clearTimeout(waiting);
      waiting = setTimeout(() => guess(form), 500);
    });
    if (form.elements.text.value) guess(form);
  }
  async function guess(form) {
    const typed = new FormData(form);
    ["photos", "files"].forEach((name) => typed.delete(name));
    const answer = await fetch(form.dataset.guess, { method: "POST", body: typed, headers: { "X-Poll": "1", "HX-Request": "true" } });
    if (!answer.ok || answer.headers.get("HX-Redirect")) return;
    const old = document.getElementById("guessed");
    if (old.contains(document.activeElement)) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("guessed");
    fresh.open = old.open;
    old.replaceWith(fresh);
  }

  // Escape closes what is open around the cursor, or else the menu that lies over the page; its button has the cursor again.
  // A dialog closes by itself; Escape that ends the choice of a character is not meant for the page.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
    const open = document.activeElement.closest("details[open]") || document.querySelector("details.account[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

  // A form that asks for nothing but files is sent as soon as they are chosen.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-at-once]");
    if (form && event.target.files?.length) form.requestSubmit();
  });

  // One effect for a double click: the second press of a submit button does nothing.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || event.defaultPrevented) return;
    if (event.target.dataset.sent) return event.preventDefault();
    event.target.dataset.sent = "1";
    const button = event.target.querySelector("[data-busy]");
    const said = button?.innerHTML;
    if (button) button.textContent = button.dataset.busy;
    window.addEventListener("pageshow", () => {
      delete event.target.dataset.sent;
      if (button) button.innerHTML = said;
    }, { once: true });
  });
})();
