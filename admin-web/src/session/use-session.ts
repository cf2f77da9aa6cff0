import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  sessionSchema,
  signInOptionsSchema,
  type SessionView,
} from "../../../bots/http/contract/identity.ts";
import { call, isFailure, send } from "../api/http-client.ts";
import { sessionKey } from "../api/query-client.ts";
import { clearDrafts } from "../ask/drafts.ts";

/** The signed-in person, or null where nobody is. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    staleTime: Infinity,
    queryFn: async ({ signal }): Promise<SessionView | null> => {
      try {
        return await call(sessionSchema, "/v1/session", { signal });
      } catch (error) {
        if (isFailure(error, "unauthenticated")) return null;
        throw error;
      }
    },
  });
}

export function useSignInOptions() {
  return useQuery({
    queryKey: ["sign-in-options"],
    queryFn: ({ signal }) => call(signInOptionsSchema, "/v1/sign-in-options", { signal }),
  });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (email: string) => call(sessionSchema, "/v1/session", { method: "POST", body: { email } }),
    onSuccess: (session) => {
      // What the last person saw is not this person's.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] });
      client.setQueryData(sessionKey, session);
    },
  });
}

/** The signed-in person once more: what the page shows stays. */
export function useSignInAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (email: string) => call(sessionSchema, "/v1/session", { method: "POST", body: { email } }),
    onSuccess: (session) => {
      client.setQueryData(sessionKey, session);
    },
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => send("/v1/session", { method: "DELETE" }),
    onSuccess: () => {
      clearDrafts();
      // A fresh page: nothing of this person stays in memory.
      location.assign("/sign-in");
    },
  });
}
