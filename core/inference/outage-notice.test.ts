import { expect, it } from "@jest/globals";
import { silentLogger } from "../logger.ts";
import { createOutageNotice } from "./outage-notice.ts";

it("tells of each outage once, and of its end", () => {
  const told: string[] = [];
  const notice = createOutageNotice({ ...silentLogger, warn: (message) => told.push(message) });
  notice.back("the chat model");
  for (let question = 0; question < 3; question += 1) notice.away("the chat model", {});
  notice.away("the embedding model", {});
  notice.back("the chat model");
  notice.back("the chat model");
  notice.away("the chat model", {});
  expect(told).toEqual([
    "the chat model is away; questions are answered without it",
    "the embedding model is away; questions are answered without it",
    "the chat model is back",
    "the chat model is away; questions are answered without it",
  ]);
});
