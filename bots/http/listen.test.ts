import { expect, it } from "@jest/globals";
import { listen } from "./listen.ts";

it("keeps a connection open for its client for longer than a proxy does", async () => {
  const server = await listen((_request, response) => response.end("there"), { host: "127.0.0.1", port: 0 });
  try {
    const response = await fetch(server.url);
    expect(await response.text()).toBe("there");
    const [, seconds] = /timeout=(\d+)/.exec(response.headers.get("keep-alive") ?? "") ?? [];
    expect(Number(seconds)).toBeGreaterThan(60);
  } finally {
    await server.close();
  }
});
