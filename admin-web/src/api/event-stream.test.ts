import { describe, expect, it } from "@jest/globals";
import { createEventParser, readEvents, type ServerSentEvent } from "./event-stream.ts";

function parse(text: string, pieceLength: number): readonly ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  const push = createEventParser((event) => events.push(event));
  for (let start = 0; start < text.length; start += pieceLength) push(text.slice(start, start + pieceLength));
  return events;
}

describe("event stream", () => {
  it.each([1, 3, 1000])("reads events cut into pieces of %d", (pieceLength) => {
    const text =
      ': hello\r\n\r\nid: 1\r\nevent: text\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata:plain\n\nevent: lost\n\n';
    expect(parse(text, pieceLength)).toEqual([
      { event: "text", data: '{"a":\n1}', id: "1" },
      { event: "message", data: "plain", id: "1" },
    ]);
  });

  it("keeps an unfinished event back", () => {
    expect(parse("data: half", 4)).toEqual([]);
  });

  it("rejects where the stream goes silent", async () => {
    const silent = new Response(new ReadableStream({ start: () => undefined }));
    await expect(readEvents(silent, () => undefined, 20)).rejects.toThrow("silent");
  });

  it("reads characters that are cut between bytes", async () => {
    const bytes = new TextEncoder().encode("data: คำตอบ\n\n");
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const events: ServerSentEvent[] = [];
    await readEvents(new Response(body), (event) => events.push(event), 60_000);
    expect(events.map((event) => event.data)).toEqual(["คำตอบ"]);
  });
});
