import { expect, it } from "@jest/globals";
import {
  parseThreadKey,
  splitConversationId,
  type TeamsThread,
  threadConversationId,
  threadKey,
} from "./thread-key.ts";

const msTenantId = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";

it.each<[TeamsThread, string]>([
  [
    { kind: "channel", msTenantId, conversationId: "19:c@thread.tacv2;messageid=1" },
    `teams:${msTenantId}:channel:19%3Ac%40thread.tacv2%3Bmessageid%3D1`,
  ],
  [
    { kind: "groupChat", msTenantId, conversationId: "19:g@thread.v2" },
    `teams:${msTenantId}:groupChat:19%3Ag%40thread.v2`,
  ],
  [{ kind: "personal", msTenantId, conversationId: "a:1-_x" }, `teams:${msTenantId}:personal:a%3A1-_x`],
  [{ kind: "direct", msTenantId, userAadId: "u-1", nonce: null }, `teams:${msTenantId}:@u-1`],
  [{ kind: "direct", msTenantId, userAadId: "u-1", nonce: "n" }, `teams:${msTenantId}:@u-1:n`],
])("%j has a key that leads back to it", (thread, key) => {
  expect(threadKey(thread)).toBe(key);
  expect(parseThreadKey(key)).toEqual(thread);
});

it.each(["slack:T1:C1:1", "teams", "teams::personal:a", "teams:t:meeting:a", "teams:t:personal:"])(
  "%s is no thread of Teams",
  (key) => {
    expect(() => parseThreadKey(key)).toThrow(TypeError);
  },
);

it("takes a conversation and the thread in it apart, and together", () => {
  const id = threadConversationId("19:c@thread.tacv2", "17");
  expect(splitConversationId(id)).toEqual({ baseId: "19:c@thread.tacv2", threadId: "17" });
  expect(splitConversationId("a:1")).toEqual({ baseId: "a:1", threadId: null });
});
