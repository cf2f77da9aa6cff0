import {
  constants,
  createHash,
  createPrivateKey,
  createSign,
  randomUUID,
  X509Certificate,
} from "node:crypto";
import type { Clock } from "../../../core/clock.ts";

/** What proves to Microsoft that the bot is the app. */
export type BotProof =
  | { readonly kind: "password"; readonly password: string }
  /** Both in PEM form. */
  | { readonly kind: "certificate"; readonly certificate: string; readonly key: string }
  /** An identity of the machine in Azure. */
  | { readonly kind: "managed" };

/** The fields of a form by which the app proves itself, once. */
type Prove = () => Record<string, string>;

interface ProvenApp {
  readonly appId: string;
  /** Who asks for the proof. */
  readonly url: string;
  readonly clock: Clock;
}

export const proofOf = (proof: Exclude<BotProof, { readonly kind: "managed" }>, app: ProvenApp): Prove =>
  proof.kind === "password" ? () => ({ client_secret: proof.password }) : certificateProof(proof, app);

/** A statement that the key signs (learn.microsoft.com, "Microsoft identity platform certificate credentials"). */
function certificateProof(
  { certificate, key }: Extract<BotProof, { readonly kind: "certificate" }>,
  { appId, url, clock }: ProvenApp,
): Prove {
  const thumbprint = createHash("sha256").update(new X509Certificate(certificate).raw).digest("base64url");
  const privateKey = createPrivateKey(key);
  const head = base64({ alg: "PS256", typ: "JWT", "x5t#S256": thumbprint });
  return () => {
    const now = Math.floor(clock.now().getTime() / 1_000);
    const claims = { aud: url, iss: appId, sub: appId, jti: randomUUID(), nbf: now - 60, exp: now + 540 };
    const statement = `${head}.${base64(claims)}`;
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
    const signature = createSign("sha256").update(statement).sign({ key: privateKey, padding, saltLength });
    return {
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: `${statement}.${signature.toString("base64url")}`,
    };
  };
}

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
