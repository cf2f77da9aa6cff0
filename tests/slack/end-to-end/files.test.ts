import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { docxFile } from "../../formats/zip-file.ts";
import type { Channel, SharedFile } from "../../slack-platform/slack-platform.ts";
import { linePdf } from "../../support/line-pdf.ts";
import { until } from "../../support/sample-work.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const repair = (thing: string, by: string): string => `The bearing of ${thing} was replaced by ${by}.`;

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("files that come with a question in Slack", () => {
  let product: SlackProduct;
  let small: SlackCompany;
  let people: SlackCompany["people"];
  let general: Channel;
  beforeAll(async () => {
    product = await startSlackProduct({ settings: { UPLOAD_LIMIT_MB: "1" } });
    small = await product.join();
    ({ people } = small);
    await small.teach(
      "pump.md",
      "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n",
    );
    const { ada, sam, vic, fay } = people;
    general = small.workspace.channel({ name: "general", members: [ada, sam, vic, fay, small.bot] });
  }, 180_000);
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  const answersTo = async (
    question: string,
    files: readonly SharedFile[],
    threadTs?: string,
  ): Promise<{ readonly ts: string; readonly texts: readonly string[]; readonly blocks: string }> => {
    const options = { files, ...(threadTs === undefined ? {} : { threadTs }) };
    const { ts } = await people.sam.mention(general, question, options);
    await product.settled();
    const own = general
      .thread(threadTs ?? ts)
      .filter((message) => message.user === small.bot.botUserId && message.ts > ts);
    return {
      ts,
      texts: own.map(({ text }) => text),
      blocks: JSON.stringify(own.map(({ blocks }) => blocks)),
    };
  };

  it.each([
    ["report.pdf", linePdf(repair("compressor K-4", "Somchai"))],
    ["report.docx", docxFile(`<w:p><w:r><w:t>${repair("compressor K-4", "Somchai")}</w:t></w:r></w:p>`)],
    ["report.md", `# Report\n\n${repair("compressor K-4", "Somchai")}\n`],
  ])("answers from %s, cited with its link in Slack", async (name, content) => {
    const { texts, blocks } = await answersTo("Who replaced the bearing of compressor K-4?", [
      { name, content },
    ]);
    expect(texts).toEqual([expect.stringContaining(repair("compressor K-4", "Somchai"))]);
    expect(texts[0]).toContain(name);
    expect(blocks).toMatch(/https?:[^|>]*\/files\/[^|>]*\|\[1\]/);
  });

  it("knows the files of a thread's earlier questions", async () => {
    const content = `# Report\n\n${repair("fan V-7", "Malee")}\n`;
    const { ts } = await answersTo("Who replaced the bearing of fan V-7?", [{ name: "fan.md", content }]);
    await people.vic.message(general, "And what did Malee replace?", { threadTs: ts });
    await product.settled();
    const own = general.thread(ts).filter(({ user }) => user === small.bot.botUserId);
    expect(own.at(-1)?.text).toContain(repair("fan V-7", "Malee"));
    expect(own).toHaveLength(2);
    const elsewhere = await answersTo("Who replaced the bearing of fan V-7?", []);
    expect(elsewhere.texts.join()).not.toContain("Malee");
  });

  it("names a picture that it keeps, and what it cannot read or what is too large, and answers all the same", async () => {
    const { texts } = await answersTo("How do I start the pump?", [
      { name: "pump.png", content: pixel, mimetype: "image/png" },
      { name: "broken.pdf", content: "%PDF-1.4 this is none" },
      { name: "huge.md", content: "# Huge\n\n".padEnd(1_100_000, "word ") },
    ]);
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain("open the inlet valve");
    expect(texts[0]).toContain("I cannot look at pictures yet: pump.png is kept with the question.");
    expect(texts[0]).toContain("I could not read broken.pdf.");
    expect(texts[0]).toContain("I could not read huge.md.");
    const rows = await product.rows<{ name: string; state: string; kept: boolean }>(
      "select name, state, content_hash is not null as kept from attachments where name in ('pump.png', 'broken.pdf', 'huge.md') order by position",
    );
    expect(rows).toEqual([
      { name: "pump.png", state: "image", kept: true },
      { name: "broken.pdf", state: "unreadable", kept: false },
      { name: "huge.md", state: "unreadable", kept: false },
    ]);
  });

  it("reads a file that is sent alone in a direct message", async () => {
    const content = `# Report\n\n${repair("mill M-2", "Anong")}\n`;
    const { ts } = await people.sam.dm("", { files: [{ name: "mill.md", content }] });
    await product.settled();
    const dm = small.workspace.dm(people.sam);
    const own = dm.thread(ts).filter(({ user }) => user === small.bot.botUserId);
    expect(own.map(({ text }) => text)).toEqual([expect.stringContaining("Anong")]);
  });

  it("reads the files of a message that the shortcut asks about", async () => {
    const content = `# Report\n\n${repair("lathe L-3", "Prasit")}\n`;
    const talk = await people.vic.message(general, "See this", { files: [{ name: "lathe.md", content }] });
    await people.sam.shortcut(talk.message, "ask_about_message");
    await until("the form", async () => people.sam.modals()[0]?.actionIds.includes("question") === true);
    await people.sam.submit(people.sam.modals()[0]!, {
      question: "Who replaced the bearing of lathe L-3?",
      answer_where: "person",
    });
    await product.settled();
    const shown = general.ephemerals(people.sam).map(({ text }) => text);
    expect(shown).toEqual([expect.stringContaining("Prasit")]);
  });

  it("goes on without a file that Slack does not hand over", async () => {
    product.platform.fail({ method: "files.info", how: "http-500", times: 99 });
    const content = `# Report\n\n${repair("lathe L-9", "Prasit")}\n`;
    const talk = await people.vic.message(general, "How do I start the pump?", {
      files: [{ name: "lathe.md", content }],
    });
    await people.sam.shortcut(talk.message, "ask_about_message");
    await until("the form", async () => people.sam.modals()[0]?.actionIds.includes("question") === true);
    await people.sam.submit(people.sam.modals()[0]!, { answer_where: "thread" });
    await product.settled();
    const own = general.thread(talk.ts).filter(({ user }) => user === small.bot.botUserId);
    expect(own.map(({ text }) => text)).toEqual([
      expect.stringContaining("asked about this message"),
      expect.stringContaining("open the inlet valve"),
    ]);
    expect(own[1]?.text).toContain("I could not read");
  });
});
