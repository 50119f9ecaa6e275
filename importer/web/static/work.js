// A piece of work of the server, from the question that begins it to its end.

// Ask for work, and call `look` with it as it goes on, until that takes `here.onState` away. The stream of states may tell
// of its end sooner than the answer to the question arrives, and of what ended before it, too.
export async function begin(here, what, body, look) {
  const early = [];
  here.onState = ({ task }) => { if (task) early.push(task); };
  try {
    const first = await here.post(what, body);
    // Where other work goes on, the answer is that.
    const follow = ({ task }) => { if (task?.number === first.number && task.kind === what) look(task); };
    here.onState = follow;
    for (const task of [first, ...early]) if (here.onState === follow) follow({ task });
  } catch (error) {
    here.onState = null;
    throw error;
  }
}

export function isUnderWay({ task }, kind) {
  return task?.kind === kind && !task.done;
}

// Of two states the one that is of later: an answer may arrive after a newer state came by the stream.
export function newer(state, other) {
  const of = (each) => [each?.task?.number ?? 0, each?.task?.version ?? 0];
  const [[number, version], [otherNumber, otherVersion]] = [of(state), of(other)];
  return otherNumber > number || (otherNumber === number && otherVersion > version) ? other : state;
}
