// Small helps that every page shares. Nothing here decides anything: the portal works without it.
(() => {
  "use strict";
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

  // The sum of a column of fields while it is typed, without the rows that are to be deleted.
  portal.begin((part) => part.querySelectorAll("[data-total]").forEach(sumUp));
  function sumUp(total) {
    const form = total.closest("form");
    const counts = (field) => !form.elements[field.name.replace(/-\w+$/, "-DELETE")]?.checked;
    const show = () => {
      const fields = [...form.querySelectorAll(`[name$="-${total.dataset.total}"]`)].filter(counts);
      const sum = fields.reduce((all, field) => all + Math.round(Number(field.value || 0) * 100), 0) / 100;
      total.querySelector("strong").textContent = String(sum);
      total.classList.toggle("notice-warning", sum !== 100);
      total.hidden = false;
    };
    ["input", "filled"].forEach((event) => form.addEventListener(event, show));
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
  portal.begin((part) => part.querySelectorAll("form[data-guess]").forEach(guessWhileTyped));
  function guessWhileTyped(form) {
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
    form.addEventListener("filled", () => guess(form));
    if (form.elements.text.value) guess(form);
  }
  async function guess(form) {
    const typed = new FormData(form);
    ["photos", "files"].forEach((name) => typed.delete(name));
    const headers = { "X-Poll": "1", "HX-Request": "true" };
    const asked = navigator.onLine && fetch(form.dataset.guess, { method: "POST", body: typed, headers });
    const answer = await Promise.resolve(asked).catch(() => null);
    if (!answer?.ok || answer.headers.get("HX-Redirect")) return;
    if (form.elements.corrected.value !== typed.get("corrected")) return guess(form); // by hand, meanwhile
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

  portal.begin((part) => part.querySelector("[data-print]")?.addEventListener("click", () => window.print()));

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
