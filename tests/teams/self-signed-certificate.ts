import { generateKeyPairSync, sign } from "node:crypto";

/** A private key and a certificate of it, both in PEM form: version 1 of X.509 (RFC 5280), valid for `days` from `start`. */
export function selfSignedCertificate(
  name: string,
  { start = new Date(), days = 365 }: { readonly start?: Date; readonly days?: number } = {},
): { readonly certificate: string; readonly key: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const algorithm = sequence(
    value(0x06, Buffer.from("2a864886f70d01010b", "hex")),
    value(0x05, Buffer.alloc(0)),
  );
  const commonName = sequence(value(0x06, Buffer.from("550403", "hex")), value(0x0c, Buffer.from(name)));
  const subject = sequence(value(0x31, commonName));
  const end = new Date(start.getTime() + days * 86_400_000);
  const content = sequence(
    value(0x02, Buffer.from([1])),
    algorithm,
    subject,
    sequence(utcTime(start), utcTime(end)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", content, privateKey);
  const whole = sequence(content, algorithm, value(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certificate: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----"].join("\n"),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** One value of DER (X.690). */
function value(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length < 128 ? [] : length < 256 ? [length] : [length >> 8, length & 0xff];
  const size = long.length === 0 ? [length] : [0x80 | long.length, ...long];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => value(0x30, Buffer.concat(parts));

const utcTime = (at: Date): Buffer =>
  value(0x17, Buffer.from(`${at.toISOString().replaceAll(/[-:T]/g, "").slice(2, 14)}Z`));
