import { expect, it } from "@jest/globals";
import { threadUrl } from "./thread-url.ts";

const msTenantId = "a1b2";

it("opens threads that others see", () => {
  expect(threadUrl({ kind: "channel", msTenantId, conversationId: "19:x@thread.tacv2;messageid=17" })).toBe(
    "https://teams.microsoft.com/l/message/19%3Ax%40thread.tacv2/17?tenantId=a1b2&parentMessageId=17",
  );
  expect(threadUrl({ kind: "groupChat", msTenantId, conversationId: "19:y@thread.v2" })).toBe(
    "https://teams.microsoft.com/l/chat/19%3Ay%40thread.v2/0?tenantId=a1b2",
  );
});

it("opens none that their asker alone sees", () => {
  expect(threadUrl({ kind: "personal", msTenantId, conversationId: "a:1" })).toBeNull();
  expect(threadUrl({ kind: "direct", msTenantId, userAadId: "u", nonce: null })).toBeNull();
  expect(threadUrl({ kind: "channel", msTenantId, conversationId: "19:x" })).toBeNull();
});
