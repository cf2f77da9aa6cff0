import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { usageKinds, usageSchema, type UsageView } from "../../../bots/http/contract/budget.ts";
import { call } from "../api/http-client.ts";

/** What is shown of the use. */
export interface UsageWish {
  readonly days: number;
  readonly by: UsageView["by"];
  readonly calls: "all" | "questions";
}

const readEveryMs = 30_000;

export const usagePath = ({ days, by, calls }: UsageWish, format: "" | ".csv" = ""): string =>
  `/v1/usage${format}?${new URLSearchParams({ days: String(days), by, calls }).toString()}`;

export const usageBy = (value: string | null): UsageView["by"] =>
  usageKinds.find((kind) => kind === value) ?? "day";

export function useUsage(wish: UsageWish) {
  return useQuery({
    queryKey: ["usage", wish.days, wish.by, wish.calls],
    queryFn: ({ signal }) => call(usageSchema, usagePath(wish), { signal }),
    refetchInterval: readEveryMs,
    // What stands there stays until the other is read, so that nothing jumps.
    placeholderData: keepPreviousData,
  });
}
