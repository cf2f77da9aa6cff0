export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  /** The last `id:` seen on the stream so far, or null. */
  readonly id: string | null;
}

/**
 * Parses a text/event-stream piece by piece, wherever the pieces are cut.
 * Source: WHATWG HTML, section 9.2.6 "Interpreting an event stream".
 */
export function createEventParser(onEvent: (event: ServerSentEvent) => void): (piece: string) => void {
  let held = "";
  let event = "";
  let data: string[] = [];
  let id: string | null = null;

  const takeLine = (line: string): void => {
    if (line === "") {
      if (data.length > 0) onEvent({ event: event === "" ? "message" : event, data: data.join("\n"), id });
      event = "";
      data = [];
      return;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
    else if (field === "id" && !value.includes("\0")) id = value;
  };

  return (piece) => {
    held += piece;
    for (;;) {
      const end = /\r\n|\n|\r/.exec(held);
      // A carriage return at the very end may be half of a line break.
      if (end === null || (end[0] === "\r" && end.index === held.length - 1)) return;
      const line = held.slice(0, end.index);
      held = held.slice(end.index + end[0].length);
      takeLine(line);
    }
  };
}

/** Reads a streaming response to its end. Rejects where the connection breaks or stays silent for `silenceMs`. */
export async function readEvents(
  response: Response,
  onEvent: (event: ServerSentEvent) => void,
  silenceMs: number,
): Promise<void> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parse = createEventParser(onEvent);
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read(), silenceMs);
      if (done) return;
      parse(decoder.decode(value, { stream: true }));
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

async function withinSilence<T>(work: Promise<T>, silenceMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error("The stream went silent."));
    }, silenceMs);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}
