import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { until } from "../support/sample-work.ts";
import { openPlayground, type PlaygroundPage, type ShownMessage } from "./playground-page.ts";
import { type PlaygroundProduct, startPlaygroundProduct } from "./playground-product.ts";
import { offersHuman, samOf } from "./sam.ts";
import { botName, msTenantId, setStage, type Stage } from "./stage.ts";

const pump =
  "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n\nTo stop the pump, press the red button.\n";
const answer = "To start the pump, open the inlet valve and turn the green key. [1]";
const inlet = "open the inlet valve and turn the green key";

const stage = await setStage();

(stage ? describe : describe.skip)("the expert in Microsoft's Agents Playground", () => {
  const { relay, playground, browser, issuer, rates, close } = stage ?? ({} as Stage);
  let product: PlaygroundProduct;
  let model: ModelServer;
  let shown: PlaygroundPage;
  const closers: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    closers.unshift(close);
    model = await startModelServer();
    closers.unshift(model.close);
    product = await startPlaygroundProduct({ issuer, msTenantId, modelUrl: model.baseUrl });
    closers.unshift(product.close);
    relay.connect(`${product.url}/api/messages`);
    await product.teach("pump.md", pump);
    shown = await openPlayground(browser, playground.url);
    closers.unshift(shown.close);
  });
  afterAll(async () => {
    for (const closeOne of closers) await closeOne();
  });

  const lastTold = (what: string, wanted: (message: ShownMessage) => boolean): ShownMessage => {
    const found = shown.told.findLast(wanted);
    if (!found) throw new Error(`the page was not told of ${what}`);
    return found;
  };

  it("welcomes a person, streams an answer to them, and shows its source and label", async () => {
    const { page } = shown;
    await page.getByText("Hello Ada").first().waitFor();
    /** Parts of the text that the page was told of. */
    const parts = () => shown.told.filter(({ stream }) => stream === "streaming").length;
    let isWaitedFor = false;
    let isLookedAt = false;
    const pieces = answer.match(/\S+\s*/g) ?? [];
    const waits = new Map<number, () => Promise<boolean>>([
      [0, async () => isWaitedFor],
      [5, async () => parts() > 0],
      [8, async () => parts() > 1 && isLookedAt],
    ]);
    model.script({
      kind: "text",
      pieces,
      async before(at) {
        const wanted = waits.get(at);
        if (wanted) await until("the page shows what is written", wanted).catch(() => undefined);
      },
    });
    await shown.say("How do I start the pump?");
    await page.getByText("Writing the answer…").first().waitFor();
    isWaitedFor = true;
    const paragraph = page.getByRole("paragraph").filter({ hasText: /^To start the pump/ });
    await paragraph.waitFor();
    expect(await paragraph.innerText()).not.toContain("green key");
    isLookedAt = true;
    const mark = paragraph.getByRole("button", { name: "1", exact: true });
    await mark.waitFor();
    expect(await paragraph.innerText()).toContain(inlet);
    await page.getByRole("button", { name: "AI generated" }).waitFor();
    await mark.hover();
    const source = page.locator(".fai-PreviewSurface");
    await source.getByText("Pump manual").waitFor();
    expect(await source.getByRole("link", { name: inlet, includeHidden: true }).count()).toBe(1);
    await page.mouse.move(0, 0);

    const streamed = shown.told.filter(({ stream }) => stream !== null);
    expect(new Set(streamed.map(({ messageId }) => messageId)).size).toBe(1);
    expect(streamed.map(({ stream }) => stream).join(" ")).toMatch(/^(informative )+(streaming ){2,}final$/);
    const texts = streamed.filter(({ stream }) => stream !== "informative").map(({ text }) => text);
    for (const [at, text] of texts.entries()) expect(text.startsWith(texts[at - 1] ?? "")).toBe(true);
    expect(texts.at(-1)).toBe(answer);
  });

  it("takes feedback by the bot's own form, and keeps it", async () => {
    const { page } = shown;
    rates(lastTold("an answer to rate", ({ rated }) => rated).messageId);
    await page.getByRole("button", { name: "Dislike" }).click();
    const dialog = page
      .getByRole("dialog")
      .filter({ has: page.getByRole("button", { name: /Submit|Close/ }) });
    await dialog.getByRole("textbox").fill("Which of the two valves?");
    await dialog.getByRole("button", { name: "Submit" }).click();
    await page.getByText("Thank you!").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    const kept = () => product.rows("select verdict, reason from feedback");
    await until("the feedback is kept", async () => (await kept()).length > 0);
    expect(await kept()).toEqual([{ verdict: "down", reason: "Which of the two valves?" }]);
  });

  it("answers a mention in a channel, below it", async () => {
    const { page } = shown;
    await shown.openChannel();
    await page.getByText("Ask me in any channel here").first().waitFor();
    const post = await shown.mention(botName, "How do I stop the pump?");
    await post.getByText("press the red button").waitFor();
    await post.getByRole("link", { name: "[1] Pump manual" }).waitFor();
    await post.getByRole("button", { name: "Ask a human" }).waitFor();
    expect(await post.getByText("AI generated").count()).toBe(1);
    expect(await post.getByRole("button", { name: "1", exact: true }).count()).toBe(1);
  });

  it("brings an expert what another asked elsewhere, by a card that changes where it is clicked", async () => {
    const { page } = shown;
    const sam = samOf({ playground, issuer });
    const { placeId: post } = lastTold("an answer in a post", ({ placeId }) =>
      placeId.includes(";messageid="),
    );
    const before = shown.told.length;
    await sam.mention(post, "Who paints the roof on Mars?");
    await page.getByText("I found no answer to this").first().waitFor();
    const offer = () =>
      shown.told.slice(before).find(({ placeId, buttons }) => placeId === post && buttons.some(offersHuman));
    await until("Sam is offered a human", async () => offer() !== undefined);
    const card = offer();
    if (card) await sam.askHuman(post, card);
    await page.getByText("Told: Ada Admin").first().waitFor();

    await shown.openChat();
    await page.getByText("Sam Staff asks for a human in Operations.").first().waitFor();
    await page.getByText("Who paints the roof on Mars?").first().waitFor();
    const takeOver = page.getByRole("button", { name: "Take over" });
    const cards = () => page.getByText("Sam Staff asks for a human in Operations.").count();
    const shownBefore = await cards();
    await takeOver.click();
    await page.getByText("You have taken over.").first().waitFor();
    await page.getByRole("button", { name: "Give back" }).waitFor();
    expect(await takeOver.count()).toBe(0);
    expect(await cards()).toBe(shownBefore);
    await shown.openChannel();
    await page.getByText("Ada Admin has taken over").first().waitFor();

    await shown.openChat();
    await page.getByRole("button", { name: "Give back" }).click();
    await page.getByText("This is settled.").first().waitFor();
    expect(await page.getByRole("button", { name: "Give back" }).count()).toBe(0);
    expect(await cards()).toBe(shownBefore);
  });

  it("asks an expert to approve, by a card whose parts open, and that changes where it is clicked", async () => {
    const { page } = shown;
    const sam = samOf({ playground, issuer });
    await product.askForApproval();
    await shown.openChannel();
    const post = await shown.mention(botName, "Which button stops the pump, please?");
    await post.getByText(/An expert looks at answers/).waitFor();
    const { placeId } = lastTold("a question that waits", ({ text }) =>
      text.includes("An expert looks at answers"),
    );
    await sam.mention(placeId, "How do I stop the pump?");
    await shown.openChat();
    const waiting = page.getByText("An answer waits for your decision · Operations");
    await waiting.first().waitFor();
    expect(await waiting.count()).toBe(1);
    await page.getByText(/Sam Staff asked/).waitFor();
    await page.getByRole("button", { name: "Edit and approve" }).click();
    const draft = page.getByRole("textbox", { name: "Answer" });
    await draft.fill("Press the red button twice [1].");
    await page.getByRole("button", { name: "Approve as edited" }).click();
    await page.getByText("Ada Admin edited and approved this answer").waitFor();
    expect(await waiting.count()).toBe(0);
    await page.getByRole("button", { name: "Take the answer back" }).waitFor();
    await shown.openChannel();
    await page.getByText("Press the red button twice").first().waitFor();
    await page.getByText("✓ Verified by").first().waitFor();
  });

  it("takes nothing that Microsoft's front has not signed", async () => {
    const [first] = relay.relayed;
    expect(relay.relayed.filter(({ status }) => status !== 200)).toEqual([]);
    const response = await fetch(`${product.url}/api/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(first?.activity),
    });
    expect(response.status).toBe(401);
    expect(model.violations).toEqual([]);
  });
});
