import { expect, it } from "@jest/globals";
import { chatUrl, threadUrl } from "./thread-url.ts";

const msTenantId = "a1b2";

it("opens messages that others see", () => {
  const thread = { kind: "channel", msTenantId, conversationId: "19:x@thread.tacv2;messageid=17" } as const;
  const channel = "https://teams.microsoft.com/l/message/19%3Ax%40thread.tacv2";
  expect(threadUrl(thread, null)).toBe(`${channel}/17?tenantId=a1b2&parentMessageId=17`);
  expect(threadUrl(thread, "18")).toBe(`${channel}/18?tenantId=a1b2&parentMessageId=17`);
  expect(threadUrl({ kind: "groupChat", msTenantId, conversationId: "19:y@thread.v2" }, "5")).toBe(
    "https://teams.microsoft.com/l/message/19%3Ay%40thread.v2/5?context=%7B%22contextType%22%3A%22chat%22%7D",
  );
});

it("opens none that their asker alone sees, or that is not named", () => {
  expect(threadUrl({ kind: "personal", msTenantId, conversationId: "a:1" }, "1")).toBeNull();
  expect(threadUrl({ kind: "direct", msTenantId, userAadId: "u", nonce: null }, "1")).toBeNull();
  expect(threadUrl({ kind: "groupChat", msTenantId, conversationId: "19:y@thread.v2" }, null)).toBeNull();
});

it("opens a chat with a person by what they sign in with", () => {
  expect(chatUrl("a1b2", "anan@small.example")).toBe(
    "https://teams.microsoft.com/l/chat/0/0?tenantId=a1b2&users=anan%40small.example",
  );
});
