import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { replyTexts } from "../../../core/conversation/reply-texts.ts";
import { type ModelServer, startModelServer } from "../../support/model-server.ts";
import { picturesOfRequest } from "../../support/openai-requests.ts";
import { png } from "../../support/sample-pictures.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";

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
