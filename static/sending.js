// A form that keeps a draft is sent from the page it stands on: refused it is there again with its files, and without a
// connection it waits. The key `once` in it makes sure that what is sent again is taken once.
(() => {
  "use strict";
  const AGAIN_AFTER = 20_000;
  const busy = new WeakSet();
  const waiting = new Map(); // forms on this page that wait for a connection, with the buttons pressed

  // {taken: address} | {led: address} | {page: document} | {error: sentence} | {}: nothing came back.
  const post = (address, data, onProgress = () => {}) =>
    new Promise((done) => {
      if (!navigator.onLine) return done({});
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.timeout = 300_000;
      request.setRequestHeader("X-Sends-Form", "1");
      request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
      request.onerror = request.ontimeout = request.onabort = () => done({});
      request.onload = () => done(answerOf(request, address));
      request.send(data);
    });
  const answerOf = (request, address) => {
    const to = request.getResponseHeader("X-Led-To");
    if (to) return { taken: to };
    const came = new URL(request.responseURL);
    if (came.pathname !== new URL(address, location).pathname) return { led: came.pathname + came.search };
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const isOurs = page.body.dataset.person === portal.person && page.getElementById("main");
    if (isOurs && (request.status < 400 || [409, 422].includes(request.status))) return { page };
    const said = page.querySelector("h1")?.textContent.trim() || `服务器答复 ${request.status}`;
    return { error: said, status: request.status };
  };
  // The mark against forged forms changes with every log-in; the page is asked for the new one, for the same person only.
  const postMarked = async (address, data, onProgress) => {
    const answer = await post(address, data, onProgress);
    if (answer.status !== 403) return answer;
    const fresh = await fetch(portal.here).then((got) => got.text()).catch(() => null);
    if (fresh === null) return {};
    const page = new DOMParser().parseFromString(fresh, "text/html");
    const { person } = page.body.dataset;
    if (!person) return { led: portal.here };
    if (person !== portal.person) return { error: "这台设备上换了别人登录" };
    data.set("csrfmiddlewaretoken", page.querySelector("[name=csrfmiddlewaretoken]").value);
    return post(address, data, onProgress);
  };
  const go = (to) => {
    const there = new URL(to, location);
    const isHere = there.pathname + there.search === portal.here;
    location.assign(there);
    if (isHere && there.hash) location.reload();
  };

  const notice = (kind, text, before) => {
    const told = document.createElement("p");
    told.className = `notice notice-told ${kind}`;
    told.setAttribute("role", kind === "notice-error" ? "alert" : "status");
    told.tabIndex = -1;
    portal.add(told, "span", text);
    before.before(told);
    return told;
  };
  const tellOf = new WeakMap(); // the notice over a form
  const tell = (form, kind, text) => {
    tellOf.get(form)?.remove();
    tellOf.delete(form);
    if (!text) return;
    const told = notice(kind, text, form);
    tellOf.set(form, told);
    told.focus();
    return told;
  };
  const progress = (form) => {
    const bar = form.querySelector(".submit-bar, .step-buttons") || form;
    const shown = portal.add(bar, "span", "", "sending");
    const said = portal.add(shown, "span", "正在发送");
    said.setAttribute("role", "status");
    const line = portal.add(shown, "progress", "");
    line.max = 1;
    line.value = 0;
    line.setAttribute("aria-label", "发送进度");
    return { show: (share) => (line.value = share), end: () => shown.remove() };
  };

  const send = async (form, pressed) => {
    if (busy.has(form)) return;
    busy.add(form);
    const shown = progress(form);
    await portal.ready(form);
    const isWaiting = waiting.has(form);
    portal.keep(form, { waiting: isWaiting, pressed });
    const data = new FormData(form);
    pressed.forEach(([name, value]) => data.append(name, value));
    const answer = await postMarked(portal.addressOf(form), data, shown.show);
    if (answer.taken) return leaveFor(answer.taken, form);
    if (answer.led) return go(answer.led); // to log in, mostly: the draft waits for the way back
    shown.end();
    busy.delete(form);
    if (answer.page) showAgain(form, answer.page);
    else if (answer.error) stay(form, `${answer.error}。没有提交；填的内容和选好的文件都还在，过一会儿再点一次。`);
    else if (form.elements.once) waitFor(form, pressed);
    else stay(form, "没有网络，没有提交；填的内容已存在本机，连上网再点一次。");
  };
  const leaveFor = async (to, form) => {
    await portal.forget(form);
    portal.empty(form); // coming back finds nothing that was sent
    go(to);
  };

  const stay = (form, text) => {
    stopWaiting(form);
    portal.keep(form);
    tell(form, "notice-error", text);
  };
  const showAgain = (form, page) => {
    const address = portal.addressOf(form);
    const files = portal.chosenIn(form);
    stopWaiting(form);
    const fresh = document.adoptNode(page.getElementById("main"));
    fresh.querySelectorAll("form[method=post]:not([action])").forEach((each) => each.setAttribute("action", address));
    document.getElementById("main").replaceWith(fresh);
    document.title = page.title;
    window.htmx?.process(fresh);
    portal.beginIn(fresh);
    const again = [...fresh.querySelectorAll("form[data-draft]")].find((each) => portal.addressOf(each) === address);
    if (again) portal.comeBack(again, files);
    (fresh.querySelector("[data-focus]") || fresh).focus();
  };

  const waitFor = (form, pressed) => {
    if (waiting.has(form)) return;
    waiting.set(form, pressed);
    portal.keep(form, { waiting: true, pressed });
    form.querySelectorAll(".error-summary").forEach((said) => said.remove());
    const told = tell(form, "notice-warning", "没有网络，还没有提交。内容、照片和文件已存在本机，连上网自动发送。");
    const mark = document.createElement("b");
    mark.className = "pill pill-amber";
    mark.textContent = "待发送";
    told.prepend(mark);
    const change = portal.add(told, "button", "先不发，再改改", "btn btn-link");
    change.type = "button";
    change.addEventListener("click", () => {
      stopWaiting(form);
      portal.keep(form);
      form.querySelector("textarea, input:not([type=hidden])")?.focus();
    });
    form.inert = true;
  };
  const stopWaiting = (form) => {
    waiting.delete(form);
    form.inert = false;
    tell(form);
  };
  document.addEventListener("filled", ({ target, detail }) => {
    if (!detail.waiting) return;
    waitFor(target, detail.pressed);
    send(target, detail.pressed);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!portal.person || !form.matches("form[data-draft]")) return;
    event.preventDefault();
    const button = event.submitter;
    send(form, button?.name ? [[button.name, button.value]] : []);
  });

  // Forms that wait and whose page was left are sent from whatever page is open when the connection is back.
  const dataOf = async (draft) => {
    const data = new FormData();
    for (const [name, value] of [...draft.fields, ...draft.pressed]) {
      if (!Array.isArray(value)) data.append(name, value);
      else if (value[1]) data.append(name, value[0]);
    }
    (await portal.filesOf(draft.key)).forEach(({ field, file }) => data.append(field, file));
    data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    return data;
  };
  let outbox;
  const tellWaiting = () => {
    const names = portal.all().filter((draft) => draft.waiting && !portal.isHere(draft.key)).map((draft) => draft.name);
    outbox?.remove();
    if (!names.length) return;
    const text = `待发送 ${names.length} 份：${names.join("、")}。已存在本机，连上网自动发送。`;
    outbox = notice("notice-warning", text, document.getElementById("main").firstChild);
  };
  const sendLeft = async (draft) => {
    if (!(await portal.hold(draft.key))) return;
    const answer = await postMarked(draft.address, await dataOf(draft));
    if (answer.taken) {
      await portal.drop(draft.key);
      tellSent("notice-success", `已发送：${draft.name}。`, "查看", answer.taken);
    } else if (answer.page || answer.error) {
      portal.put(draft.key, { ...draft, waiting: false });
      tellSent("notice-error", `“${draft.name}”没有提交成功，内容还在。`, "打开再改", draft.page);
    }
    portal.release(draft.key);
  };
  const tellSent = (kind, text, label, address) => {
    const link = portal.add(notice(kind, text, document.getElementById("main").firstChild), "a", label);
    link.href = address;
  };
  let isSending = false;
  const sendAll = async () => {
    if (!portal.person || isSending || !navigator.onLine) return;
    isSending = true;
    for (const [form, pressed] of waiting) await send(form, pressed);
    for (const draft of portal.all()) if (draft.waiting && !portal.isHere(draft.key)) await sendLeft(draft);
    isSending = false;
    tellWaiting();
  };
  document.addEventListener("drafts-are-back", () => {
    tellWaiting();
    sendAll();
  });
  window.addEventListener("online", sendAll);
  setInterval(sendAll, AGAIN_AFTER);
})();
