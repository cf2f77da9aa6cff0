import { createHmac } from "node:crypto";
import { expect, it } from "@jest/globals";
import { signWebhook } from "./sign-webhook.ts";

it("signs as the Standard Webhooks libraries do", () => {
  // The example of https://github.com/standard-webhooks/standard-webhooks.
  const at = new Date(1_614_265_330_000);
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  expect(signWebhook("msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}', [secret])).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("signs with every secret, the newest first", () => {
  const plain = "an-older-secret-of-24-bytes";
  const { "webhook-signature": signatures } = signWebhook("id", new Date(5_999), "กขค", [
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    plain,
  ]);
  const [first, second, ...more] = signatures.split(" ");
  expect(more).toEqual([]);
  expect(first).toMatch(/^v1,[\w+/]{43}=$/);
  expect(second).toBe(`v1,${createHmac("sha256", plain).update("id.5.กขค").digest("base64")}`);
});
