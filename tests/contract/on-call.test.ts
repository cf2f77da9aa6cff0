import { newId } from "../../core/ids.ts";
import type { TenantId } from "../../core/ids.ts";
import { createFakeOnCall } from "../fakes/on-call.ts";
import { onCallContract } from "./on-call.ts";

onCallContract("memory", async () => {
  const owner = newId<TenantId>();
  const onCall = createFakeOnCall(owner);
  return {
    onCall,
    owner,
    other: newId<TenantId>(),
    schedule(...emails) {
      const id = `P${String(onCall.schedules.size).padStart(6, "0")}`;
      onCall.schedules.set(id, emails);
      return id;
    },
    away: (is) => {
      onCall.away = is;
    },
  };
});
