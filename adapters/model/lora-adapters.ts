import type { OpenAI } from "openai";
import type { LoraSettings } from "../../core/inference/routing/model-routes.ts";
import type { Logger } from "../../core/logger.ts";
import { describeFailure } from "./model-error.ts";

/** An adapter that stays loaded until it is given back. */
export interface LoraLease {
  /** The model's name for the request. */
  readonly model: string;
  /** The server turned out not to have it: it is loaded again when it is next asked for. */
  forget(): void;
  end(): void;
}

export interface LoraAdapters {
  /** Loads it where it is not. Null where there is none of this name, or it cannot be loaded: the base answers then. */
  lease(adapter: string, signal: AbortSignal): Promise<LoraLease | null>;
}

export interface LoraAdaptersOptions {
  readonly server: string;
  readonly client: () => Promise<OpenAI>;
  readonly settings: LoraSettings;
  readonly logger: Logger;
  /** In milliseconds, from a clock that never goes back. */
  readonly now?: () => number;
}

/** One that the server refused is not tried again for so long. */
const refusalPauseMs = 60_000;
/** Longer than a server takes to fetch an adapter's weights and to load them. */
const loadLimitMs = 120_000;

interface Loaded {
  readonly ready: Promise<boolean>;
  users: number;
}

/**
 * The adapters of a vLLM server (VLLM_ALLOW_RUNTIME_LORA_UPDATING): loaded when they are first asked for, and, of more than
 * may be loaded, the least recently used that nobody uses is unloaded first. Where all are in use the next one waits.
 */
export function createLoraAdapters(options: LoraAdaptersOptions): LoraAdapters {
  const { server, client, settings, logger, now = () => performance.now() } = options;
  /** In order of their last use. */
  const loaded = new Map<string, Loaded>();
  const refusedAt = new Map<string, number>();
  let wakeWaiting: () => void = () => undefined;
  let freed = new Promise<void>((resolve) => (wakeWaiting = resolve));
  const tellFreed = (): void => {
    wakeWaiting();
    freed = new Promise<void>((resolve) => (wakeWaiting = resolve));
  };

  const load = async (adapter: string, path: string, unloading: Promise<void>): Promise<boolean> => {
    await unloading;
    const open = await client();
    try {
      const body = { lora_name: adapter, lora_path: path };
      await open.post("/load_lora_adapter", { body, timeout: loadLimitMs });
      logger.info("A LoRA adapter was loaded", { server, adapter });
      return true;
    } catch (error) {
      // Another process may have loaded it; the refusal's words differ between versions, the list does not.
      const there = await open.models.list().catch(() => null);
      if (there?.data.some(({ id }) => id === adapter) === true) return true;
      const { status, code } = describeFailure(error);
      if (status !== null) refusedAt.set(adapter, now());
      logger.warn("A LoRA adapter could not be loaded; its base model answers", {
        server,
        adapter,
        status,
        code,
      });
      return false;
    }
  };

  const unload = async (adapter: string): Promise<void> => {
    try {
      await (await client()).post("/unload_lora_adapter", { body: { lora_name: adapter } });
      logger.info("A LoRA adapter was unloaded", { server, adapter });
    } catch (error) {
      const { status, code } = describeFailure(error);
      if (status !== 404)
        logger.warn("A LoRA adapter could not be unloaded", { server, adapter, status, code });
    }
  };

  /** Takes a place, or null where all are in use. */
  const begin = (adapter: string, path: string): Loaded | null => {
    let unloading = Promise.resolve();
    if (loaded.size >= settings.most) {
      const idle = [...loaded].find(([, { users }]) => users === 0);
      if (!idle) return null;
      loaded.delete(idle[0]);
      unloading = unload(idle[0]);
    }
    const entry: Loaded = { ready: load(adapter, path, unloading), users: 0 };
    loaded.set(adapter, entry);
    return entry;
  };

  return {
    async lease(adapter, signal) {
      const path = settings.adapters[adapter];
      if (path === undefined || now() - (refusedAt.get(adapter) ?? -Infinity) < refusalPauseMs) return null;
      let entry = loaded.get(adapter) ?? begin(adapter, path);
      while (!entry) {
        if (!(await isBefore(signal, freed))) return null;
        entry = loaded.get(adapter) ?? begin(adapter, path);
      }
      const held = entry;
      held.users += 1;
      const forget = (): void => {
        if (loaded.get(adapter) === held) loaded.delete(adapter);
      };
      let ended = false;
      const end = (): void => {
        if (ended) return;
        ended = true;
        held.users -= 1;
        tellFreed();
      };
      if (!(await isBefore(signal, held.ready))) {
        end();
        return null;
      }
      if (!(await held.ready)) {
        forget();
        end();
        return null;
      }
      if (loaded.get(adapter) === held) {
        loaded.delete(adapter);
        loaded.set(adapter, held);
      }
      return { model: adapter, forget, end };
    },
  };
}

/** False where the caller stops first. */
function isBefore(signal: AbortSignal, event: Promise<unknown>): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const stop = (): void => {
      resolve(false);
    };
    signal.addEventListener("abort", stop, { once: true });
    void event.then(() => {
      signal.removeEventListener("abort", stop);
      resolve(true);
    });
  });
}
