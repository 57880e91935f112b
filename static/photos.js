// Photos and files are chosen once: each choice is added to those before, seen, and taken off again by one tap. A photo is
// made small here, and drawn anew, so that the place where it was taken stays on the device.
(() => {
  "use strict";
  const LONGEST = 2000;
  const chosen = new WeakMap(); // the files of an input
  const working = new WeakMap(); // what is still being made small for a form
  const isPhoto = (file) => file.type.startsWith("image/");
  const sized = (bytes) => (bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`);

  const decoded = (file) =>
    createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => createImageBitmap(file)).catch(() => null);
  const drawn = (picture, longest) => {
    const share = Math.min(1, longest / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * share));
    canvas.height = Math.max(1, Math.round(picture.height * share));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // what is transparent would be black
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  };
  // What the browser cannot read goes as it is: the server says what it takes.
  const madeSmall = async (file) => {
    const picture = isPhoto(file) && (await decoded(file));
    if (!picture) return file;
    const blob = await new Promise((done) => drawn(picture, LONGEST).toBlob(done, "image/jpeg", 0.85));
    picture.close();
    return blob ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  };
  const thumbnail = async (file, image) => {
    const picture = await decoded(file);
    if (!picture) return image.remove();
    image.alt = "";
    image.src = drawn(picture, 160).toDataURL("image/jpeg", 0.7);
    picture.close();
  };

  const put = (input, files) => {
    const all = new DataTransfer();
    files.forEach((file) => all.items.add(file));
    input.files = all.files;
    chosen.set(input, files);
    draw(input, files);
  };
  const place = (input) => input.closest(".picker") || input;
  const draw = (input, files) => {
    const old = place(input).parentElement.querySelector(".chosen");
    if (!files.length) return old?.remove();
    const list = document.createElement("ul");
    list.className = "chosen";
    files.forEach((file, at) => {
      const row = portal.add(list, "li", "");
      if (isPhoto(file)) thumbnail(file, portal.add(row, "img", "")).catch(() => {});
      portal.add(row, "span", `${file.name}（${sized(file.size)}）`);
      const off = portal.add(row, "button", "移除", "btn btn-link");
      off.type = "button";
      off.setAttribute("aria-label", `移除 ${file.name}`);
      off.addEventListener("click", () => remove(input, at));
    });
    if (old) old.replaceWith(list);
    else place(input).after(list);
  };
  const remove = (input, at) => {
    put(input, chosen.get(input).filter((_, place) => place !== at));
    tell(input, []);
    const left = place(input).parentElement.querySelectorAll(".chosen button");
    (left[Math.min(at, left.length - 1)] || input).focus();
    input.dispatchEvent(new Event("chosen", { bubbles: true }));
  };
  const tell = (input, faults) => {
    const around = place(input).parentElement;
    around.querySelector(".wrong-choice")?.remove();
    if (!faults.length) return;
    const told = portal.add(around, "div", "", "wrong wrong-choice");
    told.setAttribute("role", "alert");
    faults.forEach((fault) => portal.add(told, "p", fault));
  };

  const take = async (input, had, added) => {
    const faults = [];
    const { most, largest } = input.dataset;
    if (most && had.length + added.length > most) {
      const over = had.length + added.length - most;
      faults.push(`最多 ${most} 个，已有 ${had.length} 个，又选了 ${added.length} 个：后面 ${over} 个没有加上。`);
      added = added.slice(0, added.length - over);
    }
    const small = [];
    for (const file of added) small.push(await madeSmall(file)); // one at a time: a phone has little memory
    const fits = (file) => !largest || file.size <= largest;
    small.filter((file) => !fits(file)).forEach((file) => {
      faults.push(`“${file.name}”有 ${sized(file.size)}，最大 ${sized(Number(largest))}，没有加上。`);
    });
    put(input, [...had, ...small.filter(fits)]);
    tell(input, faults);
    input.dispatchEvent(new Event("chosen", { bubbles: true }));
  };
  document.addEventListener("change", ({ target }) => {
    const form = target.type === "file" && portal.person && target.closest("form[data-draft]");
    if (!form) return;
    const input = target.dataset.addsTo ? document.getElementById(target.dataset.addsTo) : target;
    const added = [...target.files];
    const before = working.get(form) || Promise.resolve();
    if (target !== input) target.value = "";
    else if (input.multiple) put(input, chosen.get(input) || []); // the browser has put what is new in its place
    const now = before.then(() => take(input, (input.multiple && chosen.get(input)) || [], added));
    working.set(form, now.catch(() => {}));
  });
  document.addEventListener("reset", ({ target }) => {
    inputsOf(target).forEach((input) => put(input, []));
  });
  portal.begin((part) => {
    if (portal.person) part.querySelectorAll("form[data-draft] .camera").forEach((tile) => (tile.hidden = false));
  });

  const inputsOf = (form) => [...form.querySelectorAll("input[type=file][name]")];
  const chosenIn = (form) => inputsOf(form).flatMap((input) => [...input.files].map((file) => ({ field: input.name, file })));
  const choose = (form, files) => {
    inputsOf(form).forEach((input) => {
      const own = files.filter(({ field }) => field === input.name).map(({ file }) => file);
      if (own.length) put(input, own);
    });
    if (files.length) document.querySelectorAll("[data-files-lost]").forEach((said) => said.remove());
  };
  Object.assign(portal, { chosenIn, choose, ready: (form) => working.get(form) });
})();
