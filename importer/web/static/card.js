// A contact as the app shows it.

import { h } from "./dom.js";

export function contactCard(card, caption) {
  const letters = card.name.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  const line = (name, value) => value && [h("dt", {}, name), h("dd", {}, value)];
  return h("div", { class: "contact" },
    h("div", { class: "face", "aria-hidden": "true" }, letters),
    h("div", { class: "who" }, card.name),
    h("div", { class: "soft" }, [card.role, card.company].filter(Boolean).join(", ")),
    h("dl", {},
      card.phone.map(({ value, label }) => line(label || "phone", value)),
      card.email.map(({ value, label }) => line(label || "email", value)),
      card.custom.map(({ name, value }) => line(name, value)),
      line("source", card.link)),
    caption && h("p", { class: "soft small" }, caption));
}
