import { newId, type TenantId, type UserId } from "../../core/ids.ts";
import type { InferenceJob } from "../../core/inference/jobs/inference-job.ts";

const tenantId: TenantId = newId();
const userId: UserId = newId();

/** A call that one person of one tenant waits for, unless told otherwise. */
export const inferenceJob = (more: Partial<InferenceJob> = {}): InferenceJob => ({
  id: newId(),
  tier: "fast",
  call: { tenantId, userId, departmentId: null, urgency: "interactive" },
  department: null,
  request: {
    kind: "chat",
    messages: [{ role: "user", content: "How is the feed pump primed?" }],
    maxTokens: 40,
    temperature: 0,
  },
  cost: 100,
  deadlineMs: null,
  ...more,
});
