// The workspace: paste the key, and see what it opens.

import { get, post } from "../api.js";
import { link } from "../address.js";
import { busy, counted, fill, h } from "../dom.js";
import { mishap } from "../trouble.js";

export async function show(here) {
  const { mode } = here.place;
  const account = await get(`/api/${mode}/account`);
  if (!here.isCurrent()) return;
  if (mode === "practice") return practice(here, account);
  if (account.address) return known(here, account);
  return ask(here, account);
}

function practice(here, account) {
  fill(here.main, h("h1", {}, "Practice workspace"),
    h("p", { class: "lead" }, "A faithful copy of the service on this computer. Do everything as you would for real: nothing is sent, and your answers and corrections hold for the real import, too."),
    facts(account),
    h("div", { class: "foot" }, h("button", { class: "primary", onclick: () => here.go("sheet") }, "Continue"),
      link({ ...here.place, mode: "real" }, { class: "button" }, "Use my real workspace")));
}

function known(here, account) {
  const place = h("div", {});
  const forget = async () => {
    try {
      ask(here, await post("/api/forget-key"));
    } catch (error) {
      mishap(place, error, here);
    }
  };
  fill(here.main, h("h1", {}, account.name || "Your workspace"),
    h("p", { class: "lead" }, account.is_remembered ? "This is what the key opens. It is kept in the keyring of this computer, where your other passwords are."
      : "This is what the key opens. It is kept in the memory of this program alone, and forgotten when it ends."),
    place, facts(account),
    h("div", { class: "foot" }, h("button", { class: "primary", onclick: () => here.go("sheet") }, "Continue"),
      h("button", { onclick: () => ask(here, { can_remember: account.can_remember }) }, "Use another key"),
      account.is_remembered && h("button", { onclick: forget }, "Forget the key on this computer")));
  if (account.not_kept) mishap(place, { message: account.not_kept.message, next: account.not_kept.next });
}

function ask(here, { trouble, can_remember: canRemember } = {}) {
  const input = h("input", { type: "password", id: "key", class: "wide", autocomplete: "off", spellcheck: "false", required: true });
  const remember = canRemember && h("input", { type: "checkbox", id: "remember" });
  const place = h("div", { class: "card" });
  const look = async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const note = busy("Asking the service");
    button.disabled = true;
    place.append(note);
    try {
      const account = await post("/api/key", { key: input.value, remember: Boolean(remember?.checked) });
      input.value = "";
      if (here.isCurrent()) known(here, account);
    } catch (error) {
      mishap(place, error);
      input.focus();
    } finally {
      note.remove();
      button.disabled = false;
    }
  };
  const form = h("form", { onsubmit: look },
    h("p", {}, h("label", { for: "key" }, "API key")), h("p", {}, input),
    h("p", { class: "soft small" }, "An owner or admin makes it in the app under Settings > API. The key stays in the memory of this program and is not written anywhere",
      remember ? ", unless you choose so here." : "."),
    remember && h("p", {}, remember, " ", h("label", { for: "remember", class: "plain" }, "Remember it on this computer (in the keyring, with your other passwords)")),
    h("p", {}, h("button", { class: "primary" }, "See what it opens")));
  fill(here.main, h("h1", {}, "Which workspace?"),
    h("p", { class: "lead" }, "Paste the API key of your workspace. First you see what it opens; nothing is changed."),
    fill(place, trouble && h("div", { class: "notice bad" }, h("p", {}, trouble)), form),
    h("div", { class: "foot" }, link({ ...here.place, mode: "practice", step: "sheet" }, { class: "button" }, "Practice first, without a key")));
}

function facts(account) {
  const fields = account.fields;
  const pair = (name, value) => value && [h("dt", {}, name), h("dd", {}, value)];
  return h("section", { class: "card" }, h("dl", { class: "pairs" },
    pair("Workspace", account.name || "The service does not say its name"),
    pair("Plan", account.subscription),
    pair("Users", account.users && `${account.user_count}: ${account.users.join(", ")}`),
    pair("Own fields", fields && (fields.map(({ name, type }) => `${name} (${type})`).join(", ") || "none yet; they are made in the app under Settings > Contacts")),
    pair("Contacts", account.has_contacts ? "there are some already" : "none that the key can see"),
    pair("Speed", account.rate && `${counted(account.rate, "request")} a second`),
    pair("The key may read", account.may.join(", ")),
    pair("It may not read", account.may_not.join(", "))));
}
