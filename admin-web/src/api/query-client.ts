import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { isFailure } from "./http-client.ts";

export const sessionKey = ["session"] as const;

/** Retries only what a retry can mend; a session that ended sends the person to sign in and back. */
export function createQueryClient(): QueryClient {
  const signedOut = (error: unknown): void => {
    if (isFailure(error, "unauthenticated")) client.setQueryData(sessionKey, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: signedOut }),
    mutationCache: new MutationCache({ onError: signedOut }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        networkMode: "always",
        retry: (count, error) =>
          count < 2 && isFailure(error, "offline", "database_unavailable", "rate_limited"),
        retryDelay: (count) => 600 * 2 ** count,
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}
