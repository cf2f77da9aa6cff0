import { describe, expect, it } from "@jest/globals";
import { amplyMs } from "../../../tests/support/time-limits.ts";
import type { TeamsFile } from "../teams-event.ts";
import { fileOf } from "./files.ts";
import { origin, teamsBench } from "./stub-teams.fixture.ts";

const limits = { limitBytes: 10, timeoutMs: amplyMs };
const share = "https://small-my.sharepoint.com/download.aspx?t=1";

describe("a file of a message", () => {
  const bench = teamsBench();
  const bot = bench.desk().client.bot("x");
  /** Opens the file; what each address answers, by address. */
  const open = async (file: Partial<TeamsFile>, pages: Record<string, () => Response> = {}) => {
    const asked: [string, RequestInit["headers"]][] = [];
    const whole: TeamsFile = { name: "a.txt", mediaType: null, access: "link", url: share, ...file };
    const content = await fileOf(bot, origin(), whole, (url, { headers }) => {
      asked.push([url.href, headers]);
      return Promise.resolve((pages[url.href] ?? (() => new Response("", { status: 404 })))());
    }).fetch(limits);
    return { text: new TextDecoder().decode(content), asked };
  };
  const moved = (to: string) => () => new Response(null, { status: 302, headers: { location: to } });
  const says = (text: string) => () => new Response(text);

  it("is opened without credentials, also where it has moved among Microsoft's hosts", async () => {
    expect(await open({}, { [share]: says("pump") })).toEqual({ text: "pump", asked: [[share, undefined]] });
    const target = "https://eu-north1.svc.ms/transform";
    expect((await open({}, { [share]: moved(target), [target]: says("ok") })).text).toBe("ok");
  });

  it.each([
    "http://small.sharepoint.com/x",
    "https://sharepoint.com.evil.example/x",
    "https://evilsharepoint.com/x",
    "https://user:secret@small.sharepoint.com/x",
    "https://small.sharepoint.com:8443/x",
    "https://127.0.0.1/x",
    "nonsense",
  ])("is not asked for at %s, nor followed there", async (address) => {
    const refusal = { code: "channel_refused", message: expect.stringContaining("not Microsoft's") };
    await expect(open({ url: address }, { [address]: says("no") })).rejects.toMatchObject(refusal);
    if (address !== "nonsense") {
      await expect(open({}, { [share]: moved(address) })).rejects.toMatchObject(refusal);
    }
  });

  it("is refused where Teams withholds it, where it is too large, and where it moves for ever", async () => {
    await expect(open({ access: "none", url: null })).rejects.toMatchObject({ code: "channel_refused" });
    await expect(open({}, { [share]: says("0123456789x") })).rejects.toMatchObject({
      code: "upload_too_large",
    });
    await expect(open({}, { [share]: moved(share) })).rejects.toMatchObject({ code: "channel_refused" });
    await expect(open({})).rejects.toMatchObject({ code: "channel_refused" });
    const busy = () => new Response("", { status: 503 });
    await expect(open({}, { [share]: busy })).rejects.toMatchObject({ code: "channel_unavailable" });
    const broken = () => {
      throw new TypeError("fetch failed");
    };
    await expect(open({}, { [share]: broken })).rejects.toMatchObject({ code: "channel_unavailable" });
  });

  it("as a picture is asked of the bot service, where the conversation is, and nowhere else", async () => {
    const picture = "https://smba.example/emea/v3/attachments/1/views/original";
    expect((await open({ access: "bot", url: picture })).asked).toEqual([]);
    expect(bench.teams.asked).toEqual(["download"]);
    for (const url of ["https://evil.example/v3/attachments/1", "http://smba.example/x", "?"]) {
      await expect(open({ access: "bot", url })).rejects.toMatchObject({ code: "channel_refused" });
    }
    expect(bench.teams.asked).toEqual(["download"]);
  });
});
