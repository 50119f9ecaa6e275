// Questions to the server. Each carries the secret of the tab, which is in no cookie.

const SECRET = "tab-secret", TAB = "tab-id";
// A reload finds the name of its tab in the storage. While the page is shown it is not there: a tab that is duplicated
// begins with a copy of the storage, and two tabs of one name would not be told apart.
const tab = sessionStorage.getItem(TAB) ?? crypto.randomUUID();
addEventListener("pageshow", () => sessionStorage.removeItem(TAB));
addEventListener("pagehide", () => sessionStorage.setItem(TAB, tab));

export class Refusal extends Error {
  constructor({ message, next, kind }) {
    super(message);
    this.next = next;
    this.kind = kind;
  }
}

// The page that opens with the one-time token carries the secret; a reload finds it in the storage of the tab.
export function enter() {
  const meta = document.querySelector('meta[name="tab-secret"]');
  if (meta.content) {
    sessionStorage.setItem(SECRET, meta.content);
    location.replace("/");
    return false;
  }
  return Boolean(sessionStorage.getItem(SECRET));
}

// Another tab of this page, and no other page, may hand the secret on: a channel belongs to one origin.
export function share() {
  const channel = new BroadcastChannel("tab");
  channel.addEventListener("message", ({ data }) => {
    if (data === "ask") channel.postMessage({ secret: sessionStorage.getItem(SECRET) });
  });
}

export function borrow() {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel("tab");
    const wait = setTimeout(() => { channel.close(); resolve(false); }, 800);
    channel.addEventListener("message", ({ data }) => {
      if (!data.secret) return;
      clearTimeout(wait);
      channel.close();
      sessionStorage.setItem(SECRET, data.secret);
      resolve(true);
    });
    channel.postMessage("ask");
  });
}

export function headers(more = {}) {
  return { "X-Tab": sessionStorage.getItem(SECRET) ?? "", "X-Tab-Id": tab, ...more };
}

const away = () => new Refusal({
  message: "The program behind this page has ended, or cannot be reached.",
  next: "Start it again in the same folder: openphone-import ui. Nothing is lost.", kind: "Away",
});

export async function send(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw away();
  }
  if (response.ok) return response;
  const facts = await response.json().catch(() => null);
  if (facts) throw new Refusal(facts);
  throw new Refusal({
    message: "This tab has not opened the page with its one-time address.", next: "Open the page with the command again: openphone-import ui", kind: "Refused",
  });
}

export async function get(path, { quiet = false } = {}) {
  return (await send(path, { headers: headers(quiet ? { "X-Quiet": "1" } : {}) })).json();
}

export async function post(path, body = {}, { keepalive = false } = {}) {
  const options = {
    method: "POST", headers: headers({ "Content-Type": "application/json" }), body: JSON.stringify(body), keepalive,
  };
  return (await send(path, options)).json();
}

// The name of a sheet for its addresses, and `taken`, the name of another sheet that was called so already.
export async function upload(file) {
  const path = `/api/upload?name=${encodeURIComponent(file.name)}`;
  return (await send(path, { method: "POST", headers: headers(), body: file })).json();
}

// A file of the folder, saved by the browser: a plain link could not carry the secret.
export async function save(path, name) {
  const blob = await (await send(path, { headers: headers() })).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
