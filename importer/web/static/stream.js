// The state of an import, as it changes: a stream of events, and where that breaks, a question every few seconds.
// `fetch` and not EventSource, which cannot carry the secret of the tab in a header.

import { get, headers } from "./api.js";

const PAUSE = 2_000;

export function follow(base, onState) {
  const control = new AbortController();
  let isOver = false;
  const sleep = (time) => new Promise((resolve) => { setTimeout(resolve, time); });

  async function listen() {
    const response = await fetch(`${base}/events`, { headers: headers({ "X-Quiet": "1" }), signal: control.signal });
    if (!response.ok) throw new Error("no stream");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop();
      for (const part of parts) if (part.startsWith("data: ")) onState(JSON.parse(part.slice(6)));
    }
  }

  async function run() {
    while (!isOver) {
      try {
        await listen();
      } catch {
        if (isOver) return;
        try {
          onState(await get(`${base}/state`, { quiet: true }));
        } catch (error) {
          onState({ away: error });
        }
      }
      if (!isOver) await sleep(PAUSE);
    }
  }

  run();
  return () => { isOver = true; control.abort(); };
}
