// Elements from plain values. Every text becomes a text node, so nothing of a sheet can ever be markup.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "width") element.style.width = value;
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const number = (value) => Number(value ?? 0).toLocaleString("en-US");

// A number with its noun, or with all that follows it: counted(2, "row is left", "rows are left").
export function counted(value, noun, plural = `${noun}s`) {
  return `${number(value)} ${value === 1 ? noun : plural}`;
}

export function say(text) {
  document.getElementById("live").textContent = text;
}

export function busy(text) {
  return h("p", { class: "busy", role: "status" }, text);
}

// A dialog that asks one thing. Resolves with the value of the button, "" where it was closed.
export function dialog(title, body, buttons) {
  return new Promise((resolve) => {
    const id = `dialog-${Math.random().toString(36).slice(2)}`;
    const box = h(
      "dialog", { "aria-labelledby": id },
      h("form", { method: "dialog" },
        h("h2", { id }, title), body,
        h("div", { class: "foot" }, buttons.map(({ value, label, kind }) => h("button", { value, class: kind }, label))))
    );
    box.addEventListener("close", () => { box.remove(); resolve(box.returnValue); });
    document.body.append(box);
    box.showModal();
  });
}
