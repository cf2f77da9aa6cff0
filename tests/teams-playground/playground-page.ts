import type { Browser, Locator, Page } from "playwright-core";
import { patienceMs } from "../support/browser.ts";

/** A message as the Playground's server told the page of it, new or changed. */
export interface ShownMessage {
  readonly messageId: string;
  /** The chat, the channel, or the post that it is below. */
  readonly placeId: string;
  /** The post that it begins; null for others. */
  readonly postId: string | null;
  readonly text: string;
  /** Null for what is not streamed. */
  readonly stream: "informative" | "streaming" | "final" | null;
  /** Whether it can be rated. */
  readonly rated: boolean;
  /** Of its cards. */
  readonly buttons: readonly ShownButton[];
}

/** An `Action.Execute`. */
export interface ShownButton {
  readonly verb?: string;
  readonly data?: object;
}

/** The page of the Playground in a real browser. */
export interface PlaygroundPage {
  readonly page: Page;
  /** All that the page was told, in order. */
  readonly told: readonly ShownMessage[];
  openChat(): Promise<void>;
  openChannel(): Promise<void>;
  /** Types into the chat, and sends. */
  say(text: string): Promise<void>;
  /** Begins a post in the channel that names the bot, picked from the list of names; gives the post as it is shown. */
  mention(bot: string, text: string): Promise<Locator>;
  close(): Promise<void>;
}

interface Frame {
  readonly action?: string;
  readonly actionConversationId?: string;
  readonly message?: {
    readonly messageId: string;
    readonly postConversationId?: string;
    readonly text?: string;
    readonly streamEntity?: { readonly streamType: "informative" | "streaming" | "final" };
    readonly feedbackLoopEnabled?: boolean;
    readonly attachments?: readonly { readonly content?: { readonly actions?: readonly ShownButton[] } }[];
  };
}

export async function openPlayground(browser: Browser, url: string): Promise<PlaygroundPage> {
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const told: ShownMessage[] = [];
  page.on("websocket", (socket) => {
    if (!socket.url().includes("_ws_conversation")) return;
    socket.on("framereceived", ({ payload }) => {
      const message = readFrame(String(payload));
      if (message) told.push(message);
    });
  });
  await page.goto(url);
  const open = async (name: string): Promise<void> => {
    await page.getByRole("treeitem", { name }).click();
  };
  return {
    page,
    told,
    openChat: () => open("Personal Chat"),
    openChannel: () => open("Plant - General"),
    async say(text) {
      await page.getByRole("textbox").click();
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    },
    async mention(bot, text) {
      await page.getByRole("textbox").first().click();
      await page.keyboard.type("@");
      await page.getByRole("menuitem", { name: bot }).click();
      await page.keyboard.type(` ${text}`);
      await page.getByRole("button", { name: "Post" }).click();
      const post = page.getByRole("group").filter({ hasText: text }).filter({ hasText: bot });
      await post.first().waitFor();
      return post.first();
    },
    close: () => context.close(),
  };
}

function readFrame(payload: string): ShownMessage | null {
  const { action, actionConversationId = "", message } = JSON.parse(payload) as Frame;
  if (!message || (action !== "createMessage" && action !== "updateMessage")) return null;
  return {
    messageId: message.messageId,
    placeId: actionConversationId,
    postId: message.postConversationId ?? null,
    text: message.text ?? "",
    stream: message.streamEntity?.streamType ?? null,
    rated: message.feedbackLoopEnabled === true,
    buttons: (message.attachments ?? []).flatMap(({ content }) => content?.actions ?? []),
  };
}
