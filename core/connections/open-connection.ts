import { ExpertError } from "../errors.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import { connectionSettings, type SecretsOf, type SettingsOf } from "./connection-settings.ts";
import { type Connection, type ConnectionKind, secretsContext } from "./connection.ts";

/** A connection's settings and secrets, as its kind wants them. Throws `configuration_invalid` where they do not open. */
export function openConnection<K extends ConnectionKind>(
  box: Pick<SecretBox, "open">,
  kind: K,
  connection: Pick<Connection, "id" | "kind" | "name" | "settings" | "sealedSecrets">,
): { readonly settings: SettingsOf<K>; readonly secrets: SecretsOf<K> } {
  if (connection.kind !== kind) throw unusable(connection, `it is one of ${connection.kind}`);
  const settings = connectionSettings[kind].settings.safeParse(connection.settings);
  if (!settings.success) throw unusable(connection, faultsOf(settings.error.issues));
  const secrets = connectionSettings[kind].secrets.safeParse(sealed(box, connection));
  if (!secrets.success) throw unusable(connection, faultsOf(secrets.error.issues));
  return {
    settings: settings.data as SettingsOf<K>,
    secrets: secrets.data as SecretsOf<K>,
  };
}

/** What is sealed, whatever it is; nothing where nothing is. Throws `configuration_invalid` where it does not open. */
export function sealed(
  box: Pick<SecretBox, "open">,
  connection: Pick<Connection, "id" | "name" | "sealedSecrets">,
): unknown {
  if (connection.sealedSecrets === null) return {};
  try {
    return JSON.parse(box.open(connection.sealedSecrets, secretsContext(connection.id)));
  } catch (cause) {
    throw unusable(connection, "its secrets do not open", cause);
  }
}

/** Names of the fields and what is wrong with each; never their values. */
const faultsOf = (
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string => issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");

const unusable = ({ name }: Pick<Connection, "name">, fault: string, cause?: unknown): ExpertError =>
  new ExpertError("configuration_invalid", `The connection “${name}” cannot be used: ${fault}.`, {
    remedy: "Save its settings and its secrets again in the console.",
    ...(cause !== undefined && { cause }),
  });
