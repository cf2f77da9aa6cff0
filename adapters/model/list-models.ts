import { type AskedModel, describeFailure, modelError } from "./model-error.ts";
import { createLazyClient, type OpenAiConnection } from "./openai-client.ts";

/** The names of the models that the server has. Throws `model_unavailable`, `model_timeout` or `model_refused`. */
export async function listModels(
  connection: OpenAiConnection & Pick<AskedModel, "settings"> & { readonly name?: string },
  timeoutMs: number,
): Promise<readonly string[]> {
  try {
    const client = await createLazyClient(connection)();
    const { data } = await client.models.list({ timeout: timeoutMs, maxRetries: 0 });
    return data.map(({ id }) => id).toSorted();
  } catch (error) {
    const { name, settings } = connection;
    throw modelError(describeFailure(error), {
      server: name ?? new URL(connection.baseUrl).host,
      model: "",
      ...(settings ? { settings } : {}),
    });
  }
}
