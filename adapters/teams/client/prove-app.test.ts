import { constants, createHash, verify, X509Certificate } from "node:crypto";
import { expect, it } from "@jest/globals";
import { selfSignedCertificate } from "../../../tests/teams/self-signed-certificate.ts";
import { proofOf } from "./prove-app.ts";

const url = "https://login.example/t/oauth2/v2.0/token";
const clock = { now: () => new Date("2026-03-01T10:00:00Z") };
const app = { appId: "app", url, clock };

it("proves the app by its secret", () => {
  expect(proofOf({ kind: "password", password: "hush" }, app)()).toEqual({ client_secret: "hush" });
});

it("proves the app by a statement that its certificate's key signs, another one each time", () => {
  const { certificate, key } = selfSignedCertificate("bot");
  const prove = proofOf({ kind: "certificate", certificate, key }, app);
  const { client_assertion_type: type, client_assertion: assertion = "" } = prove();
  expect(type).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  const [head = "", claims = "", signature = ""] = assertion.split(".");
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  const x509 = new X509Certificate(certificate);
  expect(read(head)).toEqual({
    alg: "PS256",
    typ: "JWT",
    "x5t#S256": createHash("sha256").update(x509.raw).digest("base64url"),
  });
  const now = clock.now().getTime() / 1_000;
  expect(read(claims)).toMatchObject({ aud: url, iss: "app", sub: "app", nbf: now - 60, exp: now + 540 });
  const pss = { key: x509.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const signed = Buffer.from(`${head}.${claims}`);
  expect(verify("sha256", signed, pss, Buffer.from(signature, "base64url"))).toBe(true);
  expect(prove()["client_assertion"]).not.toBe(assertion);
});
