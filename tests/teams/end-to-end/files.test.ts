import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { replyTexts } from "../../../core/conversation/reply-texts.ts";
import { docxFile } from "../../formats/zip-file.ts";
import { type ModelServer, startModelServer } from "../../support/model-server.ts";
import { picturesOfRequest } from "../../support/openai-requests.ts";
import { png } from "../../support/sample-pictures.ts";
import { allSaid, answersAmong, labelOf, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import { linePdf } from "../../support/line-pdf.ts";
import type { Json, Message, Place } from "../../teams-platform/teams-platform.ts";

const repair = (thing: string, by: string): string => `The bearing of ${thing} was replaced by ${by}.`;

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("files that come with a question in Teams", () => {
  let product: TeamsProduct;
  let people: TeamsProduct["people"];
  let general: Place;
  beforeAll(async () => {
    product = await startTeamsProduct({ settings: { UPLOAD_LIMIT_MB: "1" } });
    ({ people } = product);
    await product.teach(
      "pump.md",
      "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n",
    );
    const team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.installForAll();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  /** What comes of a message in a person's own chat. */
  const answersTo = async (
    question: string,
    attachments: readonly Json[],
    person = people.sam,
  ): Promise<readonly Message[]> => {
    const { chat } = person;
    const before = product.ofBot(chat.messages()).length;
    await person.message(chat, question, { attachments });
    await product.settled();
    return product.ofBot(chat.messages()).slice(before);
  };

  it.each([
    ["report.pdf", "K-4", (line: string) => linePdf(line)],
    ["report.docx", "K-5", (line: string) => docxFile(`<w:p><w:r><w:t>${line}</w:t></w:r></w:p>`)],
    ["report.md", "K-6", (line: string) => `# Report\n\n${line}\n`],
  ])("answers from %s of a personal chat, and names it as the source", async (name, thing, write) => {
    const line = repair(`compressor ${thing}`, "Somchai");
    const file = product.platform.drive.file({ name, content: write(line) });
    const [answer, card, ...more] = await answersTo(`Who replaced the bearing of compressor ${thing}?`, [
      file,
    ]);
    expect(more).toEqual([]);
    expect(answer?.text).toContain(line);
    expect(JSON.stringify(labelOf(answer!))).toContain(name);
    expect(saidBy(card)).toContain(name);
  });

  it("reads a file that is sent alone, and knows it in follow-ups, but not for others", async () => {
    const content = `# Report\n\n${repair("mill M-2", "Anong")}\n`;
    const file = product.platform.drive.file({ name: "mill.md", content });
    const alone = await answersTo("", [file], people.fay);
    expect(allSaid(alone).join("\n")).toContain("Anong");
    const later = await answersTo("And what did Anong replace?", [], people.fay);
    expect(later[0]?.text).toContain(repair("mill M-2", "Anong"));
    await people.vic.message(people.vic.chat, "Who replaced the bearing of mill M-2?");
    await product.settled();
    expect(allSaid(product.ofBot(people.vic.chat.messages())).join("\n")).not.toContain("Anong");
  });

  it("names a picture that it keeps, and what it cannot read or what is too large, and answers all the same", async () => {
    const { drive } = product.platform;
    const [answer] = await answersTo("How do I start the pump?", [
      drive.picture({ content: pixel, mediaType: "image/png" }),
      drive.file({ name: "broken.pdf", content: "%PDF-1.4 this is none" }),
      drive.file({ name: "huge.md", content: "# Huge\n\n".padEnd(1_100_000, "word ") }),
    ]);
    expect(answer?.text).toContain("open the inlet valve");
    expect(answer?.text).toMatch(/I cannot look at pictures yet: .+ is kept with the question\./);
    expect(answer?.text).toContain("I could not read broken.pdf.");
    expect(answer?.text).toContain("I could not read huge.md.");
    const rows = await product.rows<{ name: string; state: string; kept: boolean }>(
      `select name, state, content_hash is not null as kept from attachments a
       where turn_id = (select turn_id from attachments where name = 'broken.pdf') order by position`,
    );
    expect(rows).toMatchObject([
      { state: "image", kept: true },
      { name: "broken.pdf", state: "unreadable", kept: false },
      { name: "huge.md", state: "unreadable", kept: false },
    ]);
  });

  it("goes on without a file whose address is no longer good, or is not Microsoft's", async () => {
    const { drive } = product.platform;
    const file = drive.file({ name: "gone.md", content: "# Gone\n" });
    const download = (downloadUrl: string, name: string): Json => ({
      ...file,
      name,
      content: { downloadUrl, uniqueId: "1", fileType: "md" },
    });
    const [answer] = await answersTo("How do I start the pump?", [
      download("https://contoso-my.sharepoint.com/_layouts/15/download.aspx?UniqueId=none", "gone.md"),
      download("https://evil.example/gone.md", "evil.md"),
    ]);
    expect(answer?.text).toContain("open the inlet valve");
    expect(answer?.text).toContain("I could not read gone.md");
    expect(answer?.text).toContain("evil.md");
  });

  it("says of a file in a channel, which Teams keeps from the bot, that it could not be read", async () => {
    const { drive } = product.platform;
    const asked = await people.sam.mention(general, "How do I start the pump?", {
      attachments: [drive.reference({ name: "plan.docx" })],
    });
    await product.settled();
    const [answer] = answersAmong(general.thread(asked.id));
    expect(answer?.text).toContain("open the inlet valve");
    expect(answer?.text).toContain("I could not read plan.docx");
  });
});

const step = "To clear E-14, turn the green key of the conveyor.";
const photo = png({ width: 32, height: 24 });

describe("pictures that come with a question in Teams", () => {
  let model: ModelServer;
  let product: TeamsProduct;
  beforeAll(async () => {
    model = await startModelServer();
    product = await startTeamsProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "chat", VISION_MODEL: "eyes" },
    });
    await product.teach("conveyor.md", `# Conveyor\n\n${step}\n`);
    await product.installForAll();
    await product.settled();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
    expect(model.violations).toEqual([]);
  });
  afterAll(async () => {
    await product.close();
    await model.close();
  });

  it("are looked at, and told apart from the documents", async () => {
    const text = ["PICTURE: A panel shows E-14.", "", `${step} [1]`].join("\n");
    model.script({ kind: "text", pieces: text.match(/\S+\s*/g) ?? [] });
    const { sam } = product.people;
    await sam.message(sam.chat, "How do I clear the error E-14 of the conveyor with the green key?", {
      attachments: [product.platform.drive.picture({ content: photo, mediaType: "image/png" })],
    });
    await product.settled();
    const [answer] = product.ofBot(sam.chat.messages()).slice(-2);
    expect(model.chats.map((chat) => [chat.model, picturesOfRequest(chat)])).toEqual([
      ["eyes", [`data:image/png;base64,${photo.toString("base64")}`]],
    ]);
    expect(answer?.text).toContain("turn the green key of the conveyor");
    expect(answer?.text).toContain(replyTexts.en.sight("A panel shows E-14."));
  });
});
