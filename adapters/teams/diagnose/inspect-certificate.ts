import { createPrivateKey, X509Certificate } from "node:crypto";
import { ExpertError } from "../../../core/errors.ts";

/** What can be told of a certificate without asking anybody. Nothing of it is secret. */
export interface CertificateFacts {
  /** SHA-1 in hexadecimal, as Entra lists it. */
  readonly thumbprint: string;
  readonly begins: Date;
  readonly ends: Date;
  /** Whether the private key is the certificate's. */
  readonly fitsKey: boolean;
}

/** Throws `configuration_invalid` with what cannot be read; neither the certificate nor the key is repeated. */
export function inspectCertificate(certificate: string, key: string): CertificateFacts {
  const x509 = readPem("TEAMS_APP_CERTIFICATE", () => new X509Certificate(certificate));
  const privateKey = readPem("TEAMS_APP_KEY", () => createPrivateKey(key));
  return {
    thumbprint: x509.fingerprint.replaceAll(":", ""),
    begins: new Date(x509.validFrom),
    ends: new Date(x509.validTo),
    fitsKey: x509.checkPrivateKey(privateKey),
  };
}

function readPem<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new ExpertError("configuration_invalid", `${name} cannot be read.`, {
      remedy:
        "Give it in PEM form, from its BEGIN to its END line, with line ends as they are or written \\n; a key without a passphrase.",
      cause,
    });
  }
}
