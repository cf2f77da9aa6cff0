import type { Browser } from "playwright-core";
import { startBrowser } from "../support/browser.ts";
import { startTokenIssuer, type TokenIssuer } from "../teams/token-issuer.ts";
import { completeFeedback } from "./custom-feedback.ts";
import { type SigningRelay, startSigningRelay } from "./signing-relay.ts";
import { type Playground, type PlaygroundPerson, startPlayground } from "./start-playground.ts";

const person = (number: number, name: string, email: string): PlaygroundPerson => ({
  id: `00000000-0000-4000-8000-00000000000${String(number)}`,
  name,
  email,
});

/** The small company's people with the addresses that it has, and two whom it does not know. */
export const people = {
  ada: person(1, "Ada Admin", "ada@small.example"),
  sam: person(2, "Sam Staff", "sam@small.example"),
  vic: person(3, "Vic Viewer", "vic@small.example"),
  fay: person(4, "Fay Finance", "fay@small.example"),
  kim: person(5, "Kim New", "kim@small.example"),
  lee: person(6, "Lee Away", "lee@elsewhere.example"),
} as const;

export const botName = "The Expert";
export const msTenantId = "72f988bf-86f1-41af-91ab-2d7cd011db47";
export const team = { id: "19:plant@thread.tacv2", name: "Plant" } as const;

/** All that stands for Teams: Microsoft's Playground, the front that signs, and a browser. */
export interface Stage {
  readonly issuer: TokenIssuer;
  readonly relay: SigningRelay;
  readonly playground: Playground;
  readonly browser: Browser;
  /** The id of the message whose thumb is pressed next, which the Playground does not tell. */
  rates(messageId: string): void;
  close(): Promise<void>;
}

/** Ada sits before the page. Null, with one line that says why, where the Playground or the browser cannot start here. */
export async function setStage(): Promise<Stage | null> {
  const issuer = await startTokenIssuer();
  let rated = "";
  const relay = await startSigningRelay(
    issuer,
    completeFeedback(() => rated),
  );
  const { ada, ...others } = people;
  const started = await Promise.allSettled([
    startPlayground({
      appUrl: relay.url,
      tenantId: msTenantId,
      botId: `28:${issuer.appId}`,
      botName,
      currentUser: ada,
      users: Object.values(others),
      personalChatId: "a:ada-and-the-expert",
      team,
    }),
    startBrowser(),
  ] as const);
  const [playground, browser] = started;
  const close = async (): Promise<void> => {
    if (browser.status === "fulfilled") await browser.value.close();
    if (playground.status === "fulfilled") await playground.value.close();
    await relay.close();
    await issuer.close();
  };
  if (playground.status === "fulfilled" && browser.status === "fulfilled") {
    const rates = (messageId: string): void => {
      rated = messageId;
    };
    return { issuer, relay, playground: playground.value, browser: browser.value, rates, close };
  }
  await close();
  const why = started.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : [])).join("; ");
  console.log(
    `Microsoft's Agents Playground or the browser cannot start here, so nothing is shown there: ${why}`,
  );
  return null;
}
